/** How a variable is tried: one receiver, the variables beside it, and by default, a valid, an invalid and an empty value. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Heard, Receiver, type Variables, withSdk } from './environment-bed.ts';

/** Takes what the tried SDKs send. */
export const receiver: Receiver = new Receiver();

/** Everything to our receiver as JSON, and no other signal. */
export function base(): Variables {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  };
}

/** Whether a request for what `record` makes, which is never answered, is given up within `millis`. */
export function abandonsWithin(millis: number, variables: Variables, record: () => void) {
  return withSdk({ ...base(), ...variables }, {}, async (running) => {
    receiver.hangs = true;
    receiver.abandoned = 0;
    record();
    void running.flush().catch(() => {});
    const deadline = Date.now() + millis;
    while (receiver.abandoned === 0 && Date.now() < deadline) await delay(5);
    const abandons = receiver.abandoned > 0;
    receiver.hangs = false;
    // What was given up is sent again: now, and not in the middle of another test.
    await running.flush().catch(() => {});
    return { abandons };
  });
}

/** One variable and what it changes. */
export interface Case {
  /** Rows that the case shows; absent where this version lacks some of the values that a row lists. */
  readonly id?: string;
  readonly name: string;
  readonly see: (variables: Variables) => Promise<Heard & object>;
  /** What is seen without the variable. */
  readonly usual: Record<string, unknown>;
  readonly valid: string;
  readonly changed: Record<string, unknown>;
  /** Absent where every text is a value. */
  readonly invalid?: string;
  /** Other variables that have to be set for the variable to count. */
  readonly beside?: Variables;
}

/** Nothing is asked for by the rows of lists of pairs when one is malformed: resource/sdk.md has a row of its own. */
const PAIRS = [
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
  'OTEL_EXPORTER_OTLP_LOGS_HEADERS',
];

function assertSeen(seen: object, expected: Record<string, unknown>, why: string): void {
  const found: Record<string, unknown> = { ...seen };
  for (const [key, value] of Object.entries(expected)) assert.deepEqual(found[key], value, `${why}: ${key}`);
}

/** Tries the variable of a case with each kind of value. */
export async function tryCase({ name, see, usual, valid, changed, invalid, beside }: Case): Promise<void> {
  const under = (value: string | undefined): Variables => ({
    ...beside,
    ...(value === undefined ? {} : { [name]: value }),
  });
  assertSeen(await see(under(undefined)), usual, 'by default');
  assertSeen(
    await see(under(name.endsWith('_ENDPOINT') ? `${receiver.url}/here` : valid)),
    changed,
    `with ${valid}`,
  );
  assertSeen(await see(under('')), usual, 'with an empty value');
  if (invalid === undefined) return;
  const wrong = await see(under(invalid));
  if (!('quiet' in usual)) assertSeen(wrong, usual, `with ${invalid}`);
  const isSaid = wrong.said.some((line) => line.includes(name) || line.includes(invalid));
  assert.ok(isSaid || PAIRS.includes(name), `${name}=${invalid} is said:\n${wrong.said.join('\n')}`);
}
