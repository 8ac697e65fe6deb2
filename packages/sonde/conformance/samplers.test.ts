/** Rows SAMP: the built-in samplers and how a tracer asks them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SpanContext } from 'sonde';
import type { ReadableSpan, Sampler, SamplingResult } from 'sonde/sdk';
import { api, sdk } from './subject.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT: SpanContext = { traceId: TRACE_ID, spanId: '00f067aa0ba902b7', traceFlags: 1 };
const NOT_RECORD = 0;
const RECORD = 1;
const RECORD_AND_SAMPLED = 2;

function contextOf(parent: SpanContext | undefined) {
  return parent === undefined ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
}

function ask(sampler: Sampler, traceId = TRACE_ID, parent?: SpanContext): number {
  return sampler.shouldSample(contextOf(parent), traceId, 'name', api.SpanKind.INTERNAL, {}, []).decision;
}

function fixed(result: SamplingResult, calls: unknown[][] = []): Sampler {
  return {
    shouldSample: (...call) => {
      calls.push(call);
      return result;
    },
    toString: () => `Fixed{${result.decision}}`,
  };
}

/** Starts and ends a span; gives it and what the exporter got of it. */
function run(sampler: Sampler | undefined, parent?: SpanContext) {
  const exporter = new sdk.InMemorySpanExporter();
  const processor = new sdk.SimpleSpanProcessor({ exporter });
  const provider = new sdk.TracerProvider({ ...(sampler && { sampler }), spanProcessors: [processor] });
  const options = { kind: api.SpanKind.CLIENT, attributes: { given: 1 }, links: [{ context: PARENT }] };
  const span = provider.getTracer('test').startSpan('name', options, contextOf(parent));
  const recording = span.isRecording();
  span.end();
  return { span, recording, exported: exporter.getFinishedSpans() as ReadableSpan[] };
}

/** Ids spread over the whole range of what samplers read. */
function someIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const word = (salt: number) => (Math.imul(index + 1, salt) >>> 0).toString(16).padStart(8, '0');
    return word(0x9e3779b1) + word(0x85ebca6b) + word(0xc2b2ae35) + word(0x27d4eb2f);
  });
}

