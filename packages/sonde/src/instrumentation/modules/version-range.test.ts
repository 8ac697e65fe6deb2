import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isVersionIn } from './version-range.ts';

describe('isVersionIn', () => {
  it('takes the first and the last version of a range, and none beside it', () => {
    const range = '>=5.14 <11';
    for (const version of ['5.14.0', '5.14.1', '6.0.0', '10.99.99', 'v7.0.0', '8.0.0+build'])
      assert.equal(isVersionIn(version, range), true, version);
    for (const version of ['5.13.9', '5.13.99', '11.0.0', '0.0.0', '100.0.0'])
      assert.equal(isVersionIn(version, range), false, version);
  });

  it('leaves pre-releases of the end out, and takes those between', () => {
    assert.equal(isVersionIn('11.0.0-alpha.1', '>=5.14 <11'), false);
    assert.equal(isVersionIn('5.14.0-rc.1', '>=5.14 <11'), false);
    assert.equal(isVersionIn('6.0.0-rc.1', '>=5.14 <11'), true);
  });

  it('knows the other comparators and alternatives', () => {
    assert.equal(isVersionIn('1.2.3', '1.2.3'), true);
    assert.equal(isVersionIn('1.2.3', '=1.2.3'), true);
    assert.equal(isVersionIn('1.2.4', '1.2.3'), false);
    assert.equal(isVersionIn('1.2.3', '>1.2.3'), false);
    assert.equal(isVersionIn('1.2.3', '<=1.2.3'), true);
    assert.equal(isVersionIn('4.0.0', '>=1 <2 || >=4 <5'), true);
    assert.equal(isVersionIn('3.0.0', '>=1 <2 || >=4 <5'), false);
  });

  it('refuses a range that is none, whatever the version', () => {
    for (const range of ['', 'x', '>=', '^1.0.0', '>=1 <b', '>=1 ||']) {
      assert.throws(() => isVersionIn('1.0.0', range), RangeError, range);
      assert.throws(() => isVersionIn('nonsense', range), RangeError, range);
    }
  });

  it('orders any two versions as their numbers are ordered', () => {
    const part = fc.integer({ min: 0, max: 2_000 });
    const triple = fc.tuple(part, part, part);
    const order = (a: readonly number[], b: readonly number[]): number =>
      a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!;
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        assert.equal(isVersionIn(a.join('.'), `>=${b.join('.')}`), order(a, b) >= 0);
        assert.equal(isVersionIn(a.join('.'), `<${b.join('.')}`), order(a, b) < 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes no text from a package.json for a version that is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (!/^\s*v?\d/.test(text)) assert.equal(isVersionIn(text, '>=0'), false);
        else assert.equal(typeof isVersionIn(text, '>=0'), 'boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});
