/** Registering an SDK: free slots, taken slots, takeover, and the SDK that went before. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ROOT_CONTEXT } from './context/context.ts';
import { context } from './context/context-api.ts';
import { readSlot, SERVED_VERSION } from './global.ts';
import { logs } from './logs/logs-api.ts';
import { metrics } from './metrics/metrics-api.ts';
import { createNoopMeter } from './metrics/noop-meter.ts';
import { propagation } from './propagation/propagation-api.ts';
import { registerGlobals, type SdkParts } from './registration.ts';
import { NOOP_TRACER } from './trace/noop-tracer.ts';
import { ProxyTracerProvider } from './trace/proxy-tracer.ts';
import { trace } from './trace/trace-api.ts';

const API_KEY = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as { [API_KEY]?: Record<string, unknown> | undefined };

type AllParts = { [K in keyof SdkParts]-?: NonNullable<SdkParts[K]> };

function makeParts(): AllParts {
  return {
    tracerProvider: { getTracer: () => NOOP_TRACER },
    meterProvider: { getMeter: createNoopMeter },
    loggerProvider: { getLogger: () => ({ emit() {} }) },
    propagator: { inject() {}, extract: (given) => given, fields: () => [] },
    contextManager: {
      active: () => ROOT_CONTEXT,
      with: (_, fn, thisArg, ...args) => fn.apply(thisArg, args),
      bind: (_, target) => target,
      enable() {
        return this;
      },
      disable() {
        return this;
      },
    },
  };
}

const delegate = () => (readSlot('trace') as ProxyTracerProvider).getDelegate();

function clean(): void {
  for (const part of [trace, metrics, logs, propagation, context]) part.disable();
  globals[API_KEY] = undefined;
}

describe('registerGlobals', () => {
  beforeEach(clean);
  afterEach(clean);

  it('fills all slots, in the shape that the official copies read', () => {
    const parts = makeParts();
    const { registered, taken } = registerGlobals(parts);
    assert.deepEqual(
      [[...registered].sort(), taken],
      [['context', 'logs', 'metrics', 'propagation', 'trace'], []],
    );
    const api = globals[API_KEY];
    assert.equal(api?.['version'], SERVED_VERSION);
    assert.equal(api?.['metrics'], parts.meterProvider);
    assert.equal(api?.['logs'], parts.loggerProvider);
    assert.equal(api?.['propagation'], parts.propagator);
    assert.equal(api?.['context'], parts.contextManager);
    assert.ok(api?.['trace'] instanceof ProxyTracerProvider);
    assert.equal(delegate(), parts.tracerProvider);
  });

  it('changes nothing when the same parts come again', () => {
    const parts = makeParts();
    registerGlobals(parts);
    assert.deepEqual(registerGlobals(parts).taken, []);
    assert.equal(trace.setGlobalTracerProvider(parts.tracerProvider), true);
  });

  it('leaves alone what others hold and names it, replaces it in a takeover', () => {
    const [first, second] = [makeParts(), makeParts()];
    registerGlobals(first);
    assert.deepEqual([...registerGlobals(second).taken].sort(), [
      'context',
      'logs',
      'metrics',
      'propagation',
      'trace',
    ]);
    assert.equal(delegate(), first.tracerProvider);
    assert.deepEqual(registerGlobals(second, { takeover: true }).taken, []);
    assert.equal(delegate(), second.tracerProvider);
    assert.equal(readSlot('metrics'), second.meterProvider);
  });

  it('replaces the parts of the SDK that went before, and only these', () => {
    const [former, foreign, next] = [makeParts(), makeParts(), makeParts()];
    registerGlobals({ ...former, propagator: foreign.propagator });
    assert.deepEqual(registerGlobals(next, { former }).taken, ['propagation']);
    assert.equal(delegate(), next.tracerProvider);
    assert.equal(readSlot('context'), next.contextManager);
  });

  it('gives tracers of the proxy that it takes over from to the new provider', () => {
    const others = new ProxyTracerProvider();
    const early = others.getTracer('early');
    globals[API_KEY] = { version: '1.9.1', trace: others };
    const asked: string[] = [];
    const tracerProvider = {
      getTracer(name: string) {
        asked.push(name);
        return NOOP_TRACER;
      },
    };
    registerGlobals({ tracerProvider }, { takeover: true });
    early.startSpan('span');
    assert.deepEqual(asked, ['early']);
  });

  it('leaves the proxy of another copy in place when our provider is behind it already', () => {
    const { tracerProvider } = makeParts();
    const others = new ProxyTracerProvider();
    others.setDelegate(tracerProvider);
    globals[API_KEY] = { version: '1.9.1', trace: others };
    assert.deepEqual(registerGlobals({ tracerProvider }).registered, ['trace']);
    assert.equal(readSlot('trace'), others);
    assert.equal(globals[API_KEY]?.['version'], SERVED_VERSION);
  });

  it('raises the version of any global, in place or by a copy with all its slots, and never lowers it', () => {
    const slots = { future: {} };
    const cases: [before: object, after: string, isSame: boolean][] = [
      [{ version: '1.0.4', ...slots }, SERVED_VERSION, true],
      [{ version: '1.98.9', ...slots }, SERVED_VERSION, true],
      [{ version: '1.10.0-rc.1', ...slots }, SERVED_VERSION, true],
      [{ ...slots }, SERVED_VERSION, true],
      [Object.defineProperty({ ...slots }, 'version', { value: '1.10.0' }), SERVED_VERSION, false],
      [Object.freeze({ version: '1.10.0', ...slots }), SERVED_VERSION, false],
      [{ version: '1.100.0', ...slots }, '1.100.0', true],
    ];
    for (const [before, after, isSame] of cases) {
      globals[API_KEY] = before as Record<string, unknown>;
      assert.deepEqual(registerGlobals({ propagator: makeParts().propagator }).taken, []);
      assert.equal(globals[API_KEY]?.['version'], after);
      assert.equal(globals[API_KEY] === before, isSame);
      assert.equal(globals[API_KEY]?.['future'], slots.future);
    }
  });

  it('takes a global that is no object for none', () => {
    for (const nonsense of [5, 'text', true, null]) {
      globals[API_KEY] = nonsense as never;
      assert.deepEqual(registerGlobals(makeParts()).taken, []);
      trace.disable();
    }
  });
});
