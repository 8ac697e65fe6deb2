import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hex16, parsedSpanId, parseSpanId, parseTraceId, randomInt32, randomTraceId } from './ids.ts';

const hexOf = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((c) => c.join(''));

describe('ids', () => {
  it('read and written again are the same', () => {
    fc.assert(
      fc.property(hexOf(32), hexOf(16), (trace, span) => {
        fc.pre(!/^0+$/.test(trace) && !/^0+$/.test(span));
        const id = parseTraceId(trace)!;
        assert.equal(hex16(id.word0, id.word1) + hex16(id.word2, id.word3), trace);
        assert.equal(id.hex, trace);
        assert.ok(parseSpanId(span));
        assert.equal(hex16(parsedSpanId.high, parsedSpanId.low), span);
      }),
      { numRuns: 1000 },
    );
  });

  it('are refused when they have the wrong length, a wrong digit or only zeroes', () => {
    const valid = '0af7651916cd43dd8448eb211c80319c';
    const wrong = [valid.slice(1), `${valid}0`, valid.replace('f', 'g'), '0'.repeat(32), '', ' '.repeat(32)];
    for (const hex of wrong) assert.equal(parseTraceId(hex), undefined, hex);
    for (const hex of ['00f067aa0ba902b', '00f067aa0ba902b77', '0000000000000000', '00f067aa0ba902bx']) {
      assert.equal(parseSpanId(hex), false, hex);
    }
    assert.ok(parseTraceId(valid), 'a valid id is read after invalid ones');
  });

  it('in upper case are taken and passed on in lower case', () => {
    assert.equal(parseTraceId('0AF7651916CD43DD8448EB211C80319C')?.hex, '0af7651916cd43dd8448eb211c80319c');
  });

  it('are all different and lower-case hex', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 100_000; index++) seen.add(randomTraceId().hex);
    assert.equal(seen.size, 100_000);
    for (const hex of seen) assert.match(hex, /^[0-9a-f]{32}$/);
  });

  it('have each bit set in about half of them', () => {
    const counts = new Array<number>(32).fill(0);
    for (let index = 0; index < 20_000; index++) {
      const word = randomInt32();
      for (let bit = 0; bit < 32; bit++) counts[bit]! += (word >>> bit) & 1;
    }
    // Six standard deviations of a fair coin thrown 20,000 times: 424.
    for (const count of counts) assert.ok(Math.abs(count - 10_000) < 424, String(counts));
  });
});
