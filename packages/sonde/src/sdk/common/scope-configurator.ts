/**
 * Configuration by instrumentation scope, for tracers, meters and loggers alike: patterns of names, a configurator that is
 * asked when one is made and when the configurator is replaced, and what becomes of one that throws.
 */

import { shown } from '../../internal/shown.ts';
import { report } from './diagnostics.ts';
import type { InstrumentationScope } from './instrumentation-scope.ts';

/** Gives each scope its configuration. */
export type ScopeConfigurator<Config> = (scope: InstrumentationScope) => Config;

/** Scopes by name and what is set for them. */
export interface ScopePattern<Config> {
  /** The scope's name; `*` stands for any number of characters, `?` for one. */
  readonly pattern: string;
  readonly config: Config;
}

/** A configurator that takes the first pattern that matches the scope's name; undefined where none does. */
export function firstMatch<Config>(
  patterns: readonly ScopePattern<Config>[],
): ScopeConfigurator<Config | undefined> {
  const rules = patterns.map(({ pattern, config }) => ({ matches: matcherOf(pattern), config }));
  return ({ name }) => rules.find((rule) => rule.matches(name))?.config;
}

/** The configuration of one scope; undefined, and said, from a configurator that throws. */
export function configOf<Config>(
  what: string,
  configurator: ScopeConfigurator<Config> | undefined,
  scope: InstrumentationScope,
): Config | undefined {
  if (configurator === undefined) return undefined;
  try {
    return configurator(scope);
  } catch (error) {
    report(
      'error',
      `${what}_configurator`,
      `The ${what} configurator threw for "${scope.name}": defaults are used`,
      error,
    );
    return undefined;
  }
}

/** @throws TypeError for something that is no function, naming the option */
export function checkedConfigurator<Config>(
  option: string,
  configurator: ScopeConfigurator<Config> | undefined,
): ScopeConfigurator<Config> | undefined {
  if (configurator === undefined || typeof configurator === 'function') return configurator;
  throw new TypeError(`${option} must be a function, got ${shown(configurator)}`);
}

/** What matches a name with `*` for any number of characters and `?` for one. */
export function matcherOf(pattern: string): (name: string) => boolean {
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (character) =>
    character === '*' ? '.*' : character === '?' ? '.' : `\\${character}`,
  );
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}
