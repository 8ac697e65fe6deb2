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
