/** Rows TSDK and those of TAPI that need an SDK: providers, tracers and spans. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Span, SpanContext } from 'sonde';
import type { ReadableSpan, Sampler, SpanProcessor, TracerProvider, TracerProviderOptions } from 'sonde/sdk';
import { api, resources, sdk } from './subject.ts';

/** A processor that keeps every span it is shown. */
class Recorder implements SpanProcessor {
  readonly started: Span[] = [];
  readonly ended: ReadableSpan[] = [];
  calls: string[] = [];
  onStart(span: Span): void {
    this.started.push(span);
    this.calls.push('onStart');
  }
  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
    this.calls.push('onEnd');
  }
  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }
  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }
}

interface Setup {
  readonly recorder: Recorder;
  readonly provider: TracerProvider;
}

function setUp(options: TracerProviderOptions = {}): Setup {
  const recorder = new Recorder();
  const provider = new sdk.TracerProvider({ ...options, spanProcessors: [recorder] });
  return { recorder, provider };
}

function contextWith(spanContext: SpanContext) {
  return api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext);
}

const remoteParent: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};

afterEach(() => {
  api.trace.disable();
  api.context.disable();
  api.propagation.disable();
});

describe('getting a tracer', () => {
  it('TAPI-03 TSDK-01 the scope of a span has the name, version, schema URL and attributes that were asked for', () => {
    const { recorder, provider } = setUp();
    const options = { schemaUrl: 'https://opentelemetry.io/schemas/1.30.0', attributes: { shard: 3 } };
    provider.getTracer('library', '1.2.3', options).startSpan('s').end();
    const scope = recorder.ended[0]?.instrumentationScope;
    assert.equal(scope?.name, 'library');
    assert.equal(scope?.version, '1.2.3');
    assert.equal(scope?.schemaUrl, options.schemaUrl);
    assert.deepEqual(scope?.attributes, { shard: 3 });
  });

  it('TAPI-04 scope attributes are taken and kept apart from the span', () => {
    const { recorder, provider } = setUp();
    provider
      .getTracer('library', undefined, { attributes: { a: 'b' } })
      .startSpan('s')
      .end();
    assert.deepEqual(recorder.ended[0]?.instrumentationScope.attributes, { a: 'b' });
    assert.deepEqual(recorder.ended[0]?.attributes, {});
  });

  it('TAPI-05 all four parameters are the identity of a tracer', () => {
    const { provider } = setUp();
    const base = provider.getTracer('n', '1', { schemaUrl: 'u', attributes: { a: 1, b: 2 } });
    assert.equal(provider.getTracer('n', '1', { schemaUrl: 'u', attributes: { b: 2, a: 1 } }), base);
    const others = [
      provider.getTracer('m', '1', { schemaUrl: 'u', attributes: { a: 1, b: 2 } }),
      provider.getTracer('n', '2', { schemaUrl: 'u', attributes: { a: 1, b: 2 } }),
      provider.getTracer('n', '1', { schemaUrl: 'v', attributes: { a: 1, b: 2 } }),
      provider.getTracer('n', '1', { schemaUrl: 'u', attributes: { a: 1, b: 3 } }),
    ];
    assert.equal(new Set([base, ...others]).size, 5);
  });

  it('TAPI-06 an invalid name gives a working tracer with an empty name, and is said', () => {
    const said: string[] = [];
    const log = (message: string, ...rest: unknown[]) => void said.push([message, ...rest].join(' '));
    api.diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log });
    const { recorder, provider } = setUp();
    provider.getTracer('').startSpan('s').end();
    provider
      .getTracer(null as never)
      .startSpan('s')
      .end();
    api.diag.disable();
    assert.deepEqual(
      recorder.ended.map((span) => span.instrumentationScope.name),
      ['', ''],
    );
    assert.match(said.join('\n'), /name/i);
  });

  it('TAPI-02 providers stand side by side, each with its own configuration', () => {
    const one = setUp();
    const two = setUp({ sampler: new sdk.AlwaysOffSampler() });
    one.provider.getTracer('t').startSpan('s').end();
    two.provider.getTracer('t').startSpan('s').end();
    assert.equal(one.recorder.ended.length, 1);
    assert.equal(two.recorder.ended.length, 0);
  });

  it('TAPI-01 TAPI-07 a tracer from before the SDK records once the SDK is the global one', () => {
    const early = api.trace.getTracer('early');
    assert.equal(early.startSpan('before').isRecording(), false);
    const { recorder, provider } = setUp();
    assert.equal(api.trace.setGlobalTracerProvider(provider), true);
    early.startSpan('after').end();
    assert.deepEqual(
      recorder.ended.map((span) => span.name),
      ['after'],
    );
  });
});

