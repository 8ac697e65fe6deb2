/**
 * From a collection to metric families: names, types and who belongs together, for one exposition format. What would be
 * a conflict (one name with two types, a metric called like a part of another) is left out and said once.
 * Specification: compatibility/prometheus_and_openmetrics.md, "OTLP Metric points to Prometheus".
 */

import { shown } from '../../internal/shown.ts';
import { reportOnce } from '../../sdk/common/diagnostics.ts';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '../../sdk/metrics/metric-data.ts';
import { problemOfMetric } from '../../sdk/metrics/metric-problem.ts';
import type { ExpositionFormat } from './accept.ts';
import { type Labels, labelsOf, NO_LABELS, scopeLabels } from './labels.ts';
import { isLegacyMetricName, type Naming, withUnit } from './names.ts';
import { unitWord } from './units.ts';

/** The types of OpenMetrics that occur here. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'unknown' | 'info' | 'stateset';

/** The points of one metric in a family, with the labels of its scope. */
export interface FamilyPart {
  readonly metric: MetricData;
  readonly scopeLabels: Labels;
}

/** What one TYPE line is about. */
export interface Family {
  /** As the lines TYPE and HELP have it. */
  readonly name: string;
  /** As the samples of what has one sample a point have it: a counter's in OpenMetrics ends in `_total`. */
  readonly sampleName: string;
  readonly type: FamilyType;
  readonly help: string;
  /** The word, where the name ends in it; else empty. */
  readonly unit: string;
  /** Whether the names need no quotation marks. */
  readonly isLegacy: boolean;
  readonly parts: FamilyPart[];
}

/** What decides how a collection is mapped. */
export interface MappingOptions {
  readonly naming: Naming;
  readonly format: ExpositionFormat;
  /** Put before every metric's name; empty for none. */
  readonly prefix: string;
  readonly hasScopeLabels: boolean;
}

/** The families of a collection, in the order in which their first metrics come. */
export function familiesOf(
  metrics: ResourceMetrics,
  options: MappingOptions,
  reserved: Iterable<string>,
): Family[] {
  const families = new Map<string, Family>();
  const owners = new Map<string, string>();
  for (const name of reserved) owners.set(name, '');
  for (const { scope, metrics: ofScope } of metrics.scopeMetrics) {
    const labels = options.hasScopeLabels ? scopeLabels(scope, options.naming) : NO_LABELS;
    for (const metric of ofScope) {
      if (metric.dataPoints.length === 0) continue;
      const made = familyOf(metric, options);
      if (made !== undefined) place(made, { metric, scopeLabels: labels }, families, owners);
    }
  }
  return [...families.values()];
}

function place(
  made: Family,
  part: FamilyPart,
  families: Map<string, Family>,
  owners: Map<string, string>,
): void {
  const { name } = part.metric.descriptor;
  const known = families.get(made.name);
  if (known === undefined) {
    const rival = samplesOf(made).find((sample) => owners.has(sample));
    if (rival !== undefined) {
      conflict(name, `its name ${rival} belongs to another metric already`);
      return;
    }
    for (const sample of samplesOf(made)) owners.set(sample, made.name);
    families.set(made.name, made);
    made.parts.push(part);
  } else if (known.type !== made.type || known.sampleName !== made.sampleName) {
    conflict(name, `${made.name} is a ${known.type} already and cannot be a ${made.type} too`);
  } else {
    if (known.help !== made.help) {
      const said = `two metrics become ${known.name} and describe themselves differently; the first description is shown`;
      reportOnce('warn', 'prometheus_help_conflict', known.name, `Prometheus: ${said}`);
    }
    known.parts.push(part);
  }
}

function conflict(name: string, why: string): void {
  const text = `Prometheus: the metric ${shown(name)} is left out: ${why}`;
  reportOnce('warn', 'prometheus_name_conflict', `${name} ${why}`, text);
}

/** A scrape cannot fail for it, and nobody else hears of it (metrics/sdk.md#metricexporter). */
function unsupported(name: string, why: string): void {
  const text = `Prometheus: the metric ${shown(name)} is left out: ${why}`;
  reportOnce('error', 'prometheus_unsupported', `${name} ${why}`, text);
}

