/** Which meters record: a configuration per meter, by the name of its scope (metrics/sdk.md#meterconfigurator). */
import { firstMatch, type ScopeConfigurator, type ScopePattern } from '../common/scope-configurator.ts';

/** What can be set for one meter. */
export interface MeterConfig {
  /** False makes all instruments of the meter ones that do nothing. Default true. */
  readonly enabled?: boolean;
}

/** Gives each meter its configuration, when it is made and when the provider's configurator is replaced. */
export type MeterConfigurator = ScopeConfigurator<MeterConfig>;

/** Meters by name and what is set for them. */
export type MeterPattern = ScopePattern<MeterConfig>;

/** A configurator that takes the first pattern that matches the meter's name. */
export function createMeterConfigurator(patterns: readonly MeterPattern[]): MeterConfigurator {
  const find = firstMatch(patterns);
  return (scope) => find(scope) ?? {};
}