describe('samplers', () => {
  it('SAMP-01 a sampler is asked with context, trace id, name, kind, attributes and links', () => {
    const calls: unknown[][] = [];
    const { span } = run(fixed({ decision: RECORD_AND_SAMPLED }, calls), PARENT);
    assert.equal(calls.length, 1);
    const [context, traceId, name, kind, attributes, links] = calls[0] as Parameters<Sampler['shouldSample']>;
    assert.equal(api.trace.getSpanContext(context)?.spanId, PARENT.spanId);
    assert.equal(traceId, span.spanContext().traceId);
    assert.equal(name, 'name');
    assert.equal(kind, api.SpanKind.CLIENT);
    assert.deepEqual(attributes, { given: 1 });
    assert.equal(links[0]?.context.spanId, PARENT.spanId);
  });

  it('SAMP-01 the trace id of a root span is made before the sampler is asked', () => {
    const calls: unknown[][] = [];
    const { span } = run(fixed({ decision: NOT_RECORD }, calls));
    assert.match(String(calls[0]?.[1]), /^[0-9a-f]{32}$/);
    assert.equal(span.spanContext().traceId, calls[0]?.[1]);
  });

  it('SAMP-02 the three decisions: dropped, recorded only, recorded and sampled', () => {
    for (const [decision, recording, sampled, exported] of [
      [NOT_RECORD, false, 0, 0],
      [RECORD, true, 0, 0],
      [RECORD_AND_SAMPLED, true, 1, 1],
    ] as const) {
      const result = run(fixed({ decision }));
      assert.equal(result.recording, recording);
      assert.equal(result.span.spanContext().traceFlags & api.TraceFlags.SAMPLED, sampled);
      assert.equal(result.exported.length, exported);
    }
  });

  it('SAMP-02 attributes of the result are added to the span, and the result is left alone', () => {
    const result = Object.freeze({
      decision: RECORD_AND_SAMPLED,
      attributes: Object.freeze({ sampled: 'yes' }),
    }) as SamplingResult;
    const { exported } = run(fixed(result));
    assert.deepEqual(exported[0]?.attributes, { given: 1, sampled: 'yes' });
  });

  it('SAMP-02 the tracestate of the result is that of the span, an empty one clears it', () => {
    const parent = { ...PARENT, traceState: api.createTraceState('parent=1') };
    const stateOf = (result: SamplingResult) =>
      run(fixed(result), parent).span.spanContext().traceState?.serialize();
    const traceState = api.createTraceState('sampler=1');
    assert.equal(stateOf({ decision: RECORD_AND_SAMPLED, traceState }), 'sampler=1');
    assert.equal(stateOf({ decision: NOT_RECORD, traceState }), 'sampler=1');
    assert.equal(stateOf({ decision: RECORD_AND_SAMPLED }), 'parent=1');
    assert.equal(stateOf({ decision: RECORD_AND_SAMPLED, traceState: api.createTraceState() }) ?? '', '');
  });

  it('SAMP-03 a sampler describes itself', () => {
    assert.equal(new sdk.TraceIdRatioBasedSampler(0.25).toString(), 'TraceIdRatioBased{0.25}');
    const sampler = new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(0.001) });
    assert.equal(
      sampler.toString(),
      'ParentBased{root=TraceIdRatioBased{0.001}, remoteParentSampled=AlwaysOnSampler, ' +
        'remoteParentNotSampled=AlwaysOffSampler, localParentSampled=AlwaysOnSampler, ' +
        'localParentNotSampled=AlwaysOffSampler}',
    );
  });

  it('SAMP-04 by default a root is sampled and a child does what its parent does', () => {
    assert.equal(run(undefined).exported.length, 1);
    assert.equal(run(undefined, PARENT).exported.length, 1);
    assert.equal(run(undefined, { ...PARENT, traceFlags: 0 }).exported.length, 0);
    assert.equal(run(undefined, { ...PARENT, traceFlags: 0, isRemote: true }).recording, false);
  });

  it('SAMP-05 AlwaysOn and AlwaysOff, with their exact descriptions', () => {
    const on = new sdk.AlwaysOnSampler();
    const off = new sdk.AlwaysOffSampler();
    for (const parent of [undefined, PARENT, { ...PARENT, traceFlags: 0 }]) {
      assert.equal(ask(on, TRACE_ID, parent), RECORD_AND_SAMPLED);
      assert.equal(ask(off, TRACE_ID, parent), NOT_RECORD);
      assert.equal(run(on, parent).exported.length, 1);
      assert.equal(run(off, parent).exported.length, 0);
    }
    assert.equal(on.toString(), 'AlwaysOnSampler');
    assert.equal(off.toString(), 'AlwaysOffSampler');
  });

  it('SAMP-06 TraceIdRatioBased decides by the trace id alone', () => {
    const ids = someIds(2000);
    for (const ratio of [0.1, 0.5, 0.9]) {
      const decide = (parent?: SpanContext) =>
        ids.map((id) => ask(new sdk.TraceIdRatioBasedSampler(ratio), id, parent));
      assert.deepEqual(decide(), decide(PARENT));
      assert.deepEqual(decide(), decide({ ...PARENT, traceFlags: 0 }));
      const share = decide().filter((decision) => decision === RECORD_AND_SAMPLED).length / ids.length;
      assert.ok(Math.abs(share - ratio) < 0.05, `${share} of the traces at ${ratio}`);
    }
  });

  it('SAMP-06 what a ratio samples every greater ratio samples', () => {
    const ids = someIds(500);
    let before = new Set<string>();
    for (const ratio of [0, 1e-6, 0.01, 0.1, 0.3333, 0.5, 0.9, 1]) {
      const sampler = new sdk.TraceIdRatioBasedSampler(ratio);
      const sampled = new Set(ids.filter((id) => ask(sampler, id) === RECORD_AND_SAMPLED));
      for (const id of before) assert.ok(sampled.has(id));
      before = sampled;
    }
    assert.equal(before.size, ids.length);
  });

  it('SAMP-18 ParentBased asks the root or one of four delegates', () => {
    const result = (traceState: string) =>
      fixed({ decision: RECORD, traceState: api.createTraceState(traceState) });
    const sampler = new sdk.ParentBasedSampler({
      root: result('r=root'),
      remoteParentSampled: result('r=remote-on'),
      remoteParentNotSampled: result('r=remote-off'),
      localParentSampled: result('r=local-on'),
      localParentNotSampled: result('r=local-off'),
    });
    const asked = (parent?: SpanContext) =>
      sampler
        .shouldSample(contextOf(parent), TRACE_ID, 'name', api.SpanKind.INTERNAL, {}, [])
        .traceState?.get('r');
    assert.equal(asked(), 'root');
    assert.equal(asked({ ...PARENT, spanId: '0000000000000000' }), 'root');
    assert.equal(asked({ ...PARENT, isRemote: true }), 'remote-on');
    assert.equal(asked({ ...PARENT, isRemote: true, traceFlags: 2 }), 'remote-off');
    assert.equal(asked({ ...PARENT, traceFlags: 3 }), 'local-on');
    assert.equal(asked({ ...PARENT, traceFlags: 0 }), 'local-off');
  });

  it('SAMP-18 the delegates of ParentBased are optional: on when the parent is sampled, off when not', () => {
    const sampler = new sdk.ParentBasedSampler({ root: new sdk.AlwaysOffSampler() });
    assert.equal(ask(sampler), NOT_RECORD);
    for (const isRemote of [true, false]) {
      assert.equal(ask(sampler, TRACE_ID, { ...PARENT, isRemote }), RECORD_AND_SAMPLED);
      assert.equal(ask(sampler, TRACE_ID, { ...PARENT, isRemote, traceFlags: 0 }), NOT_RECORD);
    }
  });

  it('SAMP-22 AlwaysRecord records what its root drops and changes nothing else', () => {
    const of = (decision: 0 | 1 | 2) => ask(sdk.createAlwaysRecordSampler(fixed({ decision })));
    assert.equal(of(NOT_RECORD), RECORD);
    assert.equal(of(RECORD), RECORD);
    assert.equal(of(RECORD_AND_SAMPLED), RECORD_AND_SAMPLED);
    const { recording, span, exported } = run(sdk.createAlwaysRecordSampler(new sdk.AlwaysOffSampler()));
    assert.equal(recording, true);
    assert.equal(span.spanContext().traceFlags & api.TraceFlags.SAMPLED, 0);
    assert.equal(exported.length, 0);
    assert.equal(run(sdk.createAlwaysRecordSampler(new sdk.AlwaysOnSampler())).exported.length, 1);
  });

  it('SAMP-34 a sampler that throws or answers nonsense does not break the application', () => {
    const throwing: Sampler = {
      shouldSample() {
        throw new Error('sampler');
      },
      toString: () => 'Throwing',
    };
    for (const sampler of [
      throwing,
      fixed(undefined as never),
      fixed({} as never),
      fixed({ decision: 9 } as never),
    ]) {
      const wrapped = [
        sampler,
        new sdk.ParentBasedSampler({ root: sampler }),
        sdk.createAlwaysRecordSampler(sampler),
      ];
      for (const each of wrapped) {
        const { span } = run(each);
        assert.match(span.spanContext().traceId, /^[0-9a-f]{32}$/);
      }
    }
  });
});