describe('Tracer.enabled', () => {
  it('TAPI-09 TSDK-05 is false without processors and true with one', () => {
    assert.equal(new sdk.TracerProvider().getTracer('t').enabled(), false);
    assert.equal(setUp().provider.getTracer('t').enabled(), true);
  });

  it('TAPI-09 may change: it is false after shutdown and where tracing is suppressed', async () => {
    const { provider } = setUp();
    const tracer = provider.getTracer('t');
    assert.equal(tracer.enabled({ context: api.suppressTracing(api.ROOT_CONTEXT) }), false);
    await provider.shutdown();
    assert.equal(tracer.enabled(), false);
  });
});

describe('starting a span', () => {
  it('TAPI-11 does not make it active; startActiveSpan does, for the length of the call', () => {
    const { provider } = setUp();
    api.trace.setGlobalTracerProvider(provider);
    const manager = new sdk.AsyncLocalStorageContextManager();
    api.context.setGlobalContextManager(manager.enable());
    const tracer = provider.getTracer('t');
    tracer.startSpan('s');
    assert.equal(api.trace.getActiveSpan(), undefined);
    tracer.startActiveSpan('s', (span) => assert.equal(api.trace.getActiveSpan(), span));
    assert.equal(api.trace.getActiveSpan(), undefined);
  });

  it('TAPI-12 TAPI-17 the parent comes from the context: its trace id and trace state go on, root starts anew', () => {
    const { recorder, provider } = setUp();
    const tracer = provider.getTracer('t');
    const traceState = api.createTraceState('vendor=1');
    const parent = contextWith({ ...remoteParent, traceState });
    tracer.startSpan('child', {}, parent).end();
    tracer.startSpan('root', { root: true }, parent).end();
    const [child, root] = recorder.ended;
    assert.equal(child?.spanContext().traceId, remoteParent.traceId);
    assert.equal(child?.spanContext().traceState?.serialize(), 'vendor=1');
    assert.equal(child?.parentSpanContext?.spanId, remoteParent.spanId);
    assert.notEqual(root?.spanContext().traceId, remoteParent.traceId);
    assert.equal(root?.parentSpanContext, undefined);
  });

  it('TAPI-13 TAPI-14 kind defaults to INTERNAL; attributes, ordered links and the start can be given', () => {
    const { recorder, provider } = setUp();
    const tracer = provider.getTracer('t');
    tracer.startSpan('plain').end();
    const links = ['1', '2', '3'].map((digit) => ({
      context: { traceId: digit.repeat(32), spanId: digit.repeat(16), traceFlags: 1 },
    }));
    tracer
      .startSpan('full', { kind: 4, attributes: { a: 1 }, links, startTime: [1_700_000_000, 123_456_789] })
      .end();
    const [plain, full] = recorder.ended;
    assert.equal(plain?.kind, api.SpanKind.INTERNAL);
    assert.equal(full?.kind, api.SpanKind.CONSUMER);
    assert.deepEqual(full?.attributes, { a: 1 });
    assert.deepEqual(
      full?.links.map((link) => link.context.spanId[0]),
      ['1', '2', '3'],
    );
    assert.deepEqual(full?.startTime, [1_700_000_000, 123_456_789]);
  });

  it('TSDK-14 a dropped span has a span id of its own and its parent its trace id', () => {
    const { provider } = setUp({ sampler: new sdk.AlwaysOffSampler() });
    const span = provider.getTracer('t').startSpan('s', {}, contextWith(remoteParent));
    assert.equal(span.isRecording(), false);
    assert.equal(span.spanContext().traceId, remoteParent.traceId);
    assert.notEqual(span.spanContext().spanId, remoteParent.spanId);
    assert.equal(api.isSpanContextValid(span.spanContext()), true);
    assert.deepEqual(span.spanContext(), span.spanContext());
  });

  it('TSDK-12 TSDK-13 the sampler sees the trace id of the span, and a sampled span records', () => {
    const seen: string[] = [];
    const { provider } = setUp({
      sampler: {
        shouldSample: (_context, traceId) => {
          seen.push(traceId);
          return { decision: sdk.SamplingDecision.RECORD_AND_SAMPLED };
        },
        toString: () => 'test',
      },
    });
    const span = provider.getTracer('t').startSpan('s');
    assert.deepEqual(seen, [span.spanContext().traceId]);
    assert.equal(span.spanContext().traceFlags & 1, 1);
    assert.equal(span.isRecording(), true);
  });

  it('TSDK-16 a generator of the user makes the ids, and one that fails is replaced by a random one', () => {
    let traces = 0;
    const { provider } = setUp({
      idGenerator: {
        generateTraceId: () => {
          if (++traces > 1) throw new Error('empty');
          return 'a'.repeat(32);
        },
        generateSpanId: () => 'b'.repeat(16),
      },
    });
    const tracer = provider.getTracer('t');
    assert.equal(tracer.startSpan('s').spanContext().traceId, 'a'.repeat(32));
    assert.equal(tracer.startSpan('s').spanContext().spanId, 'b'.repeat(16));
    assert.equal(api.isValidTraceId(tracer.startSpan('s').spanContext().traceId), true);
  });

  it('TSDK-18 TSDK-19 a root has the random flag when its ids are random, by default or by declaration', () => {
    const flagsOf = (options: TracerProviderOptions) =>
      setUp(options).provider.getTracer('t').startSpan('s').spanContext().traceFlags;
    const fixed = { generateTraceId: () => 'a'.repeat(32), generateSpanId: () => 'b'.repeat(16) };
    assert.equal(flagsOf({}), 3);
    assert.equal(flagsOf({ idGenerator: fixed }), 1);
    assert.equal(flagsOf({ idGenerator: { ...fixed, generatesRandomTraceIds: true } }), 3);
    assert.equal(flagsOf({ sampler: new sdk.AlwaysOffSampler() }), 2);
    for (const sampler of [
      new sdk.ParentBasedSampler({ root: new sdk.ProbabilitySampler(1) }),
      sdk.createAlwaysRecordSampler(new sdk.ProbabilitySampler(1)),
      sdk.createCompositeSampler(sdk.createComposableAlwaysOnSampler()),
    ])
      assert.equal(flagsOf({ sampler }), 3, String(sampler));
  });

  it('shows a sampler of others the flags of the official SDK, 0 and 1: Sentry compares them with 1', () => {
    const seen: unknown[] = [];
    const strict: Sampler = {
      shouldSample(context) {
        const parent = api.trace.getSpan(context)?.spanContext();
        if (parent?.isRemote !== true) seen.push(parent?.traceFlags);
        return { decision: 2 };
      },
    };
    const { ParentBasedSampler: ParentBased } = sdk;
    const wrapped = new ParentBased({
      root: strict,
      localParentSampled: strict,
      remoteParentSampled: strict,
    });
    for (const sampler of [strict, wrapped, sdk.createAlwaysRecordSampler(strict)]) {
      const tracer = setUp({ sampler }).provider.getTracer('t');
      for (const start of [api.ROOT_CONTEXT, contextWith({ ...remoteParent, traceFlags: 3 })]) {
        const root = tracer.startSpan('root', {}, start);
        const child = tracer.startSpan('child', {}, api.trace.setSpan(api.ROOT_CONTEXT, root));
        assert.deepEqual([root.spanContext().traceFlags, child.spanContext().traceFlags], [1, 1]);
      }
    }
    assert.deepEqual(new Set(seen), new Set([undefined, 1]));
  });
});

