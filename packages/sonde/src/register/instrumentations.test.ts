/** Which instrumentations the variables leave on, in processes of their own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';

const module = JSON.stringify(new URL('instrumentations.js', import.meta.url).href);

/** The names of what is on. */
function start(variables: Record<string, string>): string[] {
  const program = `
    import { enableInstrumentations } from ${module};
    const on = enableInstrumentations().filter(({ state }) => state === 'on').map(({ name }) => name);
    console.log(JSON.stringify(on));`;
  const {
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: _e,
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: _d,
    ...rest
  } = process.env;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...rest, ...variables, OTEL_LOG_LEVEL: 'none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(printed) as string[];
}

describe('the instrumentations of zero-code start', () => {
  it('are http, undici, runtime and the logging libraries when nothing is said', () => {
    const on = start({});
    for (const name of ['http', 'undici', 'runtime', 'pino']) assert.ok(on.includes(name), name);
    assert.ok(!on.includes('console'));
  });

  it('are those that are named, also by the official name, less those that are disabled', () => {
    assert.deepEqual(start({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http, runtime-node' }), [
      'http',
      'runtime',
    ]);
    const on = start({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'runtime-node,http' });
    assert.ok(!on.includes('runtime') && !on.includes('http') && on.includes('undici'));
  });
});
