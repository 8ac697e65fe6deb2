/** What other copies of the API gave out before there was an SDK. Real copies meet in interop/global. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { logs } from '../../api/logs/logs-api.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { LoggerProvider } from '../logs/provider.ts';
import { TracerProvider } from '../traces/provider.ts';

/** The proxies of the official packages, with the names that they have there. */
const COPY = `
class Proxy {
  setDelegate(provider) { this._delegate = provider; }
  getDelegateTracer(name) { return this._delegate?.getTracer(name); }
  getTracer(name) { return { startSpan: (...args) => this.getDelegateTracer(name)?.startSpan(...args) }; }
}
class LoggerProxy {
  _setDelegate(provider) { this._delegate = provider; }
  _getDelegateLogger(name) { return this._delegate?.getLogger(name); }
  getLogger(name) { return { emit: (record) => this._getDelegateLogger(name)?.emit(record) }; }
}
const api = { trace: { _proxyTracerProvider: new Proxy() }, logs: { _proxyLoggerProvider: new LoggerProxy() } };
`;

interface Copy {
  readonly trace: {
    readonly _proxyTracerProvider: TracerProvider & { setDelegate(provider: unknown): void };
  };
  readonly logs: { readonly _proxyLoggerProvider: LoggerProvider };
}

const root = mkdtempSync(join(tmpdir(), 'early-copies-'));
after(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

function write(folder: string, file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function load(text: string, file = 'node_modules/@opentelemetry/api/build/src/index.js'): unknown {
  return createRequire(import.meta.url)(write(join(root, `${count++}`), file, text));
}

const loadCopy = (file?: string): Copy => load(`${COPY}\nmodule.exports = api;`, file) as Copy;

describe('what another copy of the API gave out early', () => {
  afterEach(() => {
    trace.disable();
    logs.disable();
  });

  for (const file of ['build/src/index.js', 'dist/index.cjs']) {
    it(`comes alive with a provider that is registered (${file})`, () => {
      const copy = loadCopy(`node_modules/@opentelemetry/api/${file}`);
      const tracer = copy.trace._proxyTracerProvider.getTracer('early');
      assert.equal(tracer.startSpan('before'), undefined);
      new TracerProvider().register();
      assert.equal(tracer.startSpan('after').isRecording(), true);
    });
  }

  it('comes alive with a provider that is made global by hand, with its first tracer', () => {
    const tracer = loadCopy().trace._proxyTracerProvider.getTracer('early');
    const provider = new TracerProvider();
    trace.setGlobalTracerProvider(provider);
    provider.getTracer('late');
    assert.equal(tracer.startSpan('after').isRecording(), true);
  });

  it('is left alone by a provider that is not the global one', () => {
    const tracer = loadCopy().trace._proxyTracerProvider.getTracer('early');
    trace.setGlobalTracerProvider({ getTracer: () => ({}) as never });
    const provider = new TracerProvider();
    provider.register();
    provider.getTracer('late');
    assert.equal(tracer.startSpan('after'), undefined);
  });

  it('stays with the SDK that the copy has already', () => {
    const copy = loadCopy();
    const theirs = { startSpan: () => 'theirs' };
    copy.trace._proxyTracerProvider.setDelegate({ getTracer: () => theirs });
    new TracerProvider().register();
    assert.equal(copy.trace._proxyTracerProvider.getTracer('t').startSpan('s'), 'theirs');
  });

  it('gives loggers the global logger provider, in the logs packages of the 0.x line too', () => {
    const copies = [loadCopy(), loadCopy('node_modules/@opentelemetry/api-logs/build/src/index.js')];
    const old = load(
      `${COPY.replaceAll('_setDelegate', 'setDelegate').replaceAll('_getDelegateLogger', 'getDelegateLogger')}
      module.exports = { logs: api.logs };`,
      'node_modules/@opentelemetry/api-logs/build/src/index.js',
    ) as Copy;
    const loggers = [...copies, old].map((copy) => copy.logs._proxyLoggerProvider.getLogger('early'));
    const bodies: unknown[] = [];
    logs.setGlobalLoggerProvider(
      new LoggerProvider({
        processors: [
          {
            onEmit: (record) => void bodies.push(record.body),
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
      }),
    );
    new TracerProvider().register();
    for (const [i, logger] of loggers.entries()) logger.emit({ body: i });
    assert.deepEqual(bodies, [0, 1, 2]);
  });

  it('touches no module of another name, and survives copies of another shape', () => {
    const hostile = `Object.defineProperty(exports, 'trace', { get() { globalThis.touched = (globalThis.touched ?? 0) + 1; throw new Error('no'); } });`;
    load(hostile, 'node_modules/@opentelemetry/api-events/build/src/index.js');
    load(hostile, 'node_modules/opentelemetry/api/build/src/index.js');
    new TracerProvider().register();
    assert.equal((globalThis as { touched?: number }).touched, undefined);
    trace.disable();
    for (const text of [
      '',
      'module.exports = null',
      'exports.trace = {}',
      'exports.trace = { _proxyTracerProvider: {} }',
    ])
      load(text);
    load(hostile);
    new TracerProvider().register();
    assert.equal(trace.getTracer('t').startSpan('s').isRecording(), true);
  });

  /** A program that starts an SDK beside an API of 1.10, whose ES module is in no cache. */
  function runBesideModule(name: string, early: string, lines: string): string {
    const folder = join(root, name);
    const api = 'node_modules/@opentelemetry/api';
    const paths = { require: './dist/index.cjs', default: './dist/index.mjs' };
    write(
      folder,
      `${api}/package.json`,
      JSON.stringify({ name: '@opentelemetry/api', exports: { '.': paths } }),
    );
    write(folder, `${api}/dist/index.cjs`, `${COPY}\nmodule.exports = api;`);
    const text = `${COPY}\nglobalThis.loaded = true; export const { trace, logs } = api;`;
    write(folder, `${api}/dist/index.mjs`, text);
    write(folder, 'early.mjs', early);
    const sdk = new URL('../../entry/sdk.js', import.meta.url).href;
    const program = write(
      folder,
      'deep/program.mjs',
      `import { TracerProvider } from ${JSON.stringify(sdk)};
       import { tracer } from '../early.mjs';
       ${lines}`,
    );
    return execFileSync(process.execPath, [program], { encoding: 'utf8', stdio: 'pipe' });
  }

  const EARLY =
    "import { trace } from '@opentelemetry/api'; export const tracer = trace._proxyTracerProvider.getTracer('early');";

  it('comes alive in an ES module of 1.10 too, which no cache shows', () => {
    const output = runBesideModule(
      'program',
      EARLY,
      `console.log(tracer.startSpan('before') === undefined);
       new TracerProvider().register();
       console.log(tracer.startSpan('after').isRecording());`,
    );
    assert.equal(output, 'true\ntrue\n');
  });

  it('is not loaded where nothing of the program has, and can be afterwards', () => {
    const output = runBesideModule(
      'other-program',
      'export const tracer = undefined;',
      `new TracerProvider().register();
       console.log(globalThis.loaded);
       const { trace } = await import('@opentelemetry/api');
       console.log(globalThis.loaded, typeof trace._proxyTracerProvider);`,
    );
    assert.equal(output, 'undefined\ntrue object\n');
  });
});