describe('a span', () => {
  it('TSDK-09 TSDK-10 shows everything about itself to who reads it', () => {
    const resource = resources.resourceFromAttributes({ 'service.name': 'shop' });
    const { recorder, provider } = setUp({ resource });
    const span = provider.getTracer('t').startSpan('s', { kind: 1 }, contextWith(remoteParent));
    span.setAttribute('k', 'v').addEvent('e', { x: 1 }).setStatus({ code: 2, message: 'no' }).end();
    const seen = recorder.ended[0];
    assert.equal(seen?.resource.attributes['service.name'], 'shop');
    assert.equal(seen?.ended, true);
    assert.deepEqual(seen?.parentSpanContext?.traceId, remoteParent.traceId);
    assert.equal(seen?.parentSpanContext?.isRemote, true);
    assert.deepEqual(seen?.attributes, { k: 'v' });
    assert.deepEqual(seen?.events[0]?.attributes, { x: 1 });
    assert.deepEqual(seen?.status, { code: 2, message: 'no' });
    assert.deepEqual(
      [seen?.droppedAttributesCount, seen?.droppedEventsCount, seen?.droppedLinksCount],
      [0, 0, 0],
    );
    assert.ok(seen !== undefined && seen.duration[0] >= 0 && seen.duration[1] >= 0);
  });

  it('TSDK-11 that a processor reads and writes is the one that the user has', () => {
    const { recorder, provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    assert.equal(recorder.started[0], span);
  });

  it('TAPI-23 TAPI-24 answers with the same context for ever, and records until its end', () => {
    const { provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    const context = span.spanContext();
    assert.equal(span.isRecording(), true);
    span.end();
    assert.equal(span.isRecording(), false);
    assert.deepEqual(span.spanContext(), context);
  });

  it('TAPI-18 its context cannot be changed', () => {
    const { provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    const before = span.spanContext().traceId;
    assert.match(before, /^[0-9a-f]{32}$/);
    assert.throws(() => {
      (span.spanContext() as { traceId: string }).traceId = 'x';
    }, TypeError);
    assert.equal(span.spanContext().traceId, before);
  });

  it('TAPI-21 a local span is not remote', () => {
    const { provider } = setUp();
    assert.equal(
      provider.getTracer('t').startSpan('s', {}, contextWith(remoteParent)).spanContext().isRemote,
      false,
    );
  });

  it('TAPI-25 TAPI-31 attributes overwrite, the name can be replaced', () => {
    const { recorder, provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    span.setAttribute('a', 1).setAttributes({ a: 2, b: 3 }).updateName('other').end();
    assert.deepEqual(recorder.ended[0]?.attributes, { a: 2, b: 3 });
    assert.equal(recorder.ended[0]?.name, 'other');
  });

  it('TAPI-26 events keep their order and the times they are given', () => {
    const { recorder, provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    span.addEvent('one').addEvent('two', { a: 1 }, [5, 6]).addEvent('three', [7, 8]).end();
    const events = recorder.ended[0]?.events ?? [];
    assert.deepEqual(
      events.map((event) => event.name),
      ['one', 'two', 'three'],
    );
    assert.deepEqual(
      [events[1]?.time, events[2]?.time],
      [
        [5, 6],
        [7, 8],
      ],
    );
    assert.deepEqual(events[1]?.attributes, { a: 1 });
  });

  it('TAPI-27 TAPI-28 links can be added later, and one with all-zero ids is kept when it says something', () => {
    const { recorder, provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    const zero = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
    span.addLink({ context: remoteParent, attributes: { a: 1 } });
    span.addLinks([{ context: zero, attributes: { reason: 'lost' } }]);
    span.end();
    assert.deepEqual(
      recorder.ended[0]?.links.map((link) => link.attributes),
      [{ a: 1 }, { reason: 'lost' }],
    );
  });

  it('TAPI-29 TAPI-30 Ok is final, Unset never overrides, only Error has a description', () => {
    const { recorder, provider } = setUp();
    const tracer = provider.getTracer('t');
    const statusAfter = (...codes: [0 | 1 | 2, string?][]) => {
      const span = tracer.startSpan('s');
      for (const [code, message] of codes)
        span.setStatus(message === undefined ? { code } : { code, message });
      span.end();
      return recorder.ended.at(-1)?.status;
    };
    assert.equal(statusAfter([2, 'no'], [0])?.code, 2);
    assert.equal(statusAfter([1], [2, 'no'])?.code, 1);
    assert.equal(statusAfter([2, 'no'], [1, 'fine'])?.message, undefined);
    assert.deepEqual(statusAfter([2, 'one'], [2, 'two']), { code: 2, message: 'two' });
    assert.equal(statusAfter([0, 'said'])?.message, undefined);
  });

  it('TAPI-32 ends once, at the time given, and leaves children alone', () => {
    const { recorder, provider } = setUp();
    const tracer = provider.getTracer('t');
    const parent = tracer.startSpan('parent', { startTime: [100, 0] });
    const child = tracer.startSpan('child', {}, api.trace.setSpan(api.ROOT_CONTEXT, parent));
    parent.end([200, 5]);
    parent.end([300, 0]);
    parent.setAttribute('late', true);
    assert.equal(recorder.ended.length, 1);
    assert.deepEqual(recorder.ended[0]?.endTime, [200, 5]);
    assert.deepEqual(recorder.ended[0]?.duration, [100, 5]);
    assert.deepEqual(recorder.ended[0]?.attributes, {});
    assert.equal(child.isRecording(), true);
  });

  it('TAPI-34 recordException takes attributes, which win over generated ones', () => {
    const { recorder, provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    span.recordException(new TypeError('bad'), { 'exception.message': 'better', extra: 1 }, [9, 0]);
    span.end();
    const event = recorder.ended[0]?.events[0];
    assert.equal(event?.attributes?.['exception.message'], 'better');
    assert.equal(event?.attributes?.['extra'], 1);
    assert.deepEqual(event?.time, [9, 0]);
  });

  it('TAPI-35 an exception event has type, message and stack trace; the type is the class, not the code', () => {
    const { recorder, provider } = setUp();
    const span = provider.getTracer('t').startSpan('s');
    span.recordException(Object.assign(new RangeError('gone'), { code: 'ENOENT' }));
    span.end();
    const event = recorder.ended[0]?.events[0];
    assert.equal(event?.name, 'exception');
    assert.equal(event?.attributes?.['exception.type'], 'RangeError');
    assert.equal(event?.attributes?.['exception.message'], 'gone');
    assert.match(String(event?.attributes?.['exception.stacktrace']), /RangeError: gone\n/);
  });

  it('TSDK-20 its end time is set before onEnding, in which it can still be written to', () => {
    const seen: unknown[] = [];
    const recorder = new Recorder();
    const onEnding = (span: Span & ReadableSpan) => {
      seen.push(span.endTime[0] > 0);
      span.setAttribute('late', true);
      span.end();
    };
    const provider = new sdk.TracerProvider({
      spanProcessors: [Object.assign(new Recorder(), { onEnding }), recorder],
    });
    provider.getTracer('t').startSpan('s').end();
    assert.deepEqual(seen, [true]);
    assert.deepEqual(recorder.ended[0]?.attributes, { late: true });
  });

  it('TSDK-21 TAPI-38 has a start to the nanosecond and a duration that is never negative', () => {
    const { recorder, provider } = setUp();
    const tracer = provider.getTracer('t');
    const before = Date.now();
    for (let index = 0; index < 200; index++) tracer.startSpan('s').end();
    assert.ok(recorder.ended.every((span) => span.duration[0] >= 0 && span.duration[1] >= 0));
    assert.ok(
      recorder.ended.some((span) => span.startTime[1] % 1_000_000 !== 0),
      'starts are not whole milliseconds',
    );
    const [seconds] = recorder.ended[0]?.startTime ?? [0];
    assert.ok(Math.abs(seconds - before / 1000) < 2);
    tracer.startSpan('s', { startTime: [2_000_000_000, 0] }).end([1_999_999_999, 0]);
    assert.deepEqual(recorder.ended.at(-1)?.duration, [0, 0]);
  });
});

describe('a provider', () => {
  it('TSDK-06 gives out tracers that do nothing after shutdown, and so do those it gave out before', async () => {
    const { recorder, provider } = setUp();
    const early = provider.getTracer('t');
    await provider.shutdown();
    assert.equal(early.startSpan('s').isRecording(), false);
    assert.equal(provider.getTracer('u').startSpan('s').isRecording(), false);
    assert.equal(recorder.started.length, 0);
  });

  it('TSDK-07 shuts down once, and says when a processor fails or takes too long', async () => {
    const { recorder, provider } = setUp();
    await Promise.all([provider.shutdown(), provider.shutdown()]);
    assert.equal(recorder.calls.filter((call) => call === 'shutdown').length, 1);
    const failing = Object.assign(new Recorder(), { shutdown: () => Promise.reject(new Error('stuck')) });
    await assert.rejects(new sdk.TracerProvider({ spanProcessors: [failing] }).shutdown(), /stuck/);
    const hanging = Object.assign(new Recorder(), { shutdown: () => new Promise<void>(() => {}) });
    const slow = new sdk.TracerProvider({ spanProcessors: [hanging] });
    const keepAlive = setTimeout(() => {}, 5000);
    await assert.rejects(slow.shutdown({ timeoutMillis: 20 }), /20 ms/);
    clearTimeout(keepAlive);
  });

  it('TSDK-08 flushes every processor, with a timeout and a result', async () => {
    const { recorder, provider } = setUp();
    await provider.forceFlush();
    assert.deepEqual(recorder.calls, ['forceFlush']);
    const hanging = Object.assign(new Recorder(), { forceFlush: () => new Promise<void>(() => {}) });
    const slow = new sdk.TracerProvider({ spanProcessors: [hanging] });
    const keepAlive = setTimeout(() => {}, 5000);
    await assert.rejects(slow.forceFlush({ timeoutMillis: 20 }));
    clearTimeout(keepAlive);
  });

  it('TSDK-02 a change of its configuration reaches the tracers it gave out before', () => {
    const { provider } = setUp();
    const tracer = provider.getTracer('t');
    const late = new Recorder();
    provider.addSpanProcessor(late);
    tracer.startSpan('s').end();
    assert.equal(late.ended.length, 1);
  });

  it('TSDK-03 a configurator is asked with the scope when a tracer is made; patterns choose by name', () => {
    const asked: unknown[] = [];
    const provider = new sdk.TracerProvider({
      tracerConfigurator: (scope) => {
        asked.push([scope.name, scope.version, scope.attributes]);
        return {};
      },
    });
    provider.getTracer('a', '1', { attributes: { shard: 1 } });
    provider.getTracer('a', '1', { attributes: { shard: 1 } });
    assert.deepEqual(asked, [['a', '1', { shard: 1 }]]);
    const byName = sdk.createTracerConfigurator([
      { pattern: 'noisy.*', config: { enabled: false } },
      { pattern: 'c?t', config: { enabled: false } },
    ]);
    const names = ['noisy.', 'noisy.a.b', 'noisy', 'cat', 'ct', 'a.noisy.b'];
    const enabled = names.filter((name) => byName({ name }).enabled !== false);
    assert.deepEqual(enabled, ['noisy', 'ct', 'a.noisy.b']);
    assert.throws(() => new sdk.TracerProvider({ tracerConfigurator: {} as never }), /tracerConfigurator/);
  });

  it('TSDK-04 a tracer is on by default, a disabled one does nothing, and a new configurator counts at once', () => {
    const ended: string[] = [];
    const provider = new sdk.TracerProvider({
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (span) => void ended.push(span.name),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    const tracer = provider.getTracer('a');
    const before = tracer.startSpan('before');
    provider.setTracerConfigurator(() => ({ enabled: false }));
    assert.equal(tracer.enabled(), false);
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const off = tracer.startSpan('off', {}, api.trace.setSpanContext(api.ROOT_CONTEXT, parent));
    assert.equal(off.isRecording(), false);
    assert.deepEqual(off.spanContext(), parent);
    off.end();
    before.setAttribute('k', 1).end();
    assert.equal(provider.getTracer('b').enabled(), false);
    provider.setTracerConfigurator(() => {
      throw new Error('by design');
    });
    assert.equal(tracer.enabled(), true);
    tracer.startSpan('after').end();
    assert.deepEqual(ended, ['before', 'after']);
  });
});
