import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { ChunkQueue } from './chunk-queue.ts';

describe('ChunkQueue', () => {
  it('gives full groups first, then what has come together', () => {
    const queue = new ChunkQueue<number>(3);
    for (let record = 0; record < 7; record++) queue.push(record);
    assert.equal(queue.length, 7);
    assert.deepEqual(queue.shift(), [0, 1, 2]);
    assert.deepEqual(queue.shift(), [3, 4, 5]);
    assert.deepEqual(queue.shift(), [6]);
    assert.equal(queue.length, 0);
    assert.deepEqual(queue.shift(), []);
  });

  it('keeps order and count under any mixture of pushes and shifts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.boolean(), { maxLength: 200 }),
        (size, steps) => {
          const queue = new ChunkQueue<number>(size);
          const expected: number[] = [];
          const given: number[] = [];
          let next = 0;
          for (const isPush of steps) {
            if (isPush) {
              expected.push(next);
              assert.equal(queue.push(next++), expected.length - given.length);
            } else {
              const group = queue.shift();
              assert.ok(group.length <= size);
              given.push(...group);
            }
          }
          while (queue.length > 0) given.push(...queue.shift());
          assert.deepEqual(given, expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('does not grow with what has passed through it', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const queue = new ChunkQueue<number>(1);
    const pass = (times: number): void => {
      for (let record = 0; record < times; record++) {
        queue.push(record);
        queue.shift();
      }
    };
    queue.push(-1);
    pass(10_000);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    pass(300_000);
    collectGarbage();
    const grown = process.memoryUsage().heapUsed - before;
    assert.equal(queue.length, 1);
    assert.ok(grown < 1_000_000, `${grown} bytes`);
  });
});
