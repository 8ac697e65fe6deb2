/**
 * A provider of another implementation with one method replaced: what `getTracer` and `getMeter` give out is completed,
 * everything else (`forceFlush`, `getDelegate`, whatever a caller looks for) is the provider's own.
 */

const overlays = new WeakMap<object, object>();

/** `target` with `methods` in front; the same answer for the same target. */
export function overlay<T extends object, M extends object>(target: T, methods: M): T & M {
  let known = overlays.get(target);
  if (known === undefined) {
    // Not a proxy of the target itself: of what is frozen, and of a module, such a one must answer with the very values.
    known = new Proxy(Object.create(Object.getPrototypeOf(target)) as object, {
      get(_, key) {
        if (Object.hasOwn(methods, key)) return (methods as Record<PropertyKey, unknown>)[key];
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
      set: (_, key, value) => Reflect.set(target, key, value, target),
      has: (_, key) => Reflect.has(target, key) || Object.hasOwn(methods, key),
      ownKeys: () => Reflect.ownKeys(target),
      getOwnPropertyDescriptor(_, key) {
        const own = Reflect.getOwnPropertyDescriptor(target, key);
        return own && { ...own, configurable: true };
      },
    });
    overlays.set(target, known);
  }
  return known as T & M;
}
