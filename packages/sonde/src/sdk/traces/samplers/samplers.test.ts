/** What the built-in samplers decide, and that their fast answers are their slow ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ROOT_CONTEXT } from '../../../api/context/context.ts';
import { SPAN_KEY } from '../../../api/context/context-key.ts';
import type { SpanContext } from '../../../api/trace/span-context.ts';
import { AlwaysOffSampler } from './always-off-sampler.ts';
import { AlwaysOnSampler } from './always-on-sampler.ts';
import { AlwaysRecordSampler } from './always-record-sampler.ts';
import { ParentBasedSampler } from './parent-based-sampler.ts';
import { type FastSampler, fastSampler, type Sampler, SamplingDecision } from './sampler.ts';
import { TraceIdRatioBasedSampler } from './trace-id-ratio-based-sampler.ts';

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((d) => d.join(''));
const ids = hex(32).filter((id) => /[1-9a-f]/.test(id));

function ask(sampler: Sampler, traceId: string, parent?: SpanContext): SamplingDecision {
  const context =
    parent === undefined ? ROOT_CONTEXT : ROOT_CONTEXT.setValue(SPAN_KEY, { spanContext: () => parent });
  return sampler.shouldSample(context, traceId, 'name', 0, {}, []).decision;
}

function askFast(sampler: Sampler, traceId: string, parent?: SpanContext): SamplingDecision {
  const fast = fastSampler(sampler) as FastSampler;
  return fast.decide(
    parent === undefined ? -1 : parent.traceFlags,
    parent?.isRemote === true,
    Number.parseInt(traceId.slice(16, 24), 16) | 0,
    Number.parseInt(traceId.slice(24), 16) | 0,
  );
}

/** The rule as the Go SDK states it, in exact arithmetic. */
function goRule(traceId: string, ratio: number): boolean {
  const bound = BigInt(Math.floor(ratio * 2 ** 63));
  return BigInt(`0x${traceId.slice(16)}`) >> 1n < bound;
}