/** Every name that the family's samples have, and its own. */
function samplesOf({ name, sampleName, type }: Family): string[] {
  if (type === 'histogram') {
    return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`, `${name}_created`];
  }
  if (type === 'counter' && sampleName !== name) return [name, sampleName, `${name}_created`];
  return sampleName === name ? [name] : [name, sampleName];
}

/** The type of a metric, undefined for what Prometheus cannot have: differences, which only add up to something. */
function typeOf(metric: MetricData): FamilyType | undefined {
  const hint = metric.descriptor.metadata?.['prometheus.type'];
  if (metric.dataPointType === DataPointType.GAUGE) return hint === 'unknown' ? 'unknown' : 'gauge';
  if (metric.aggregationTemporality === AggregationTemporality.DELTA) return undefined;
  if (metric.dataPointType !== DataPointType.SUM) return 'histogram';
  if (metric.isMonotonic) return 'counter';
  return hint === 'info' || hint === 'stateset' ? hint : 'gauge';
}

const TOTAL = '_total';
const INFO = '_info';

function familyOf(metric: MetricData, options: MappingOptions): Family | undefined {
  const { name: given, description } = metric.descriptor;
  const problem = problemOfMetric(metric);
  const type = problem === undefined ? typeOf(metric) : undefined;
  if (type === undefined) {
    unsupported(
      given,
      problem ?? 'its points are differences (DELTA), and a scrape needs totals (CUMULATIVE)',
    );
    return undefined;
  }
  const { naming, prefix } = options;
  const full = naming.metric(prefix === '' ? given : `${prefix}_${given}`);
  const word = naming.unit(wordOf(metric));
  if (type === 'counter') return counterFamily(full, word, description, options);
  if (type === 'info') return infoFamily(full, description, options);
  const named = naming.hasSuffixes ? withUnit(full, word) : full;
  const shown = type === 'stateset' && options.format.kind !== 'openmetrics' ? 'gauge' : type;
  return family(named, '', '', shown, description, word, naming);
}

/** `1` is a ratio where the value is one: a counter of `1` counts things, as most instruments of that unit do. */
function wordOf({ descriptor, dataPointType }: MetricData): string {
  if (descriptor.unit === '1' && dataPointType === DataPointType.GAUGE) return 'ratio';
  return unitWord(descriptor.unit);
}

/** In OpenMetrics a counter's family is called without `_total`, and there is none whose samples have no `_total`. */
function counterFamily(full: string, word: string, help: string, { naming, format }: MappingOptions): Family {
  const endsInTotal = full.endsWith(TOTAL) && full.length > TOTAL.length;
  const bare = endsInTotal ? full.slice(0, -TOTAL.length) : full;
  const hasTotal = endsInTotal || naming.hasSuffixes;
  const named = naming.hasSuffixes ? withUnit(bare, word) : bare;
  if (format.kind !== 'openmetrics') {
    return family(named, hasTotal ? TOTAL : '', '', 'counter', help, word, naming);
  }
  return family(named, '', hasTotal ? TOTAL : '', hasTotal ? 'counter' : 'unknown', help, word, naming);
}

/** Outside OpenMetrics a gauge whose name ends in `_info`. */
function infoFamily(full: string, help: string, { naming, format }: MappingOptions): Family {
  const endsInInfo = full.endsWith(INFO) && full.length > INFO.length;
  const bare = endsInInfo ? full.slice(0, -INFO.length) : full;
  if (!endsInInfo && !naming.hasSuffixes) return family(full, '', '', 'gauge', help, '', naming);
  if (format.kind !== 'openmetrics') return family(bare, INFO, '', 'gauge', help, '', naming);
  return family(bare, '', INFO, 'info', help, '', naming);
}

/** @param suffix part of the family's name  @param sampleSuffix part of its samples' names alone */
function family(
  base: string,
  suffix: string,
  sampleSuffix: string,
  type: FamilyType,
  help: string,
  word: string,
  naming: Naming,
): Family {
  const name = `${naming.escaped(base)}${suffix}`;
  const unit = word !== '' && base.endsWith(`_${word}`) && name.endsWith(`_${word}${suffix}`) ? word : '';
  const isLegacy = isLegacyMetricName(name);
  return { name, sampleName: `${name}${sampleSuffix}`, type, help, unit, isLegacy, parts: [] };
}

/** The name of the metric that says what the resource is. */
export const TARGET = 'target_info';

/** The labels of `target_info`: the resource's attributes. */
export function targetLabels(resource: ResourceMetrics['resource'], naming: Naming): Labels {
  return labelsOf(resource.attributes, naming, NO_LABELS, false);
}
