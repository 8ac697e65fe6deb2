/** Which meters record: a configuration per meter, by its scope (metrics/sdk.md#meterconfigurator). */
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import { nameMatcher } from '../common/name-pattern.ts';

/** What can be set for one meter. */
export interface MeterConfig {
  /** False makes all its instruments ones that do nothing. Default true. */
  readonly enabled?: boolean;
}

/** Gives each meter its configuration, when it is made and when the provider's configurator is replaced. */
export type MeterConfigurator = (meterScope: InstrumentationScope) => MeterConfig;

/** Meters by name and what is set for them. */
export interface MeterPattern {
  /** The scope's name; `*` stands for any number of characters, `?` for one. */
  readonly pattern: string;
  readonly config: MeterConfig;
}

/** A configurator that takes the first pattern that matches the meter's name. */
export function createMeterConfigurator(patterns: readonly MeterPattern[]): MeterConfigurator {
  const rules = patterns.map(({ pattern, config }) => ({ matches: nameMatcher(pattern), config }));
  return ({ name }) => rules.find((rule) => rule.matches(name))?.config ?? {};
}
