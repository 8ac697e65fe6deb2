import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable } from './printable.ts';

describe('printable', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const text of ['GET /x', 'größe', '日本語', '👩‍👩‍👧', '│ ├─']) assert.equal(printable(text), text);
  });

  it('writes control characters as escapes', () => {
    assert.equal(printable('\u001b[2J\r\n\t\u0007\u009b'), '\\u001b[2J\\r\\n\\t\\u0007\\u009b');
  });

  it('lets no control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /[\p{Cc}\u2028\u2029\u202e]/u);
      }),
      { numRuns: 1_000, verbose: true },
    );
  });
});
