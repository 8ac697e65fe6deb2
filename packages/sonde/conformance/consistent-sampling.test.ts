/** Rows SAMP of consistent probability sampling: thresholds and randomness in the tracestate, samplers that combine. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Context } from 'sonde';
import type { ComposableSampler, Sampler, SamplingResult } from 'sonde/sdk';
import { api, sdk } from './subject.ts';

const { NOT_RECORD, RECORD_AND_SAMPLED } = sdk.SamplingDecision;

/** A trace id whose last 56 bits are these hex digits. */
const idWith = (randomness: string): string => `1111111111111111${`11${randomness}`.slice(-16)}`;

interface Parent {
  readonly traceState?: string;
  readonly flags?: number;
}

function contextOf(traceId: string, parent: Parent | undefined): Context {
  if (parent === undefined) return api.ROOT_CONTEXT;
  const { traceState, flags = 3 } = parent;
  return api.trace.setSpanContext(api.ROOT_CONTEXT, {
    traceId,
    spanId: 'b'.repeat(16),
    traceFlags: flags,
    isRemote: true,
    ...(traceState === undefined ? undefined : { traceState: api.createTraceState(traceState) }),
  });
}

function ask(sampler: Sampler, randomness: string, parent?: Parent): SamplingResult {
  const traceId = idWith(randomness);
  return sampler.shouldSample(contextOf(traceId, parent), traceId, 'name', 0, {}, []);
}

const stateOf = (result: SamplingResult): string => result.traceState?.serialize() ?? '';

describe('ProbabilitySampler', () => {
  it('SAMP-09 keeps the randomness that is at least the threshold, and no less', () => {
    const sampler = new sdk.ProbabilitySampler(0.25);
    assert.equal(ask(sampler, 'c0000000000000').decision, RECORD_AND_SAMPLED);
    assert.equal(ask(sampler, 'bfffffffffffff').decision, NOT_RECORD);
    assert.equal(ask(sampler, 'ffffffffffffff').decision, RECORD_AND_SAMPLED);
    const least = new sdk.ProbabilitySampler(2 ** -56);
    assert.equal(ask(least, 'ffffffffffffff').decision, RECORD_AND_SAMPLED);
    assert.equal(ask(least, 'fffffffffffffe').decision, NOT_RECORD);
    assert.equal(ask(new sdk.ProbabilitySampler(1), '00000000000000').decision, RECORD_AND_SAMPLED);
    assert.equal(ask(new sdk.ProbabilitySampler(0), 'ffffffffffffff').decision, NOT_RECORD);
    for (const wrong of [2 ** -57, -0.1, 1.0001, Number.NaN, '1' as unknown as number]) {
      assert.throws(() => new sdk.ProbabilitySampler(wrong), /from 2\^-56 to 1, not/);
    }
  });

  it('SAMP-10 writes the threshold of what it samples, and takes an old one away from what it drops', () => {
    const sampler = new sdk.ProbabilitySampler(0.5);
    assert.equal(stateOf(ask(sampler, '80000000000000')), 'ot=th:8');
    assert.equal(stateOf(ask(sampler, '7fffffffffffff')), '');
    assert.equal(stateOf(ask(sampler, '7fffffffffffff', { traceState: 'ot=th:c,vendor=1' })), 'vendor=1');
  });

  it('SAMP-12 rounds to four digits behind the leading f, as the table of the specification has it', () => {
    const table: Readonly<Record<string, number>> = {
      0: 1,
      8: 0.5,
      aaab: 1 / 3,
      c: 0.25,
      cccd: 0.2,
      e: 0.125,
      e666: 0.1,
      f: 0.0625,
      fd70a: 0.01,
      ffbe77: 0.001,
      fff9724: 0.0001,
      ffff583a: 0.00001,
      ffffef39: 0.000001,
    };
    for (const [threshold, ratio] of Object.entries(table)) {
      assert.equal(stateOf(ask(new sdk.ProbabilitySampler(ratio), 'ffffffffffffff')), `ot=th:${threshold}`);
    }
  });

  it('SAMP-11 says that it presumes randomness when the random flag of the parent is not set', () => {
    const said: string[] = [];
    const note = (message: string): void => void said.push(message);
    api.diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note });
    const sampler = new sdk.ProbabilitySampler(0.5);
    ask(sampler, 'ffffffffffffff');
    ask(sampler, 'ffffffffffffff', { flags: 3 });
    ask(sampler, 'ffffffffffffff', { flags: 1, traceState: 'ot=rv:ffffffffffffff' });
    assert.deepEqual(said, []);
    ask(sampler, 'ffffffffffffff', { flags: 1 });
    ask(sampler, 'ffffffffffffff', { flags: 1 });
    api.diag.disable();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /random flag/);
  });

  it('SAMP-17 SAMP-15 takes the trace id for random unless there is explicit randomness, which stays', () => {
    const sampler = new sdk.ProbabilitySampler(0.5);
    const kept = ask(sampler, '00000000000000', { traceState: 'ot=rv:80000000000000' });
    assert.equal(kept.decision, RECORD_AND_SAMPLED);
    assert.match(stateOf(kept), /rv:80000000000000/);
    const dropped = ask(sampler, 'ffffffffffffff', { traceState: 'ot=th:1;rv:7fffffffffffff' });
    assert.equal(dropped.decision, NOT_RECORD);
    assert.equal(stateOf(dropped), 'ot=rv:7fffffffffffff');
  });
});