describe('TraceIdRatioBasedSampler', () => {
  it('keeps the traces that the Go, Rust and Ruby SDKs keep', () => {
    fc.assert(
      fc.property(ids, fc.double({ min: 0, max: 1, noNaN: true }), (id, ratio) => {
        const expected = goRule(id, ratio) ? RECORD_AND_SAMPLED : NOT_RECORD;
        assert.equal(ask(new TraceIdRatioBasedSampler(ratio), id), expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps at a greater ratio what it keeps at a smaller one', () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(ids, ratio, ratio, (id, a, b) => {
        const kept = (value: number) => ask(new TraceIdRatioBasedSampler(value), id);
        assert.ok(kept(Math.min(a, b)) <= kept(Math.max(a, b)));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the last id below the bound and drops the first at it', () => {
    const sampler = new TraceIdRatioBasedSampler(0.5);
    assert.equal(ask(sampler, `${'f'.repeat(16)}7fffffffffffffff`), RECORD_AND_SAMPLED);
    assert.equal(ask(sampler, `${'0'.repeat(16)}8000000000000000`), NOT_RECORD);
  });

  it('keeps about its share of random ids', () => {
    let kept = 0;
    const sampler = new TraceIdRatioBasedSampler(0.25);
    for (let i = 0; i < 20_000; i++) {
      const low = Math.imul(i + 1, 0x9e3779b1) ^ 0x5bd1e995;
      kept += sampler.decide(-1, false, low, i) === RECORD_AND_SAMPLED ? 1 : 0;
    }
    assert.ok(Math.abs(kept / 20_000 - 0.25) < 0.02, `kept ${kept} of 20000`);
  });

  it('keeps nothing at 0, everything at 1, and nothing for what is no id', () => {
    assert.equal(ask(new TraceIdRatioBasedSampler(0), '0'.repeat(31).concat('1')), NOT_RECORD);
    assert.equal(ask(new TraceIdRatioBasedSampler(1), 'f'.repeat(32)), RECORD_AND_SAMPLED);
    assert.equal(ask(new TraceIdRatioBasedSampler(1), 'not an id'), NOT_RECORD);
  });

  for (const ratio of [-0.001, 1.001, Number.NaN, '0.5' as unknown as number, null as unknown as number]) {
    it(`refuses the ratio ${JSON.stringify(ratio)}`, () => {
      assert.throws(() => new TraceIdRatioBasedSampler(ratio), /from 0 to 1, not/);
    });
  }
});

describe('fast path', () => {
  const plain: Sampler = { shouldSample: () => ({ decision: RECORD }), toString: () => 'plain' };
  const delegates: Sampler[] = [
    new AlwaysOnSampler(),
    new AlwaysOffSampler(),
    new TraceIdRatioBasedSampler(0.3),
    new AlwaysRecordSampler(new TraceIdRatioBasedSampler(0.7)),
    new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
  ];
  const delegate = fc.constantFrom(...delegates);
  const parents = fc.option(
    fc.record({
      traceId: ids,
      spanId: fc.constant('00f067aa0ba902b7'),
      traceFlags: fc.integer({ min: 0, max: 255 }),
      isRemote: fc.boolean(),
    }),
    { nil: undefined },
  );

  it('answers as shouldSample does, for every composition and parent', () => {
    const samplers = fc
      .tuple(delegate, delegate, delegate, delegate, delegate)
      .map(
        ([root, remoteParentSampled, remoteParentNotSampled, localParentSampled, localParentNotSampled]) => {
          const config = { root, remoteParentSampled, remoteParentNotSampled };
          return new ParentBasedSampler({ ...config, localParentSampled, localParentNotSampled });
        },
      );
    fc.assert(
      fc.property(samplers, ids, parents, (sampler, id, parent) => {
        assert.equal(askFast(sampler, id, parent), ask(sampler, id, parent));
      }),
      { numRuns: 1000 },
    );
  });

  it('is offered only when all delegates are ours', () => {
    assert.equal(fastSampler(plain), undefined);
    assert.equal(fastSampler(new AlwaysRecordSampler(plain)), undefined);
    assert.equal(
      fastSampler(new ParentBasedSampler({ root: new AlwaysOnSampler(), localParentSampled: plain })),
      undefined,
    );
  });

  it('is not offered once shouldSample is overridden', () => {
    class Mine extends AlwaysOnSampler {
      override shouldSample() {
        return { decision: NOT_RECORD };
      }
    }
    assert.equal(fastSampler(new Mine()), undefined);
    assert.equal(fastSampler(new ParentBasedSampler({ root: new Mine() })), undefined);
    const patched = new AlwaysOnSampler();
    patched.shouldSample = () => ({ decision: NOT_RECORD });
    assert.equal(fastSampler(patched), undefined);
  });

  it('asks for the trace id only where it is read', () => {
    const needs = (sampler: Sampler) => fastSampler(sampler)?.needsTraceId;
    assert.equal(needs(new AlwaysOnSampler()), false);
    assert.equal(needs(new ParentBasedSampler({ root: new AlwaysOnSampler() })), false);
    assert.equal(needs(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(1) })), true);
    assert.equal(needs(new AlwaysRecordSampler(new TraceIdRatioBasedSampler(1))), true);
  });
});

describe('composed samplers', () => {
  it('treats a parent with invalid ids as no parent', () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    const parent = { traceId: '0'.repeat(32), spanId: '00f067aa0ba902b7', traceFlags: 1 };
    assert.equal(ask(sampler, 'f'.repeat(32), parent), NOT_RECORD);
  });

  it('keeps the attributes and tracestate of what AlwaysRecord upgrades', () => {
    const traceState = { get: () => undefined } as never;
    const root: Sampler = {
      shouldSample: () => ({ decision: NOT_RECORD, attributes: { a: 1 }, traceState }),
      toString: () => 'root',
    };
    const result = new AlwaysRecordSampler(root).shouldSample(ROOT_CONTEXT, '', '', 0, {}, []);
    assert.deepEqual(result, { decision: RECORD, attributes: { a: 1 }, traceState });
  });

  it('refuses what is no sampler, by the name of the option', () => {
    assert.throws(() => new ParentBasedSampler({} as never), /option root .* not undefined/);
    assert.throws(() => new ParentBasedSampler(undefined as never), /option root/);
    const bad = { root: new AlwaysOnSampler(), localParentSampled: 'always_on' as never };
    assert.throws(() => new ParentBasedSampler(bad), /option localParentSampled .* not "always_on"/);
    assert.throws(() => new AlwaysRecordSampler(undefined as never), /must be a sampler/);
  });
});
