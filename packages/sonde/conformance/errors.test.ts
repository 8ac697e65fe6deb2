/** Rows ERR: what goes wrong stays inside, is told, and does not flood whoever listens. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { ReadableSpan, SpanExporter, SpanProcessor, TracerProviderOptions } from 'sonde/sdk';
import { api, propagators, sdk } from './subject.ts';

const said: string[] = [];

/** What is said from here on, through a logger of the application. */
function listen(): string[] {
  said.length = 0;
  const log = (message: string, ...rest: unknown[]): void => {
    said.push([message, ...rest].join(' '));
  };
  api.diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log });
  return said;
}

afterEach(() => {
  api.diag.disable();
  api.trace.disable();
  api.propagation.disable();
});

/** Values that break code which trusts its callers. */
function hostileValues(): unknown[] {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const throwing = {
    get name(): never {
      throw new Error('getter');
    },
    toString(): never {
      throw new Error('toString');
    },
    [Symbol.toPrimitive](): never {
      throw new Error('toPrimitive');
    },
  };
  return [
    undefined,
    null,
    Number.NaN,
    -1,
    '',
    'x',
    Symbol('s'),
    1n,
    () => {},
    [],
    {},
    cycle,
    throwing,
    proxy,
    new Date(Number.NaN),
  ];
}

/** A processor that keeps what ended. */
function keeping(): { spans: ReadableSpan[]; processor: SpanProcessor } {
  const spans: ReadableSpan[] = [];
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => void spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return { spans, processor };
}

function failing(): never {
  throw new Error('plug-in is broken');
}

/** A span must come out whole of a provider whose parts throw. */
function recordsDespite(options: TracerProviderOptions): void {
  const { spans, processor } = keeping();
  const provider = new sdk.TracerProvider({
    ...options,
    spanProcessors: [...(options.spanProcessors ?? []), processor],
  });
  const span = provider.getTracer('t').startSpan('s', { attributes: { a: 1 } });
  assert.match(span.spanContext().traceId, /^[0-9a-f]{32}$/);
  span.setAttribute('b', 2).addEvent('e');
  span.end();
  if (span.isRecording()) assert.fail('a span that ended does not record');
  for (const ended of spans) assert.equal(ended.name, 's');
}

