/** The mark on a function that a bridge has put in the place of a library's: two copies of this package, or two ways to switch a bridge on, must not send a record twice. */

const BRIDGED = Symbol.for('sonde.bridged');

type Method = (this: never, ...args: never[]) => unknown;

/**
 * Puts `make(original)` in the place of a method, on the object itself. The second argument of `make` tells whether the
 * bridge is still on: what somebody else has wrapped cannot be taken out any more, and then only passes on.
 * @returns what takes it back; undefined when there is one of ours already
 */
export function replaceMethod<F extends Method>(
  owner: object,
  key: string | symbol,
  make: (original: F, state: { isOff: boolean }) => F,
): (() => void) | undefined {
  const holder = owner as Record<string | symbol, F & { [BRIDGED]?: true }>;
  const original = holder[key];
  if (typeof original !== 'function') throw new TypeError(`There is no method ${String(key)} to bridge`);
  if (original[BRIDGED] === true) return undefined;
  const hadOwn = Object.hasOwn(owner, key);
  const state = { isOff: false };
  const bridged = make(original, state);
  Object.defineProperty(bridged, BRIDGED, { value: true });
  Object.defineProperty(bridged, 'name', { value: original.name, configurable: true });
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, {
    value: bridged,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? false,
  });
  return () => {
    state.isOff = true;
    if (holder[key] !== bridged) return;
    if (hadOwn && before !== undefined) Object.defineProperty(owner, key, before);
    else delete (holder as Record<string | symbol, unknown>)[key];
  };
}