describe('the tracestate entry ot', () => {
  const sampler = new sdk.ProbabilitySampler(0.5);

  it('SAMP-13 keeps what others wrote, up to 256 characters', () => {
    const others = 'p:8;future:A.b_c-9';
    assert.equal(
      stateOf(ask(sampler, 'ffffffffffffff', { traceState: `ot=${others},x=1` })),
      `ot=th:8;${others},x=1`,
    );
    const long = `k:${'a'.repeat(248)}`;
    assert.equal(stateOf(ask(sampler, 'ffffffffffffff', { traceState: `ot=${long}z` })), `ot=th:8;${long}z`);
    assert.equal(stateOf(ask(sampler, 'ffffffffffffff', { traceState: `ot=${long}zz` })), `ot=${long}zz`);
  });

  it('SAMP-14 takes 1 to 14 lower-case digits for th and exactly 14 for rv', () => {
    const following = sdk.createCompositeSampler(
      sdk.createComposableParentThresholdSampler(sdk.createComposableAlwaysOffSampler()),
    );
    const passedOn = (threshold: string) =>
      stateOf(ask(following, 'ffffffffffffff', { traceState: `ot=th:${threshold}` }));
    assert.equal(passedOn('c'), 'ot=th:c');
    assert.equal(passedOn('fedcba98765432'), 'ot=th:fedcba98765432');
    for (const wrong of ['', 'C', '0x1', 'fedcba987654321', 'g', '1.5'])
      assert.equal(passedOn(wrong), '', wrong);
    const decisionWith = (randomness: string) =>
      ask(sampler, '00000000000000', { traceState: `ot=rv:${randomness}` }).decision;
    assert.equal(decisionWith('ffffffffffffff'), RECORD_AND_SAMPLED);
    for (const wrong of ['fffffffffffff', 'fffffffffffffff', 'FFFFFFFFFFFFFF', '0xffffffffffff']) {
      assert.equal(decisionWith(wrong), NOT_RECORD, wrong);
    }
  });
});

