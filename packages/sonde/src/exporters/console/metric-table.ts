/**
 * A collection for people: a headline of the service, under it each metric with a row a series. A distribution is a row
 * of figures and a line of bars, and an exemplar names the trace that it leads to. Everything that comes from outside
 * is made printable first, and cut where it never ends.
 */
import { printable } from '../../internal/printable.ts';
import { attributeText } from '../../sdk/common/attribute-text.ts';
import {
  type DataPoint,
  DataPointType,
  type Exemplar,
  type ExponentialHistogramValue,
  type HistogramValue,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '../../sdk/metrics/metric-data.ts';
import { kindOf, temporalityOf } from './metric-words.ts';
import { numberText, sparkline } from './sparkline.ts';
import type { Paint } from './terminal.ts';
import { displayWidth, padded, truncated } from './text-width.ts';

/** Rows of one metric that are shown; how many more there are is said. */
const MAX_ROWS = 50;
/** Exemplars of one series that are shown: the latest. */
const MAX_EXEMPLARS = 2;
/** The widest column of attributes. What tells two series apart is not cut: wider ones stand on a line of their own. */
const MAX_LABEL_WIDTH = 60;
/** Attributes that never end. */
const MAX_LABEL_TEXT = 1_000;

/** The line above the metrics of a scope. */
export function metricsHeading(
  resource: ResourceMetrics['resource'],
  scope: ScopeMetrics['scope'],
  first: MetricData,
  colours: Paint,
): string {
  const name = cut(attributeText(resource.attributes['service.name'] ?? 'unknown_service'));
  const meter = cut(`${scope.name} ${scope.version ?? ''}`.trim());
  const time = timeOf(first.dataPoints[0]?.endTime);
  return `${colours.bold(colours.cyan(name))}  ${colours.dim('meter')} ${meter}  ${colours.dim(time)}`;
}

function timeOf(time: DataPoint<unknown>['endTime'] | undefined): string {
  const date = new Date((time?.[0] ?? Number.NaN) * 1e3 + (time?.[1] ?? 0) / 1e6);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** The lines of one metric. */
export function metricLines(metric: MetricData, colours: Paint): string {
  const { name, unit, description } = metric.descriptor;
  const facts = [kindOf(metric), temporalityOf(metric), unit === '' ? undefined : cut(unit)];
  const said = facts.filter((fact) => fact !== undefined).join(' ');
  const about = description === '' ? '' : `  ${colours.dim(cut(description))}`;
  const points: readonly DataPoint<unknown>[] = metric.dataPoints;
  const rows = points.slice(0, MAX_ROWS);
  const labels = rows.map(({ attributes }) => truncated(labelOf(attributes), MAX_LABEL_TEXT));
  const widths = labels.map(displayWidth);
  const width = Math.max(0, ...widths.filter((each) => each <= MAX_LABEL_WIDTH));
  const lines = [`  ${colours.green('●')} ${colours.bold(cut(name))}  ${colours.dim(said)}${about}`];
  rows.forEach((point, index) => {
    const label = labels[index] ?? '';
    const value = valueText(metric.dataPointType, point.value, colours);
    if (widths[index]! > MAX_LABEL_WIDTH) lines.push(`    ${label}`, `      ${value}`);
    else lines.push(`    ${padded(label, width)}${width === 0 ? '' : '  '}${value}`);
    for (const exemplar of (point.exemplars ?? []).slice(-MAX_EXEMPLARS)) {
      lines.push(`      ${exemplarText(exemplar, colours)}`);
    }
  });
  if (points.length > MAX_ROWS)
    lines.push(`    ${colours.yellow(`… ${points.length - MAX_ROWS} more series`)}`);
  return lines.join('\n');
}

function labelOf(attributes: DataPoint<unknown>['attributes']): string {
  return Object.entries(attributes)
    .map(([key, value]) => `${cut(key)}=${cut(attributeText(value))}`)
    .join(' ');
}

function valueText(kind: DataPointType, value: unknown, colours: Paint): string {
  if (kind === DataPointType.HISTOGRAM) return histogramText(value as HistogramValue, colours);
  if (kind === DataPointType.EXPONENTIAL_HISTOGRAM) {
    return exponentialText(value as ExponentialHistogramValue, colours);
  }
  return colours.bold(numberText(value as number));
}

function histogramText({ count, sum, min, max, buckets }: HistogramValue, colours: Paint): string {
  const { counts, boundaries } = buckets;
  const [from, to] = occupied(counts);
  const range = to < from ? '' : `${boundText(boundaries[from - 1])}…${boundText(boundaries[to], '∞')}`;
  return distribution(count, sum, min, max, counts.slice(from, to + 1), range, colours);
}

function exponentialText(value: ExponentialHistogramValue, colours: Paint): string {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = value;
  const counts = [...negative.bucketCounts].reverse();
  if (zeroCount > 0 || counts.length > 0) counts.push(zeroCount);
  counts.push(...positive.bucketCounts);
  const base = 2 ** (2 ** -scale);
  const lowest =
    negative.bucketCounts.length > 0 ? -(base ** (negative.offset + negative.bucketCounts.length)) : 0;
  const low = counts.length === positive.bucketCounts.length ? base ** positive.offset : lowest;
  const high =
    positive.bucketCounts.length > 0 ? base ** (positive.offset + positive.bucketCounts.length) : 0;
  const range = counts.length === 0 ? '' : `${numberText(low)}…${numberText(high)}`;
  return distribution(count, sum, min, max, counts, range, colours);
}

function distribution(
  count: number,
  sum: number | undefined,
  min: number | undefined,
  max: number | undefined,
  counts: readonly number[],
  range: string,
  colours: Paint,
): string {
  const figure = (name: string, value: number | undefined): string[] =>
    value === undefined ? [] : [`${colours.dim(name)} ${colours.bold(numberText(value))}`];
  const mean = sum === undefined || count === 0 ? undefined : sum / count;
  const figures = [
    ...figure('count', count),
    ...figure('sum', sum),
    ...(count === 0 ? [] : [...figure('min', min), ...figure('mean', mean), ...figure('max', max)]),
  ];
  const shape = count === 0 ? '' : `  ${colours.cyan(sparkline(counts))} ${colours.dim(range)}`;
  return `${figures.join('  ')}${shape}`;
}

/** The first and last place that is not empty. */
function occupied(counts: readonly number[]): [from: number, to: number] {
  const from = counts.findIndex((count) => count > 0);
  const to = counts.findLastIndex((count) => count > 0);
  return from < 0 ? [0, -1] : [from, to];
}

function boundText(bound: number | undefined, none = '-∞'): string {
  return bound === undefined ? none : numberText(bound);
}

function exemplarText({ value, traceId, spanId, filteredAttributes }: Exemplar, colours: Paint): string {
  const span = traceId === undefined ? '' : `  trace ${cut(traceId)}  span ${cut(spanId ?? '')}`;
  const attributes = truncated(labelOf(filteredAttributes ?? {}), MAX_LABEL_WIDTH);
  return colours.dim(`◆ ${numberText(value)}${span}${attributes === '' ? '' : `  ${attributes}`}`);
}

/** A text of at most so many characters, printable. */
const MAX_TEXT = 500;

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${printable(text.slice(0, MAX_TEXT))}…` : printable(text);
}
