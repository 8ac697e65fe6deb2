/**
 * A provider of another implementation with one method replaced: what `getTracer` and `getMeter` give out is completed,
 * everything else (`forceFlush`, `getDelegate`, whatever a caller looks for) is the provider's own.
 */

const overlays = new WeakMap<object, object>();

/** `target` with `methods` in front; the same answer for the same target. */
export function overlay<T extends object, M extends object>(target: T, methods: M): T & M {
  let known = overlays.get(target);
  if (known === undefined) {
    known = new Proxy(target, {
      get(_, key) {
        if (Object.hasOwn(methods, key)) return (methods as Record<PropertyKey, unknown>)[key];
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    overlays.set(target, known);
  }
  return known as T & M;
}