describe('CompositeSampler', () => {
  const composed = (delegate: ComposableSampler) => sdk.createCompositeSampler(delegate);
  const intending = (threshold: bigint, thresholdReliable: boolean, more: object = {}): Sampler =>
    composed({ getSamplingIntent: () => ({ threshold, thresholdReliable, ...more }) });

  it('SAMP-23 compares threshold and randomness, and writes threshold and attributes of what it samples', () => {
    const sampler = intending(0xc0_0000_0000_0000n, true, { attributes: { kept: true } });
    const kept = ask(sampler, 'c0000000000000', { traceState: 'ot=rv:c0000000000000;p:1,x=1' });
    assert.equal(kept.decision, RECORD_AND_SAMPLED);
    assert.deepEqual(kept.attributes, { kept: true });
    assert.equal(stateOf(kept), 'ot=th:c;rv:c0000000000000;p:1,x=1');
    assert.equal(ask(sampler, 'bfffffffffffff').decision, NOT_RECORD);
    assert.throws(() => composed({} as ComposableSampler), /composable sampler/);
  });

  it('SAMP-24 throws anew for a threshold that is not reliable', () => {
    const sampler = intending(0x80_0000_0000_0000n, false);
    const kept = Array.from({ length: 400 }, () => ask(sampler, '00000000000000').decision);
    const share = kept.filter((decision) => decision === RECORD_AND_SAMPLED).length / kept.length;
    assert.ok(share > 0.3 && share < 0.7, `${share} of one trace`);
  });

  it('SAMP-25 asks for the tracestate with that of the parent and the decision, also without a parent', () => {
    const asked: unknown[] = [];
    const updateTraceState = (state: { serialize(): string } | undefined, isSampled: boolean) => {
      asked.push([state?.serialize(), isSampled]);
      return api.createTraceState('mine=1');
    };
    const sampler = intending(0x80_0000_0000_0000n, true, { updateTraceState });
    assert.equal(stateOf(ask(sampler, 'ffffffffffffff')), 'ot=th:8,mine=1');
    assert.equal(stateOf(ask(sampler, '00000000000000', { traceState: 'x=1' })), 'mine=1');
    assert.deepEqual(asked, [
      [undefined, true],
      ['x=1', false],
    ]);
  });

  it('SAMP-26 SAMP-27 gives what is dropped no attributes, and it and the unreliable no threshold', () => {
    const parent = { traceState: 'ot=th:4' };
    const dropped = ask(intending(-1n, true, { attributes: { a: 1 } }), 'ffffffffffffff', parent);
    assert.equal(dropped.decision, NOT_RECORD);
    assert.equal(dropped.attributes, undefined);
    assert.equal(stateOf(dropped), '');
    const unreliable = ask(intending(0n, false, { attributes: { a: 1 } }), 'ffffffffffffff', parent);
    assert.equal(unreliable.decision, RECORD_AND_SAMPLED);
    assert.equal(stateOf(unreliable), '');
  });

  it('SAMP-28 always on has a reliable threshold of 0, always off none', () => {
    const on = ask(composed(sdk.createComposableAlwaysOnSampler()), '00000000000000');
    assert.deepEqual([on.decision, stateOf(on)], [RECORD_AND_SAMPLED, 'ot=th:0']);
    const off = ask(composed(sdk.createComposableAlwaysOffSampler()), 'ffffffffffffff');
    assert.deepEqual([off.decision, stateOf(off)], [NOT_RECORD, '']);
  });

  it('SAMP-29 a probability of 0 is always off', () => {
    const half = composed(sdk.createComposableProbabilitySampler(0.5));
    assert.equal(stateOf(ask(half, '80000000000000')), 'ot=th:8');
    assert.equal(ask(half, '7fffffffffffff').decision, NOT_RECORD);
    assert.equal(
      String(sdk.createComposableProbabilitySampler(0)),
      String(sdk.createComposableAlwaysOffSampler()),
    );
  });

  it('SAMP-30 follows the threshold of the parent, else its flag, else asks the root', () => {
    const sampler = composed(
      sdk.createComposableParentThresholdSampler(sdk.createComposableProbabilitySampler(0.5)),
    );
    const asked = (randomness: string, parent?: Parent) => {
      const result = ask(sampler, randomness, parent);
      return [result.decision === RECORD_AND_SAMPLED, stateOf(result)];
    };
    assert.deepEqual(asked('80000000000000'), [true, 'ot=th:8']);
    assert.deepEqual(asked('70000000000000'), [false, '']);
    assert.deepEqual(asked('40000000000000', { traceState: 'ot=th:4' }), [true, 'ot=th:4']);
    assert.deepEqual(asked('3fffffffffffff', { traceState: 'ot=th:4', flags: 2 }), [false, '']);
    assert.deepEqual(asked('00000000000000', { flags: 3 }), [true, '']);
    assert.deepEqual(asked('ffffffffffffff', { flags: 2 }), [false, '']);
    // The flag and the threshold contradict each other: the flag counts, and the threshold goes.
    assert.deepEqual(asked('00000000000000', { traceState: 'ot=th:4', flags: 3 }), [true, '']);
  });

  it('SAMP-31 the first rule that fits is asked, and nothing is sampled where none does', () => {
    const rules = [
      {
        predicate: (...[, , name]: [Context, string, string]) => name === 'other',
        sampler: sdk.createComposableAlwaysOffSampler(),
      },
      {
        predicate: (...[, , name]: [Context, string, string]) => name === 'name',
        sampler: sdk.createComposableAlwaysOnSampler(),
      },
      { predicate: () => true, sampler: sdk.createComposableAlwaysOffSampler() },
    ];
    assert.equal(
      ask(composed(sdk.createComposableRuleBasedSampler(rules)), '0'.repeat(14)).decision,
      RECORD_AND_SAMPLED,
    );
    assert.equal(
      ask(composed(sdk.createComposableRuleBasedSampler([])), 'f'.repeat(14)).decision,
      NOT_RECORD,
    );
    assert.throws(
      () => sdk.createComposableRuleBasedSampler([{ predicate: () => true } as never]),
      /rules\[0\]\.sampler/,
    );
  });

  it('SAMP-32 annotates what its delegate samples', () => {
    const sampler = composed(
      sdk.createComposableAnnotatingSampler({ tier: 'gold' }, sdk.createComposableProbabilitySampler(0.5)),
    );
    assert.deepEqual(ask(sampler, 'ffffffffffffff').attributes, { tier: 'gold' });
    assert.equal(ask(sampler, '00000000000000').attributes, undefined);
  });

  it('SAMP-23 the span and what it sends on carry the threshold', () => {
    const ended: string[] = [];
    const provider = new sdk.TracerProvider({
      sampler: composed(sdk.createComposableAlwaysOnSampler()),
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (span) => void ended.push(span.spanContext().traceState?.serialize() ?? ''),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    provider.getTracer('t').startSpan('s').end();
    assert.deepEqual(ended, ['ot=th:0']);
  });
});
