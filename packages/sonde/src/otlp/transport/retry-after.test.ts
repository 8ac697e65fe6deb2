import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { backoffMillis, retryDelayMillis } from './retry.ts';
import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 6, 8, 49, 37);
const DAY = 86_400_000;

describe('Retry-After', () => {
  it('is a number of seconds', () => {
    assert.equal(parseRetryAfter('0', NOW), 0);
    assert.equal(parseRetryAfter(' 120 ', NOW), 120_000);
  });

  it('is one of three forms of date', () => {
    assert.equal(parseRetryAfter('Fri, 06 Nov 2026 08:49:47 GMT', NOW), 10_000);
    assert.equal(parseRetryAfter('Friday, 06-Nov-26 08:49:47 GMT', NOW), 10_000);
    assert.equal(parseRetryAfter('Fri Nov  6 08:49:47 2026', NOW), 10_000);
  });

  it('does not wait for a date that has passed, nor longer than a day', () => {
    assert.equal(parseRetryAfter('Fri, 06 Nov 2026 08:49:36 GMT', NOW), 0);
    assert.equal(parseRetryAfter('86400', NOW), DAY);
    assert.equal(parseRetryAfter('86401', NOW), DAY);
    assert.equal(parseRetryAfter('9'.repeat(60), NOW), DAY);
  });

  it('is ignored when it is neither', () => {
    const garbage = [
      '',
      '-1',
      '1.5',
      '1e3',
      '0x10',
      'soon',
      'Infinity',
      '2026-11-06T08:49:47Z',
      'Nov 6 2026',
      '1 2',
    ];
    for (const text of [undefined, ...garbage, '9'.repeat(65)])
      assert.equal(parseRetryAfter(text, NOW), undefined, text);
  });

  it('is undefined or between 0 and a day for any text', () => {
    const date = fc.date({ noInvalidDate: true }).map((value) => value.toUTCString());
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String), date), (text) => {
        const millis = parseRetryAfter(text, NOW);
        assert.ok(millis === undefined || (millis >= 0 && millis <= DAY));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the wait before the next attempt', () => {
  it('is drawn from an interval that grows by half, up to five seconds', () => {
    const ceilings = [1_000, 1_500, 2_250, 3_375, 5_000, 5_000];
    assert.deepEqual(
      ceilings.map((_, index) => Math.round(backoffMillis(index + 1, 1))),
      ceilings,
    );
    assert.equal(backoffMillis(3, 0.5), 1_125);
  });

  it('is never nothing, and never more than the ceiling, however many failures there were', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const wait = backoffMillis(failures, random);
          assert.ok(wait >= 100 && wait <= 5_000);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is what the receiver asked for, and not nothing when it asks for nothing', () => {
    assert.equal(retryDelayMillis(1, 0.9, 30_000), 30_000);
    assert.equal(retryDelayMillis(1, 0.9, 0), 100);
  });
});
