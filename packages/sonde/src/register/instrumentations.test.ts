/** Which instrumentations the variables leave on, in processes of their own. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

const module = JSON.stringify(new URL('instrumentations.js', import.meta.url).href);

/** The names of what is on. */
function start(variables: Record<string, string>, isSecond = false): string[] {
  const program = `
    import { enableInstrumentations } from ${module};
    const on = enableInstrumentations(${isSecond}).filter(({ state }) => state === 'on').map(({ name }) => name);
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

  it('are, beside the SDK of somebody else, those alone that are named', () => {
    assert.deepEqual(start({}, true), []);
    assert.deepEqual(start({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'default' }, true), []);
    assert.deepEqual(start({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'undici,pino' }, true), ['undici', 'pino']);
  });
});

describe('zero-code start', () => {
  const register = new URL('../entry/register.js', import.meta.url).href;

  /** What is on in a program before which `first` was loaded, and what was said. */
  function startedAfter(first: string): { on: string[]; said: string } {
    const program = `import { instrumentationReport } from ${JSON.stringify(register)};
      console.log(JSON.stringify(instrumentationReport().filter(({ state }) => state === 'on').map(({ name }) => name)));`;
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(first)}`, '--import', register];
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', program], {
      encoding: 'utf8',
      env: { ...process.env, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
    });
    return { on: JSON.parse(stdout) as string[], said: stderr };
  }

  it('leaves its instrumentations off where another SDK was registered before, and says so', () => {
    const other = `globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0', trace: { getTracer() {} } };`;
    const { on, said } = startedAfter(other);
    assert.deepEqual(on, []);
    assert.match(said, /register_second.*Another SDK was registered before zero-code start/);
  });

  it('switches them on where the API was only used before', () => {
    const used = `globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0', diag: { error() {}, warn() {}, info() {}, debug() {}, verbose() {} } };`;
    const { on, said } = startedAfter(used);
    assert.ok(on.includes('http'));
    assert.doesNotMatch(said, /register_second/);
  });
});
