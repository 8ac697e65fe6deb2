/**
 * Which temporality and aggregation an OTLP destination wants for which instruments
 * (specification: metrics/sdk_exporters/otlp.md).
 */

import { shown } from '../../internal/shown.ts';
import { readEnv } from '../../sdk/common/environment.ts';
import { wrongOption } from '../../sdk/common/option-checks.ts';
import { type AggregationOption, AggregationType } from '../../sdk/metrics/aggregation-option.ts';
import { AggregationTemporality } from '../../sdk/metrics/metric-data.ts';
import type { AggregationSelector, AggregationTemporalitySelector } from '../../sdk/metrics/reader.ts';

/** The preferences that `temporalityPreference` takes, by the official SDK's names. */
export const AggregationTemporalityPreference = { DELTA: 0, CUMULATIVE: 1, LOWMEMORY: 2 } as const;
export type AggregationTemporalityPreference =
  (typeof AggregationTemporalityPreference)[keyof typeof AggregationTemporalityPreference];

/** A preference as the environment writes it. */
export type TemporalityPreferenceName = 'cumulative' | 'delta' | 'lowmemory';

/** A sum that falls as well as rises is of no use as differences: it stays cumulative (metrics/sdk_exporters/otlp.md). */
const SELECTORS: Readonly<Record<TemporalityPreferenceName, AggregationTemporalitySelector>> = {
  cumulative: () => AggregationTemporality.CUMULATIVE,
  delta: (type) => temporalityOf(type !== 'UP_DOWN_COUNTER' && type !== 'OBSERVABLE_UP_DOWN_COUNTER'),
  // Only what costs no memory of earlier values: synchronous instruments.
  lowmemory: (type) => temporalityOf(type === 'COUNTER' || type === 'HISTOGRAM'),
};

function temporalityOf(isDelta: boolean): AggregationTemporality {
  return isDelta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
}

const NAMES: readonly TemporalityPreferenceName[] = ['delta', 'cumulative', 'lowmemory'];

/**
 * The selector of a preference; without one, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE decides.
 * @throws TypeError naming the option, what was given and what is allowed
 */
export function temporalitySelector(given: unknown): AggregationTemporalitySelector {
  if (given === undefined) return SELECTORS[preferenceFromEnvironment()];
  const name = typeof given === 'number' ? NAMES[given] : NAMES.find((each) => each === given);
  if (name !== undefined) return SELECTORS[name];
  throw wrongOption(
    'OTLP exporter',
    'temporalityPreference',
    shown(given),
    'AggregationTemporalityPreference.DELTA (0), CUMULATIVE (1), LOWMEMORY (2), "delta", "cumulative", "lowmemory"',
  );
}

function preferenceFromEnvironment(): TemporalityPreferenceName {
  return readEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE') as TemporalityPreferenceName;
}

const DEFAULT: AggregationOption = { type: AggregationType.DEFAULT };
const EXPONENTIAL: AggregationOption = { type: AggregationType.EXPONENTIAL_HISTOGRAM };

/**
 * The given selector; without one, OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION decides for histograms.
 * @throws TypeError naming the option, what was given and what is allowed
 */
export function aggregationSelector(given: unknown): AggregationSelector {
  if (typeof given === 'function') return given as AggregationSelector;
  if (given !== undefined) {
    const allowed = 'a function from an instrument type to an aggregation';
    throw wrongOption('OTLP exporter', 'aggregationPreference', shown(given), allowed);
  }
  const chosen = readEnv('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION');
  const forHistograms = chosen === 'base2_exponential_bucket_histogram' ? EXPONENTIAL : DEFAULT;
  return (type) => (type === 'HISTOGRAM' ? forHistograms : DEFAULT);
}