describe('errors', () => {
  // First, because what was said once is held back for a while.
  it('ERR-06 ten thousand failures of one kind are a few lines', async () => {
    const lines = listen();
    const provider = new sdk.TracerProvider({
      spanProcessors: [{ ...keeping().processor, onStart: failing, onEnd: failing }],
    });
    const tracer = provider.getTracer('t');
    const span = tracer.startSpan('s');
    span.end();
    for (let index = 0; index < 10_000; index++) {
      tracer.startSpan('s').end();
      span.setAttribute('late', index);
      span.end();
    }
    assert.ok(lines.length > 0);
    assert.ok(lines.length <= 10, `${lines.length} lines`);
  });

  it('ERR-04 a suppressed error is told to the logger of the application', async () => {
    const lines = listen();
    const exporter: SpanExporter = {
      export: (_, done) => done({ code: 1, error: new Error('a very particular failure') }),
      shutdown: async () => {},
    };
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })] });
    provider.getTracer('t').startSpan('s').end();
    await provider.forceFlush().catch(() => {});
    assert.ok(
      lines.some((line) => line.includes('a very particular failure')),
      lines.join('\n'),
    );
  });

  it('ERR-01 no call of the API throws, whatever it is given', () => {
    listen();
    const { processor } = keeping();
    const provider = new sdk.TracerProvider({ spanProcessors: [processor] });
    const tracers = [provider.getTracer('t'), api.trace.getTracer('no SDK')];
    for (const bad of hostileValues() as never[]) {
      for (const tracer of tracers) {
        const span = tracer.startSpan(bad, bad, bad);
        span.setAttribute(bad, bad).setAttributes(bad).addEvent(bad, bad, bad).addLink(bad).addLinks(bad);
        span.setStatus(bad).updateName(bad);
        span.recordException(bad, bad);
        span.end(bad);
        span.end(bad);
        tracer.startActiveSpan('s', bad, () => {});
      }
      provider.getTracer(bad, bad, bad);
      api.trace.getTracer(bad, bad, bad);
      api.propagation.inject(bad, bad, bad);
      api.propagation.extract(bad, bad, bad);
      api.propagation.createBaggage(bad);
      api.context.with(bad, () => {});
      api.trace.setSpan(api.ROOT_CONTEXT, bad);
      api.trace.isSpanContextValid(bad);
      const counter = api.metrics.getMeter('m').createCounter(bad, bad);
      counter.add(bad, bad);
      api.metrics.getMeter(bad).createObservableGauge(bad).addCallback(bad);
      api.logs.getLogger(bad).emit(bad);
    }
  });

  it('ERR-02 a sampler, an id generator and processors that throw cost nobody a span', () => {
    listen();
    recordsDespite({ sampler: { shouldSample: failing, toString: failing } });
    recordsDespite({ idGenerator: { generateTraceId: failing, generateSpanId: failing } });
    recordsDespite({
      spanProcessors: [
        { onStart: failing, onEnding: failing, onEnd: failing, forceFlush: failing, shutdown: failing },
      ],
    });
    assert.ok(said.length > 0);
  });

  it('ERR-02 an exporter that throws, rejects or answers twice leaves the next one its spans', async () => {
    listen();
    const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = sdk;
    const exports: SpanExporter['export'][] = [
      failing,
      (async () => failing()) as SpanExporter['export'],
      (_, done) => {
        done({ code: 1, error: new Error('no') });
        done({ code: 0 });
        failing();
      },
    ];
    for (const broken of exports) {
      const good = new InMemorySpanExporter();
      const provider = new TracerProvider({
        spanProcessors: [
          new SimpleSpanProcessor({ exporter: { export: broken, shutdown: async () => {} } }),
          new SimpleSpanProcessor({ exporter: good }),
        ],
      });
      provider.getTracer('t').startSpan('s').end();
      await provider.forceFlush().catch(() => {});
      assert.equal(good.getFinishedSpans().length, 1);
    }
  });

  it('ERR-03 what callbacks of the application throw is caught: getters, setters, propagators', () => {
    listen();
    api.propagation.setGlobalPropagator(new propagators.W3CTraceContextPropagator());
    const parent = api.trace.setSpanContext(api.ROOT_CONTEXT, {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
    });
    api.propagation.inject(parent, {}, { set: failing });
    const extracted = api.propagation.extract(parent, {}, { get: failing, keys: failing });
    assert.equal(api.trace.getSpanContext(extracted)?.traceId, 'a'.repeat(32));
    api.propagation.disable();
    api.propagation.setGlobalPropagator({ inject: failing, extract: failing, fields: failing });
    api.propagation.inject(parent, {});
    assert.equal(api.propagation.extract(parent, {}), parent);
    assert.deepEqual(api.propagation.fields(), []);
    assert.ok(said.length > 0);
  });

  it('ERR-05 a handler of the application gets the errors in place of the default', async () => {
    const lines = listen();
    const handled: unknown[] = [];
    sdk.setGlobalErrorHandler((error) => {
      handled.push(error);
      throw error;
    });
    const exporter: SpanExporter = {
      export: (_, done) => done({ code: 1, error: new Error('refused') }),
      shutdown: async () => {},
    };
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })] });
    for (let index = 0; index < 3; index++) provider.getTracer('t').startSpan('s').end();
    await provider.forceFlush().catch(() => {});
    sdk.setGlobalErrorHandler(undefined as never);
    assert.ok(handled.length > 0);
    assert.ok(handled.every((error) => error instanceof Error));
    assert.deepEqual(
      lines.filter((line) => line.includes('refused')),
      [],
    );
  });

  it('ERR-07 where nothing can be made, an object that was made before is given: the same each time', () => {
    listen();
    const tracer = api.trace.getTracer('without an SDK');
    const first = tracer.startSpan('a', { root: true });
    const second = tracer.startSpan('b', { root: true });
    assert.equal(first.spanContext(), second.spanContext());
    assert.equal(api.isSpanContextValid(first.spanContext()), false);
    assert.equal(first.isRecording(), false);
    first.setAttribute('k', 'v').end();
  });
});
