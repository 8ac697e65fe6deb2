/**
 * Steps back where the application brings an instrumentation of its own for what zero-code start instruments: code wins,
 * its hooks are meant, and each request is to be one span. It is noticed by the tracer that every instrumentation of
 * the official SDK asks for when it is made, before it patches anything.
 */
import type { Sdk } from '../config/sdk.ts';
import { ownName } from './official-names.ts';

type TracerProvider = Sdk['tracerProvider'];

/** The official ones are named after what they instrument, as ours are. */
const OFFICIAL = /^@opentelemetry\/instrumentation-([\w-]+)$/;
/** Ours, made by hand beside zero-code start. Those that it makes later itself, as their library is loaded, are not among them. */
const OWN = /^sonde\/(http|undici|runtime)$/;

/**
 * Calls `stepBack` with the name of ours when a tracer is asked for under the name of its counterpart, once each. What
 * zero-code start makes itself has to be made before.
 */
export function watchForCounterparts(
  provider: TracerProvider,
  names: readonly string[],
  stepBack: (name: string, counterpart: string) => void,
): void {
  const left = new Set(names);
  const { getTracer } = provider;
  provider.getTracer = function (this: TracerProvider, ...args) {
    const name = left.size === 0 ? undefined : counterpartOf(args[0]);
    if (name !== undefined && left.delete(name)) stepBack(name, args[0]);
    return getTracer.apply(this, args);
  };
}

function counterpartOf(scope: unknown): string | undefined {
  if (typeof scope !== 'string') return undefined;
  const name = (OFFICIAL.exec(scope) ?? OWN.exec(scope))?.[1];
  return name === undefined ? undefined : ownName(name);
}
