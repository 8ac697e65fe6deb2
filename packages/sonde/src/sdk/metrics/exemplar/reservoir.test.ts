/** Each measurement of an interval is kept with the same chance, though most of them draw no number. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../../../api/context/context.ts';
import { AlignedHistogramBucketExemplarReservoir } from './aligned-reservoir.ts';
import type { ExemplarReservoir } from './reservoir.ts';
import { SimpleFixedSizeExemplarReservoir } from './simple-reservoir.ts';

const ROUNDS = 20_000;
const OFFERS = 10;

/** How often each of ten measurements of an interval was kept. */
function tally(reservoir: ExemplarReservoir): number[] {
  const kept = new Array<number>(OFFERS).fill(0);
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < OFFERS; at++) reservoir.offer(at, [0, 0], {}, ROOT_CONTEXT);
    for (const { value } of reservoir.collect({})) kept[value]!++;
  }
  return kept;
}

/** Six standard deviations around the mean of a binomial distribution: wrong once in 500 million. */
function assertChance(kept: readonly number[], chance: number): void {
  const mean = ROUNDS * chance;
  const bound = 6 * Math.sqrt(mean * (1 - chance));
  for (const [at, count] of kept.entries()) {
    assert.ok(Math.abs(count - mean) < bound, `measurement ${at}: ${count} of ${ROUNDS}, expected ${mean}`);
  }
}

describe('exemplar reservoirs', () => {
  it('keep one of ten measurements, each with a tenth of a chance', () => {
    assertChance(tally(new SimpleFixedSizeExemplarReservoir()), 1 / OFFERS);
  });

  it('keep three of ten, each with three tenths', () => {
    assertChance(tally(new SimpleFixedSizeExemplarReservoir(3)), 3 / OFFERS);
  });

  it('keep one of each bucket, its five measurements with a fifth each', () => {
    assertChance(tally(new AlignedHistogramBucketExemplarReservoir([4.5])), 2 / OFFERS);
  });

  it('keep something of every interval that had a measurement', () => {
    for (const reservoir of [
      new SimpleFixedSizeExemplarReservoir(),
      new AlignedHistogramBucketExemplarReservoir([1, 2]),
    ]) {
      for (let round = 0; round < 1_000; round++) {
        for (let at = 0; at <= round; at++) reservoir.offer(0, [0, at], {}, ROOT_CONTEXT);
        assert.equal(reservoir.collect({}).length, 1);
        assert.equal(reservoir.collect({}).length, 0);
      }
    }
  });
});
