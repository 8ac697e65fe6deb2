/**
 * The one place that touches globalThis. It holds the providers where every copy of `@opentelemetry/api` 1.x looks for
 * them, so that libraries written against that package and this one meet, whichever is loaded first.
 *
 * The rules of the official copies, which this file has to live with:
 * - a reader of minor version m sees the global only if its `version` has a minor of at least m;
 * - a registrar writes a slot only if it is empty and `version` equals its own, exactly;
 * - the `version` of a global made by 1.10 cannot be written, that of an older one can.
 * So a global that we write to gets a version ahead of every reader, in place or by a new object with the same slots.
 * We never make one before somebody registers something: an official SDK that comes later would be refused.
 */
import type { ContextManager } from './context/context-manager.ts';
import type { DiagLogger } from './diag/diag-logger.ts';
import type { LoggerProviderLike } from './logs/logger.ts';
import type { MeterProviderLike } from './metrics/meter.ts';
import type { TextMapPropagator } from './propagation/text-map.ts';
import type { TracerProviderLike } from './trace/tracer.ts';

/** What the slots of the global hold. */
export interface GlobalSlots {
  context: ContextManager;
  trace: TracerProviderLike;
  metrics: MeterProviderLike;
  logs: LoggerProviderLike;
  propagation: TextMapPropagator;
  diag: DiagLogger;
}

export type SlotName = keyof GlobalSlots;

type GlobalApi = Partial<GlobalSlots> & { version?: string };
/** The 0.x logs API asks with the version of its own contract. */
type LegacyLogsSlot = (version: number) => LoggerProviderLike;

/** Readable by every 1.x copy up to this minor: far ahead of the newest, 1.10. */
export const SERVED_VERSION = '1.99.0';

const API_KEY = Symbol.for('opentelemetry.js.api.1');
const LEGACY_LOGS_KEY = Symbol.for('io.opentelemetry.js.api.logs');
const LEGACY_LOGS_VERSION = 1;

const root = globalThis as unknown as {
  [API_KEY]?: GlobalApi | undefined;
  [LEGACY_LOGS_KEY]?: LegacyLogsSlot | undefined;
};

/**
 * Counts the changes of providers made through this copy. What a {@link Late} has found is good for one value of it.
 * Registering the same provider again is no change.
 */
export let generation = 1;

const listeners: (() => void)[] = [];

/** Has `listener` called after each change of a provider. */
export function onProviderChange(listener: () => void): void {
  listeners.push(listener);
}

/** Makes every {@link Late} look again. */
export function bumpGeneration(): void {
  generation++;
  for (const listener of listeners) listener();
}

let prepared = false;

/**
 * Makes later reads of an absent global cheap: V8 answers 8 ns for a global property that is missing, 0.7 ns for one
 * that is there and undefined (Node 20). Every copy of the official API takes undefined for absent.
 */
export function prepareGlobal(): void {
  if (prepared) return;
  prepared = true;
  try {
    if (!(API_KEY in root)) root[API_KEY] = undefined;
    if (!(LEGACY_LOGS_KEY in root)) root[LEGACY_LOGS_KEY] = undefined;
  } catch {
    // A frozen globalThis: reads stay correct, they only cost more.
  }
}

/** True as long as no copy of the API has registered anything. */
export function isNothingRegistered(): boolean {
  return root[API_KEY] === undefined && root[LEGACY_LOGS_KEY] === undefined;
}

/** What is registered in a slot, by whomever. We serve every minor version, so any 1.x global is good to read. */
export function readSlot<K extends SlotName>(name: K): GlobalSlots[K] | undefined {
  const api = root[API_KEY];
  return api === undefined || api === null ? undefined : (api[name] as GlobalSlots[K] | undefined);
}

/** The provider that a copy of the 0.x logs API registered. */
export function readLegacyLogs(): LoggerProviderLike | undefined {
  const slot = root[LEGACY_LOGS_KEY];
  return typeof slot === 'function' ? slot(LEGACY_LOGS_VERSION) : undefined;
}

/**
 * Writes a slot. False when someone else holds it and `replace` is not set, or the global cannot be written to.
 */
export function writeSlot<K extends SlotName>(name: K, instance: GlobalSlots[K], replace: boolean): boolean {
  try {
    const api = writableGlobal();
    const held = api[name];
    if (held === instance) return true;
    if (held !== undefined && held !== null && !replace) return false;
    api[name] = instance;
    if (name === 'logs') writeLegacyLogs(instance as LoggerProviderLike, replace);
    if (isProvider(name)) bumpGeneration();
    return api[name] === instance;
  } catch {
    return false;
  }
}

/** Empties a slot, whoever holds it. */
export function clearSlot(name: SlotName): void {
  try {
    const api = root[API_KEY];
    if (api !== undefined && api !== null) delete api[name];
    if (name === 'logs') delete root[LEGACY_LOGS_KEY];
  } catch {
    // Frozen by someone: there is nothing we could do.
  }
  if (isProvider(name)) bumpGeneration();
}

function isProvider(name: SlotName): boolean {
  return name === 'trace' || name === 'metrics' || name === 'logs';
}

function writeLegacyLogs(provider: LoggerProviderLike, replace: boolean): void {
  if (typeof root[LEGACY_LOGS_KEY] === 'function' && !replace) return;
  root[LEGACY_LOGS_KEY] = () => provider;
}

/** The global, made if there is none, with a version that every reader accepts. */
function writableGlobal(): GlobalApi {
  const api = root[API_KEY];
  if (typeof api !== 'object' || api === null) return replaceGlobal({});
  if (!isBehind(api.version)) return api;
  if (Reflect.set(api, 'version', SERVED_VERSION)) return api;
  return replaceGlobal(api);
}

/** A new global with all slots of `old`, also those that only later versions know. */
function replaceGlobal(old: GlobalApi): GlobalApi {
  const api: GlobalApi = { ...old, version: SERVED_VERSION };
  root[API_KEY] = api;
  return api;
}

function isBehind(version: unknown): boolean {
  if (version === SERVED_VERSION) return false;
  const match = typeof version === 'string' ? /^1\.(\d+)\.\d+$/.exec(version) : null;
  return match === null || Number(match[1]) < Number(SERVED_VERSION.split('.')[1]);
}
