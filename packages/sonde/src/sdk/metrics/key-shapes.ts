/**
 * The sequences of keys that measurements have which found no room: what is known of them, so that the next one with the
 * same keys needs neither a copy nor sorting. A program that measures beyond its limit does so all the time.
 */
import type { Attributes } from '../../api/common/attributes.ts';

/** Keys in sequences that are remembered, over all of them: more are made up by somebody, and are looked up slowly. */
const MAX_KEYS = 1_000;

/** One key after others. */
class Shape {
  next: Map<string, Shape> | undefined;
  /** Whether a measurement had these keys and no more. */
  isWhole: boolean;
  /** The order under which series with these keys are kept; undefined where there is none. */
  order: readonly string[] | undefined;

  constructor() {
    this.next = undefined;
    this.isWhole = false;
    this.order = undefined;
  }
}

export class KeyShapes {
  #root = new Shape();
  #size = 0;

  /** The shape of attributes that are all strings, numbers and booleans, if it is known. Throws what they throw. */
  find(attributes: Attributes | undefined): Shape | undefined {
    if (this.#size === 0) return undefined;
    let shape: Shape | undefined = this.#root;
    for (const key in attributes) {
      // biome-ignore lint/suspicious/noPrototypeBuiltins: V8 knows this form; Object.hasOwn is a call
      if (!Object.prototype.hasOwnProperty.call(attributes, key)) return undefined;
      const type = typeof attributes[key];
      if (type !== 'string' && type !== 'number' && type !== 'boolean') return undefined;
      shape = shape.next?.get(key);
      if (shape === undefined) return undefined;
    }
    return shape.isWhole ? shape : undefined;
  }

  /** Remembers a sequence of keys, and the order of its series. */
  add(keys: readonly string[], order: readonly string[] | undefined): void {
    let shape = this.#root;
    for (const key of keys) {
      let next = shape.next?.get(key);
      if (next === undefined) {
        if (this.#size >= MAX_KEYS) return;
        this.#size++;
        next = new Shape();
        shape.next ??= new Map();
        shape.next.set(key, next);
      }
      shape = next;
    }
    shape.isWhole = true;
    shape.order = order;
  }

  /** Forgets all: there is a series more. */
  clear(): void {
    if (this.#size === 0) return;
    this.#root = new Shape();
    this.#size = 0;
  }
}
