/** The Baggage that a Context holds. */
import type { Context } from '../context/context.ts';
import { ownContext, readForeign, removeValue, writeValue } from '../context/context-access.ts';
import {
  type AttachedContext,
  activeContext,
  context as contextApi,
  runInContext,
} from '../context/context-api.ts';
import { BAGGAGE_KEY } from '../context/context-key.ts';
import type { Baggage } from './baggage.ts';

/** The Baggage in `context`, if there is one. */
export function getBaggage(context: Context): Baggage | undefined {
  const own = ownContext(context);
  const found = own !== undefined ? own.baggage || undefined : readForeign(context, BAGGAGE_KEY);
  return found as Baggage | undefined;
}

/** The Baggage in the active Context, if there is one. */
export function getActiveBaggage(): Baggage | undefined {
  return getBaggage(activeContext());
}

/** A Context that holds `baggage`. */
export function setBaggage(context: Context, baggage: Baggage): Context {
  return writeValue(context, BAGGAGE_KEY, baggage);
}

/** A Context without any Baggage, e.g. before a call to someone who should not see it. */
export function deleteBaggage(context: Context): Context {
  return removeValue(context, BAGGAGE_KEY);
}

/** Makes `baggage` the active one from here on, until the token is given back: see `context.attach` for when to use it. */
export function setActiveBaggage(baggage: Baggage): AttachedContext {
  return contextApi.attach(setBaggage(activeContext(), baggage));
}

/** Runs `fn` with `baggage` active, also in what it awaits, and returns what it returns. */
export function withActiveBaggage<T>(baggage: Baggage, fn: (baggage: Baggage) => T): T {
  if (typeof fn !== 'function') return undefined as T;
  return runInContext(setBaggage(activeContext(), baggage), fn, baggage);
}
