/** Which tracers record: a configuration per tracer, by the name of its scope (trace/sdk.md#tracerconfigurator). */
import { firstMatch, type ScopeConfigurator, type ScopePattern } from '../common/scope-configurator.ts';

/** What can be set for one tracer. */
export interface TracerConfig {
  /** False makes the tracer one that does nothing: its spans carry their parent's context on. Default true. */
  readonly enabled?: boolean;
}

/** Gives each tracer its configuration, when it is made and when the provider's configurator is replaced. */
export type TracerConfigurator = ScopeConfigurator<TracerConfig>;

/** Tracers by name and what is set for them. */
export type TracerPattern = ScopePattern<TracerConfig>;

/** A configurator that takes the first pattern that matches the tracer's name. */
export function createTracerConfigurator(patterns: readonly TracerPattern[]): TracerConfigurator {
  const find = firstMatch(patterns);
  return (scope) => find(scope) ?? {};
}
