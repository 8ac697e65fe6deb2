/** `user_agent.synthetic.type`: what sends a request without a person behind it, as far as its user agent says so. */

/** The names that the official instrumentation looks for. */
const TESTS = ['alwayson'];
const BOTS = ['googlebot', 'bingbot'];

/** `test`, `bot`, or undefined for everything else. */
export function syntheticTypeOf(userAgent: string | undefined): 'test' | 'bot' | undefined {
  if (userAgent === undefined) return undefined;
  const text = userAgent.toLowerCase();
  if (TESTS.some((name) => text.includes(name))) return 'test';
  return BOTS.some((name) => text.includes(name)) ? 'bot' : undefined;
}
