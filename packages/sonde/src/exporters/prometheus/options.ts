/** The options of PrometheusExporter: code before the environment before the default, and a wrong one by name. */

import { readEnv } from '../../sdk/common/environment.ts';
import { OptionChecks } from '../../sdk/common/option-checks.ts';
import { matcherOf } from '../../sdk/common/scope-configurator.ts';
import type { CardinalitySelector } from '../../sdk/metrics/limits.ts';
import type { MetricFilter } from '../../sdk/metrics/metric-filter.ts';
import type { AggregationSelector, MetricProducer } from '../../sdk/metrics/reader.ts';
import type { ExpositionSettings } from './exposition.ts';
import { STRATEGIES, type TranslationStrategy } from './names.ts';

/** Resource attributes by their names; `*` stands for any number of characters, `?` for one. */
export interface ResourceLabelPatterns {
  /** Default: all. */
  readonly included?: readonly string[] | undefined;
  /** Left out of what is included. Default: none. */
  readonly excluded?: readonly string[] | undefined;
}

/** Options of `PrometheusExporter`; each has a default. */
export interface PrometheusExporterOptions {
  /** Where the server listens. Default `localhost`, or OTEL_EXPORTER_PROMETHEUS_HOST. */
  readonly host?: string | undefined;
  /** Default 9464, or OTEL_EXPORTER_PROMETHEUS_PORT; 0 takes a free one. */
  readonly port?: number | undefined;
  /** The path that is answered; other paths are not found. Default `/metrics`. */
  readonly endpoint?: string | undefined;
  /** Whether no server is started: for `getMetricsRequestHandler` in a server of one's own. Default false. */
  readonly preventServerStart?: boolean | undefined;
  /** Put before every metric's name, with an underscore between. Default none. */
  readonly prefix?: string | undefined;
  /**
   * How names become Prometheus's: `UnderscoreEscapingWithSuffixes` (default), `UnderscoreEscapingWithoutSuffixes`,
   * `NoUTF8EscapingWithSuffixes`, `NoTranslation`. Afterwards a scraper's escaping scheme is applied.
   */
  readonly translationStrategy?: TranslationStrategy | undefined;
  /** Whether samples carry the time of the collection. Default false, as the specification asks. */
  readonly appendTimestamp?: boolean | undefined;
  /** Which attributes of the resource become labels of every series. Default none. */
  readonly withResourceConstantLabels?: RegExp | ResourceLabelPatterns | undefined;
  /** Whether there is no `target_info`. Default false. */
  readonly withoutTargetInfo?: boolean | undefined;
  /** Whether there are no `otel_scope_…` labels. Default false. */
  readonly withoutScopeInfo?: boolean | undefined;
  /** The aggregation of instruments that no view chooses one for. Default that of the specification. */
  readonly aggregationSelector?: AggregationSelector | undefined;
  /** The most series of each stream. Default 2000. */
  readonly cardinalitySelector?: CardinalitySelector | undefined;
  /** Bridges whose metrics are exposed as well. */
  readonly metricProducers?: readonly MetricProducer[] | undefined;
  /** What is wanted of all metrics. Default: everything. */
  readonly metricFilter?: MetricFilter | undefined;
  /**
   * In a worker of node:cluster: `aggregate` (default) has the primary's exporter answer for all workers, and listens on
   * `port` plus the worker's number where the primary has none; `ports` always listens there.
   */
  readonly cluster?: 'aggregate' | 'ports' | undefined;
}

/** The options with every default filled in. */
export interface SettledPrometheusOptions {
  readonly host: string;
  readonly port: number;
  readonly endpoint: string;
  readonly preventServerStart: boolean;
  readonly exposition: ExpositionSettings;
  readonly cluster: 'aggregate' | 'ports';
}

/** What the official exporter has for defaults. */
const DEFAULT_ENDPOINT = '/metrics';
const MAX_PORT = 65_535;

/** @throws TypeError naming the option, what was given and what is allowed */
export function settleOptions(given: PrometheusExporterOptions): SettledPrometheusOptions {
  const checks = new OptionChecks('PrometheusExporter', given);
  const endpoint = checks.string('endpoint') || DEFAULT_ENDPOINT;
  const settled: SettledPrometheusOptions = {
    host: checks.string('host') || readEnv('OTEL_EXPORTER_PROMETHEUS_HOST'),
    port: checks.whole('port', 0, MAX_PORT) ?? readEnv('OTEL_EXPORTER_PROMETHEUS_PORT'),
    endpoint: endpoint.startsWith('/') ? endpoint : `/${endpoint}`,
    preventServerStart: checks.flag('preventServerStart') ?? false,
    exposition: {
      prefix: checks.string('prefix') ?? '',
      strategy: checks.oneOf('translationStrategy', STRATEGIES) ?? STRATEGIES[0]!,
      appendTimestamp: checks.flag('appendTimestamp') ?? false,
      withoutScopeInfo: checks.flag('withoutScopeInfo') ?? false,
      withoutTargetInfo: checks.flag('withoutTargetInfo') ?? false,
      isConstantLabel: resourceMatcher(checks, given.withResourceConstantLabels),
    },
    cluster: checks.oneOf('cluster', ['aggregate', 'ports']) ?? 'aggregate',
  };
  checks.finish(
    'withResourceConstantLabels',
    'aggregationSelector',
    'cardinalitySelector',
    'metricProducers',
    'metricFilter',
  );
  return settled;
}

/** A regular expression may have a state (flags g and y), which must not carry over from one attribute to the next. */
function resourceMatcher(
  checks: OptionChecks<PrometheusExporterOptions>,
  given: unknown,
): ((key: string) => boolean) | undefined {
  if (given === undefined) return undefined;
  if (given instanceof RegExp) {
    return (key) => {
      given.lastIndex = 0;
      return given.test(key);
    };
  }
  const { included, excluded } = (given ?? {}) as { included?: unknown; excluded?: unknown };
  const isPatterns = (list: unknown): boolean =>
    list === undefined || (Array.isArray(list) && list.every((each) => typeof each === 'string'));
  if (
    typeof given !== 'object' ||
    given === null ||
    Array.isArray(given) ||
    !isPatterns(included) ||
    !isPatterns(excluded)
  ) {
    const allowed = 'a regular expression, or { included, excluded } with arrays of patterns';
    throw checks.wrong('withResourceConstantLabels', given, allowed);
  }
  const wanted = ((included as string[] | undefined) ?? ['*']).map(matcherOf);
  const unwanted = ((excluded as string[] | undefined) ?? []).map(matcherOf);
  return (key) => wanted.some((matches) => matches(key)) && !unwanted.some((matches) => matches(key));
}
