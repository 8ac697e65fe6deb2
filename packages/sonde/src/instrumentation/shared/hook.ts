/** Functions of the user's that run inside an instrumented library: what they throw is said and kept from it. */
import { diag } from '../../api/diag/diag.ts';

/** Calls a hook, if there is one; undefined when there is none or it threw. */
export function callHook<A extends unknown[], R>(
  name: string,
  hook: ((...args: A) => R) | undefined,
  ...args: A
): R | undefined {
  if (hook === undefined) return undefined;
  try {
    return hook(...args);
  } catch (error) {
    diag.error(`The hook ${name} threw`, error);
    return undefined;
  }
}

/**
 * Refuses what could only fail at every request: hooks that are no functions, lists of query parameters that are none.
 * @throws TypeError naming the option, the value and what is allowed
 */
export function checkHookOptions(owner: string, config: object): void {
  for (const [name, value] of Object.entries(config) as [string, unknown][]) {
    if (value === undefined) continue;
    if (name.endsWith('Hook') && typeof value !== 'function') refuse(owner, name, 'a function', value);
    if (name.startsWith('redacted') && !Array.isArray(value)) refuse(owner, name, 'an array of names', value);
  }
}

/** @throws TypeError naming the option, what was given and what is allowed */
export function refuse(owner: string, name: string, allowed: string, value: unknown): never {
  throw new TypeError(`${owner}: ${name} must be ${allowed}; got ${shown(value)}`);
}

/** Of most values only the kind: this layer has no way to make any text safe to show. */
function shown(value: unknown): string {
  if (typeof value === 'string') return /^[ -~]{0,100}$/.test(value) ? JSON.stringify(value) : 'string';
  const isShort = typeof value === 'number' || typeof value === 'boolean' || value === null;
  return isShort ? String(value) : typeof value;
}
