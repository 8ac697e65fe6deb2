import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { borrowBytes, giveBackBytes } from './spare-memory.ts';

const LARGE = 128 * 1024;

describe('spare memory', () => {
  it('comes back for the next message of about its size, once', () => {
    const first = borrowBytes(LARGE + 5);
    assert.equal(first.length, LARGE + 5);
    giveBackBytes(first);
    giveBackBytes(first);
    const second = borrowBytes(LARGE + 9);
    const third = borrowBytes(LARGE + 9);
    assert.equal(second.buffer, first.buffer);
    assert.notEqual(third.buffer, first.buffer);
  });

  it('is not used while somebody may still read it, nor for what is much smaller', () => {
    const held = borrowBytes(LARGE * 4);
    assert.notEqual(borrowBytes(LARGE * 4).buffer, held.buffer);
    giveBackBytes(held);
    assert.notEqual(borrowBytes(LARGE).buffer, held.buffer);
    assert.equal(borrowBytes(LARGE * 4).buffer, held.buffer);
  });

  it('takes nothing that it has not lent, and none of the small', () => {
    const foreign = new Uint8Array(LARGE * 2);
    giveBackBytes(foreign);
    assert.notEqual(borrowBytes(LARGE * 2).buffer, foreign.buffer);
    const small = borrowBytes(LARGE - 1);
    giveBackBytes(small);
    assert.notEqual(borrowBytes(LARGE - 1).buffer, small.buffer);
  });

  it('is bounded: what is over a mebibyte goes', () => {
    const batches = Array.from({ length: 12 }, () => borrowBytes(LARGE));
    for (const bytes of batches) giveBackBytes(bytes);
    const buffers = new Set(batches.map((bytes) => bytes.buffer));
    const again = Array.from({ length: 12 }, () => borrowBytes(LARGE));
    const kept = again.filter((bytes) => buffers.has(bytes.buffer)).length;
    assert.ok(kept > 0 && kept <= 8, String(kept));
  });
});
