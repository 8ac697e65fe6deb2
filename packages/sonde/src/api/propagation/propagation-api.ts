/** The propagation API: the global propagator, and Baggage. */
import { createBaggage } from '../baggage/baggage-impl.ts';
import {
  deleteBaggage,
  getActiveBaggage,
  getBaggage,
  setActiveBaggage,
  setBaggage,
  withActiveBaggage,
} from '../baggage/baggage-in-context.ts';
import type { Context } from '../context/context.ts';
import { diag } from '../diag/diag.ts';
import { clearSlot, readSlot, writeSlot } from '../global.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from './text-map.ts';
import { defaultTextMapGetter, defaultTextMapSetter } from './text-map-carrier.ts';

/** Entry point to propagation and Baggage. */
export interface PropagationAPI {
  /** Makes `propagator` the one that {@link PropagationAPI.inject} and `extract` use. False when there is one already. */
  setGlobalPropagator(propagator: TextMapPropagator): boolean;
  /** The registered propagator; one that does nothing when there is none. */
  getGlobalPropagator(): TextMapPropagator;
  /** Writes what `context` has to propagate into `carrier`, by default an object, `Headers` or `Map`. */
  inject<Carrier>(context: Context, carrier: Carrier, setter?: TextMapSetter<Carrier>): void;
  /** A Context derived from `context` with what `carrier` holds; `context` itself when that is nothing. */
  extract<Carrier>(context: Context, carrier: Carrier, getter?: TextMapGetter<Carrier>): Context;
  /** The names of all fields that the global propagator may write. */
  fields(): string[];
  /** Takes the global propagator away. */
  disable(): void;
  createBaggage: typeof createBaggage;
  getBaggage: typeof getBaggage;
  getActiveBaggage: typeof getActiveBaggage;
  setBaggage: typeof setBaggage;
  deleteBaggage: typeof deleteBaggage;
  setActiveBaggage: typeof setActiveBaggage;
  withActiveBaggage: typeof withActiveBaggage;
}

const NOOP_PROPAGATOR: TextMapPropagator = {
  inject() {},
  extract: (context) => context,
  fields: () => [],
};

function setGlobalPropagator(propagator: TextMapPropagator): boolean {
  if (writeSlot('propagation', propagator, false)) return true;
  diag.error('A propagator is registered already; propagation.setGlobalPropagator changed nothing');
  return false;
}

function getGlobalPropagator(): TextMapPropagator {
  return readSlot('propagation') ?? NOOP_PROPAGATOR;
}

function inject<Carrier>(context: Context, carrier: Carrier, setter?: TextMapSetter<Carrier>): void {
  try {
    getGlobalPropagator().inject(context, carrier, setter ?? defaultTextMapSetter);
  } catch (error) {
    diag.error('The global propagator threw in inject; the carrier may be incomplete', error);
  }
}

function extract<Carrier>(context: Context, carrier: Carrier, getter?: TextMapGetter<Carrier>): Context {
  try {
    return getGlobalPropagator().extract(context, carrier, getter ?? defaultTextMapGetter) ?? context;
  } catch (error) {
    diag.error('The global propagator threw in extract; the carrier is taken as empty', error);
    return context;
  }
}

function fields(): string[] {
  try {
    return getGlobalPropagator().fields();
  } catch (error) {
    diag.error('The global propagator threw in fields', error);
    return [];
  }
}

/** Propagation: carries contexts to other processes, and the Baggage in them. */
export const propagation: PropagationAPI = {
  setGlobalPropagator,
  getGlobalPropagator,
  inject,
  extract,
  fields,
  disable: () => clearSlot('propagation'),
  createBaggage,
  getBaggage,
  getActiveBaggage,
  setBaggage,
  deleteBaggage,
  setActiveBaggage,
  withActiveBaggage,
};
