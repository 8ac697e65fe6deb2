/** Gives spans of other implementations what `using` needs. */
import type { Span, StartedSpan } from './span.ts';

function endThis(this: Span): void {
  this.end();
}

/**
 * The same span, able to end itself. The method is added to its class, once, or to the span where it has no class of
 * its own; it is not enumerable and nobody else looks for it.
 */
export function disposable(span: Span): StartedSpan {
  const candidate = span as StartedSpan;
  try {
    if (typeof candidate[Symbol.dispose] === 'function') return candidate;
    const prototype: unknown = Object.getPrototypeOf(span);
    const isPlain = prototype === null || prototype === Object.prototype;
    const target = isPlain ? span : (prototype as object);
    Object.defineProperty(target, Symbol.dispose, { value: endThis, configurable: true, writable: true });
  } catch {
    // Frozen, or a proxy: the span works, only `using` does not.
  }
  return candidate;
}
