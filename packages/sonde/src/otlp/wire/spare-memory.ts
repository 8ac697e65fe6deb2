/**
 * Memory of encoded batches that comes back once the receiver has acknowledged them. Fresh memory of this size is zero
 * pages that the kernel maps at the first touch: that was 12 % of a span's life. Small messages are left to malloc,
 * which has memory at hand for them.
 */
import { allocateBytes } from '#platform';

/** From this size on malloc asks the kernel for pages. */
const LEAST_BYTES = 128 * 1024;

/** Sizes are multiples of it, so that what comes back fits the next batch too; an eighth of the least size is the most that lies idle. */
const UNIT = 16 * 1024;

/** Bytes kept for later, over the whole process: three or four batches of 512 spans. */
const MOST_SPARE_BYTES = 1024 * 1024;

/** What is in use, by its buffer: what comes back and is not in here is somebody else's, or came back already. */
const lent = /* @__PURE__ */ new WeakMap<ArrayBufferLike, Uint8Array>();
const spare: Uint8Array[] = [];
let spareBytes = 0;

/** Memory for a message; its content is undefined. */
export function borrowBytes(size: number): Uint8Array {
  if (size < LEAST_BYTES) return allocateBytes(size);
  const memory = takeSpare(size) ?? allocateBytes(Math.ceil(size / UNIT) * UNIT);
  lent.set(memory.buffer, memory);
  return memory.subarray(0, size);
}

function takeSpare(size: number): Uint8Array | undefined {
  for (let index = spare.length - 1; index >= 0; index--) {
    const memory = spare[index]!;
    if (memory.length < size || memory.length > size * 2) continue;
    spare.splice(index, 1);
    spareBytes -= memory.length;
    return memory;
  }
  return undefined;
}

/**
 * Takes back what `borrowBytes` gave: the caller vouches that nobody reads it any more, the kernel included. Anything
 * else is ignored.
 */
export function giveBackBytes(bytes: Uint8Array): void {
  const memory = lent.get(bytes.buffer);
  if (memory === undefined) return;
  lent.delete(bytes.buffer);
  if (spareBytes + memory.length > MOST_SPARE_BYTES) return;
  spare.push(memory);
  spareBytes += memory.length;
}
