/**
 * Callbacks that wait for an SDK. Nobody calls an observable instrument, so unlike counters these cannot look for the
 * SDK at their next use: they are kept here and told when a meter provider is registered.
 */
import { diag } from '../diag/diag.ts';
import { onProviderChange } from '../global.ts';

/** Looks for the real meter and hands its callbacks over. */
export interface Waiting {
  handOver(): void;
}

/** Without an SDK they wait for ever: an application that makes callbacks per request must not fill the memory. */
const MAX_WAITING = 2_000;

const waiting = new Set<Waiting>();
let isListening = false;
let saidFull = false;

/** Has `callbacks` told of every provider from now on; false when too many wait already. */
export function startWaiting(callbacks: Waiting): boolean {
  if (!isListening) onProviderChange(handOverAll);
  isListening = true;
  if (waiting.has(callbacks)) return true;
  if (waiting.size < MAX_WAITING) {
    waiting.add(callbacks);
    return true;
  }
  if (!saidFull)
    diag.warn(`Over ${MAX_WAITING} sets of metric callbacks wait for an SDK; further ones are left out`);
  saidFull = true;
  return false;
}

export function stopWaiting(callbacks: Waiting): void {
  waiting.delete(callbacks);
}

/** Called when a provider was registered. */
export function handOverAll(): void {
  for (const callbacks of [...waiting]) {
    try {
      callbacks.handOver();
    } catch (error) {
      diag.error('Callbacks of an observable instrument could not be handed to the registered meter', error);
    }
  }
}
