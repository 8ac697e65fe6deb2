/**
 * State of which there must be one per process, however many copies of this package are loaded (the ESM build and the
 * CommonJS build, two versions in one dependency tree). Each kind lives behind a registered symbol of its own.
 */

/**
 * Jest takes the properties off whatever a test file has put on the global object once the file is done, and goes on in
 * the same process with what we patched or registered there. What has this property, it leaves alone (jest-util,
 * `protectProperties`; its default cleaning only warns of a use, the next one is to delete).
 */
const PROTECTED = Symbol.for('$$jest-protect-from-deletion');

/**
 * The process-wide value called `name`, made by `create` when no copy has made it yet. The name carries a version:
 * a copy that would change the shape of the value takes a new name.
 */
export function processState<T>(name: string, create: () => T): T {
  const key = Symbol.for(`sonde.${name}`);
  const holder = globalThis as unknown as Record<symbol, T | undefined>;
  const existing = holder[key];
  if (existing !== undefined) return existing;
  const made = create();
  Object.defineProperty(globalThis, key, { value: made, configurable: true });
  if (typeof made === 'object' && made !== null) Object.defineProperty(made, PROTECTED, { value: [] });
  return made;
}
