/** Reading and writing a Context that may be ours, another implementation's, or no Context at all. Never throws. */
import { type Context, ContextImpl, ROOT_CONTEXT } from './context.ts';

/** True for everything that can be used as a Context. */
export function isContext(value: unknown): value is Context {
  if (value instanceof ContextImpl) return true;
  const candidate = value as Partial<Context> | null | undefined;
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.getValue === 'function' &&
    typeof candidate.setValue === 'function'
  );
}

/** `context` as our own class, whose fields can be read; undefined for all others, revoked proxies included. */
export function ownContext(context: Context): ContextImpl | undefined {
  try {
    return context instanceof ContextImpl ? context : undefined;
  } catch {
    return undefined;
  }
}

/** The value of a foreign Context, undefined when it cannot be had. */
export function readForeign(context: Context, key: symbol): unknown {
  try {
    return context.getValue(key) || undefined;
  } catch {
    return undefined;
  }
}

/** `context` with the value under the key; starts from the root when `context` is none. */
export function writeValue(context: Context, key: symbol, value: unknown): Context {
  try {
    return (isContext(context) ? context : ROOT_CONTEXT).setValue(key, value);
  } catch {
    return ROOT_CONTEXT.setValue(key, value);
  }
}

/** `context` without the value under the key. */
export function removeValue(context: Context, key: symbol): Context {
  try {
    return isContext(context) ? context.deleteValue(key) : ROOT_CONTEXT;
  } catch {
    return ROOT_CONTEXT;
  }
}
