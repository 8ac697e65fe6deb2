import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MinHeap } from './min-heap.ts';

describe('MinHeap', () => {
  it('gives the smallest first, whatever came when', () => {
    const action = fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined, freq: 3 });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
        const heap = new MinHeap<{ key: number }>((item) => item.key);
        const model: number[] = [];
        for (const key of actions) {
          if (key !== undefined) {
            heap.push({ key });
            model.push(key);
            model.sort((a, b) => a - b);
          } else assert.equal(heap.pop()?.key, model.shift());
          assert.equal(heap.peek()?.key, model[0]);
          assert.equal(heap.size, model.length);
        }
        assert.deepEqual(
          heap
            .drain()
            .map((item) => item.key)
            .sort((a, b) => a - b),
          model,
        );
        assert.equal(heap.pop(), undefined);
      }),
      { numRuns: 1_000 },
    );
  });
});
