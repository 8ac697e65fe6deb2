/** The entry `ot`: whatever a stranger sends is read without harm, and what is written is read back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createTraceState } from '../../../api/trace/trace-state.ts';
import { readOtEntry, withThreshold } from './ot-trace-state.ts';
import { fullThreshold, hexOf, shortened, thresholdOf } from './threshold.ts';

const hexDigits = fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: 1, maxLength: 14 });
const threshold = hexDigits.map((digits) => shortened(digits.join('')));
const randomness = fc.bigInt({ min: 0n, max: 2n ** 56n - 1n }).map(hexOf);

describe('the entry ot of a tracestate', () => {
  it('is read without harm, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const entry = readOtEntry(createTraceState(`ot=${text}`));
        assert.match(entry.threshold ?? '0', /^[0-9a-f]{1,14}$/);
        assert.match(entry.randomness ?? '0'.repeat(14), /^[0-9a-f]{14}$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back what was written, and never loses randomness or the sub-keys of others', () => {
    fc.assert(
      fc.property(threshold, fc.option(randomness, { nil: undefined }), fc.nat(99), (th, rv, other) => {
        const before = createTraceState(`ot=k${other}:v${rv === undefined ? '' : `;rv:${rv}`},x=1`);
        const after = withThreshold(before, readOtEntry(before), th);
        assert.deepEqual(readOtEntry(after), { threshold: th, randomness: rv, others: [`k${other}:v`] });
        const without = withThreshold(after, readOtEntry(after), undefined);
        assert.deepEqual(readOtEntry(without), readOtEntry(before));
        assert.equal(without?.get('x'), '1');
      }),
      { numRuns: 1000 },
    );
  });

  it('holds thresholds that rise as the probability falls, within the rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -56, max: 1, noNaN: true }), (probability) => {
        const full = fullThreshold(thresholdOf(probability));
        assert.equal(full.length, 14);
        const actual = Number(2n ** 56n - BigInt(`0x${full}`)) / 2 ** 56;
        assert.ok(
          Math.abs(actual / probability - 1) < 0.01 || probability < 2 ** -48,
          `${probability}: ${actual}`,
        );
      }),
      { numRuns: 1000 },
    );
  });
});
