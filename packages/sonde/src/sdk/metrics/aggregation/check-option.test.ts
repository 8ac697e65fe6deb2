import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AggregationType, type ViewAggregationOption } from '../aggregation-option.ts';
import { boundariesProblem } from './bucket.ts';
import { problemOf } from './check-option.ts';

describe('the bounds of buckets', () => {
  it('are a list of rising numbers, infinities among them, or none', () => {
    for (const bounds of [undefined, [], [0], [-1.5, 0, 2], [-Infinity, 0, Infinity]]) {
      assert.equal(boundariesProblem(bounds), undefined);
    }
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    [5, 'got 5'],
    ['1, 2', 'got "1, 2"'],
    [{}, 'got an object'],
    [[1, 2, 2], 'got 2 after 2 at index 2'],
    [[5, 3], 'got 3 after 5 at index 1'],
    [[Number.NaN], 'got NaN at index 0'],
    [[1, Number.NaN], 'got NaN after 1 at index 1'],
    [[1, '2'], 'got "2" after 1 at index 1'],
    [[1, Object.create(null)], 'got an object after 1 at index 1'],
    // biome-ignore lint/suspicious/noSparseArray: a list with a hole is what is tested
    [[1, , 3], 'got undefined after 1 at index 1'],
  ];
  for (const [bounds, got] of wrong) {
    it(`name the first that is wrong: ${got}`, () => {
      assert.equal(boundariesProblem(bounds), `boundaries must be a list of rising numbers, ${got}`);
    });
  }
});

describe('a choice of aggregation', () => {
  const { EXPONENTIAL_HISTOGRAM: type } = AggregationType;
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /^it must be .*, got undefined; AggregationType has DEFAULT \(0\), .*_HISTOGRAM \(5\)$/],
    ['drop', /got "drop";/],
    [{ type: 6 }, /got \{ type: 6 \};/],
    [{ type: Object.create(null) }, /got \{ type: an object \};/],
    [{ type, options: { maxSize: 1 } }, /^options.maxSize .* from 2 to 100000, got 1$/],
    [{ type, options: { maxSize: 100_001 } }, /got 100001$/],
    [{ type, options: { maxScale: -11 } }, /^options.maxScale .* from -10 to 20, got -11$/],
    [{ type, options: { maxScale: 21 } }, /got 21$/],
    [{ type, options: { zeroThreshold: '0' } }, /^options.zeroThreshold .* got "0"$/],
  ];
  for (const [option, problem] of wrong) {
    it(`says what is wrong and allowed: ${problem}`, () => {
      assert.match(problemOf(option as ViewAggregationOption) ?? '', problem);
    });
  }

  it('can be all that is allowed', () => {
    for (const options of [
      undefined,
      {},
      { maxSize: 2, maxScale: -10 },
      { maxSize: 100_000, maxScale: 20, zeroThreshold: 0 },
    ]) {
      assert.equal(problemOf({ type, options } as ViewAggregationOption), undefined);
    }
  });
});
