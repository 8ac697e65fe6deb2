/**
 * Bounds of metrics: how many series one stream may have (specification: metrics/sdk.md#cardinality-limits), and how long
 * a collection may take.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { shown } from '../../internal/shown.ts';
import { wrongOption } from '../common/option-checks.ts';
import type { InstrumentType } from './aggregation-option.ts';

/** The most series of one stream when nobody says (metrics/sdk.md#configuration-1). */
export const DEFAULT_CARDINALITY_LIMIT = 2000;

/** How long callbacks that return promises, and producers, may take when nobody says, in milliseconds. */
export const DEFAULT_COLLECTION_TIMEOUT_MILLIS = 30_000;

/** The attributes of the series that takes what there is no room for (metrics/sdk.md#overflow-attribute). */
export const OVERFLOW_ATTRIBUTES: Attributes = /* @__PURE__ */ Object.freeze({
  'otel.metric.overflow': true,
});

/** The most series of one metric stream, by the kind of its instrument. */
export interface CardinalityLimits {
  readonly counter?: number | undefined;
  readonly gauge?: number | undefined;
  readonly histogram?: number | undefined;
  readonly upDownCounter?: number | undefined;
  readonly observableCounter?: number | undefined;
  readonly observableGauge?: number | undefined;
  readonly observableUpDownCounter?: number | undefined;
  /** Of kinds that are not named. Default 2000. */
  readonly default?: number | undefined;
}

/** Chooses the most series of a stream by the kind of its instrument. */
export type CardinalitySelector = (instrumentType: InstrumentType) => number;

const NAMES: Readonly<Record<InstrumentType, keyof CardinalityLimits>> = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  HISTOGRAM: 'histogram',
  UP_DOWN_COUNTER: 'upDownCounter',
  OBSERVABLE_COUNTER: 'observableCounter',
  OBSERVABLE_GAUGE: 'observableGauge',
  OBSERVABLE_UP_DOWN_COUNTER: 'observableUpDownCounter',
};

/**
 * The selector of the limits that an application gave.
 * @throws TypeError or RangeError naming the option, what was given and what is allowed
 */
export function cardinalitySelector(owner: string, limits: CardinalityLimits = {}): CardinalitySelector {
  if (typeof limits !== 'object' || limits === null)
    throw wrongOption(owner, 'cardinalityLimits', shown(limits), 'an object of limits');
  const names: readonly string[] = [...Object.values(NAMES), 'default'];
  for (const [name, limit] of Object.entries(limits)) {
    if (!names.includes(name))
      throw new RangeError(`${owner}: cardinalityLimits has no ${shown(name)}; it has ${names.join(', ')}`);
    if (limit !== undefined) checkCardinalityLimit(`${owner}: cardinalityLimits.${name}`, limit);
  }
  const otherwise = limits.default ?? DEFAULT_CARDINALITY_LIMIT;
  return (type) => limits[NAMES[type]] ?? otherwise;
}

/** @throws RangeError naming the option, what was given and what is allowed */
export function checkCardinalityLimit(option: string, limit: unknown): void {
  if (isCardinalityLimit(limit)) return;
  throw new RangeError(`${option} must be a whole number from 1 on, got ${shown(limit)}`);
}

export function isCardinalityLimit(limit: unknown): limit is number {
  return Number.isSafeInteger(limit) && (limit as number) >= 1;
}
