/**
 * The text formats: Prometheus 0.0.4 and 1.0.0, OpenMetrics 0.0.1 and 1.0.0. They differ in how a counter's family is
 * called, in exemplars and times of creation, which only OpenMetrics has, in numbers of bounds and in the last line.
 */
import type { HrTime } from '../../api/common/time.ts';
import {
  type DataPoint,
  DataPointType,
  type Exemplar,
  type ExponentialHistogramValue,
  type HistogramValue,
} from '../../sdk/metrics/metric-data.ts';
import type { ExpositionFormat } from './accept.ts';
import { byBucket, exemplarLabels, latestOf } from './exemplars.ts';
import { fixedBuckets } from './exponential.ts';
import type { Family, FamilyPart, FamilyType } from './families.ts';
import type { LabelTexts } from './label-texts.ts';
import { type Labels, labelsOf, othersOf } from './labels.ts';
import { isLegacyLabelName, type Naming } from './names.ts';
import { isWithoutValue, SeriesSet } from './series-set.ts';

/** What all series of a scrape share. */
export interface ExpositionOptions {
  readonly naming: Naming;
  readonly format: ExpositionFormat;
  /** Labels of the resource that every series gets. */
  readonly constantLabels: Labels;
  readonly appendTimestamp: boolean;
  /** Of this exporter, for all its scrapes. */
  readonly labelTexts: LabelTexts;
}

/** The types that OpenMetrics has and Prometheus's own text calls differently. */
const PROMETHEUS_TYPES: Readonly<Partial<Record<FamilyType, string>>> = {
  unknown: 'untyped',
  info: 'gauge',
  stateset: 'gauge',
};

/** The whole body, in pieces. `target` are the labels of target_info, undefined to leave it out. */
export function expositionText(
  families: readonly Family[],
  target: Labels | undefined,
  options: ExpositionOptions,
): string[] {
  const isOpenMetrics = options.format.kind === 'openmetrics';
  const pieces: string[] = [];
  if (target !== undefined) pieces.push(targetText(target, isOpenMetrics));
  for (const family of families) {
    const samples = familySamples(family, options);
    if (samples !== '') pieces.push(headText(family, isOpenMetrics) + samples);
  }
  if (isOpenMetrics) pieces.push('# EOF\n');
  return pieces;
}

function targetText(labels: Labels, isOpenMetrics: boolean): string {
  const name = isOpenMetrics ? 'target' : 'target_info';
  const type = isOpenMetrics ? 'info' : 'gauge';
  return `# HELP ${name} Target metadata\n# TYPE ${name} ${type}\ntarget_info{${labelText(labels)}} 1\n`;
}

function headText(family: Family, isOpenMetrics: boolean): string {
  const { name, type, help, unit, isLegacy } = family;
  const shown = isLegacy ? name : quoted(name);
  const word = isOpenMetrics ? type : (PROMETHEUS_TYPES[type] ?? type);
  const helpLine = help === '' ? '' : `# HELP ${shown} ${helpText(help, isOpenMetrics)}\n`;
  const unitLine = isOpenMetrics && unit !== '' && type !== 'info' ? `# UNIT ${shown} ${unit}\n` : '';
  return `${helpLine}# TYPE ${shown} ${word}\n${unitLine}`;
}

function helpText(help: string, isOpenMetrics: boolean): string {
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return isOpenMetrics ? text.replaceAll('"', '\\"') : text;
}

function familySamples(family: Family, options: ExpositionOptions): string {
  const { naming, constantLabels, labelTexts } = options;
  const series = new SeriesSet(family.name);
  const hasBuckets = family.type === 'histogram';
  const pieces: string[] = [];
  for (const part of family.parts) {
    const { scopeLabels } = part;
    const write = writerOf(family, part, options);
    const context = labelTexts.context([naming.scheme, hasBuckets, scopeLabels, constantLabels]);
    const points: readonly DataPoint<unknown>[] = part.metric.dataPoints;
    for (const point of points) {
      if (isWithoutValue(point)) continue;
      try {
        const labels = labelTexts.get(context, point.attributes, () => {
          const own = labelsOf(point.attributes, naming, scopeLabels, hasBuckets);
          own.push(...scopeLabels);
          own.push(...othersOf(constantLabels, own));
          return labelText(own);
        });
        if (series.isNew(labels)) pieces.push(write(point, labels));
      } catch (error) {
        series.leaveOut(error);
      }
    }
  }
  return pieces.join('');
}

type PointWriter = (point: DataPoint<unknown>, labels: string) => string;

function writerOf(family: Family, { metric }: FamilyPart, options: ExpositionOptions): PointWriter {
  if (metric.dataPointType === DataPointType.HISTOGRAM) {
    return (point, labels) =>
      histogramText(family, point as DataPoint<HistogramValue>, labels, options, undefined);
  }
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
    return (point, labels) => {
      const { value } = point as DataPoint<ExponentialHistogramValue>;
      return histogramText(family, point, labels, options, fixedBuckets(value));
    };
  }
  return (point, labels) => numberText(family, point as DataPoint<number>, labels, options);
}

function numberText(
  family: Family,
  point: DataPoint<number>,
  labels: string,
  options: ExpositionOptions,
): string {
  const time = timestampText(point, options);
  const value = valueText(family.type === 'info' ? 1 : point.value);
  if (options.format.kind !== 'openmetrics' || family.type !== 'counter') {
    return `${sample(family, family.sampleName, labels)} ${value}${time}\n`;
  }
  const exemplar = exemplarText(latestOf(point.exemplars), options);
  const created = createdText(family, labels, point.startTime);
  return `${sample(family, family.sampleName, labels)} ${value}${time}${exemplar}\n${created}`;
}

function histogramText(
  family: Family,
  point: DataPoint<unknown>,
  labels: string,
  options: ExpositionOptions,
  converted: HistogramValue | undefined,
): string {
  const { name } = family;
  const isOpenMetrics = options.format.kind === 'openmetrics';
  const { buckets, count, sum } = converted ?? (point.value as HistogramValue);
  const time = timestampText(point, options);
  const exemplars = isOpenMetrics ? byBucket(point.exemplars, buckets.boundaries) : undefined;
  const bounds = boundTexts(buckets.boundaries, isOpenMetrics);
  const before = labels === '' ? '' : `${labels},`;
  let text = '';
  let total = 0;
  for (let index = 0; index < bounds.length; index++) {
    total = index === bounds.length - 1 ? count : total + (buckets.counts[index] ?? 0);
    const exemplar = exemplars === undefined ? '' : exemplarText(exemplars[index], options);
    text += `${sample(family, `${name}_bucket`, `${before}le="${bounds[index]}"`)} ${valueText(total)}${time}${exemplar}\n`;
  }
  // A sum of values that may be negative says nothing to who takes sums for rising; OpenMetrics has no count without one.
  const hasSum = sum !== undefined && !((buckets.boundaries[0] ?? 0) < 0);
  if (hasSum) text += `${sample(family, `${name}_sum`, labels)} ${valueText(sum)}${time}\n`;
  if (hasSum || !isOpenMetrics)
    text += `${sample(family, `${name}_count`, labels)} ${valueText(count)}${time}\n`;
  return isOpenMetrics ? text + createdText(family, labels, point.startTime) : text;
}

let textsOf: readonly number[] | undefined;
let textsFor = false;
let texts: readonly string[] = [];

/** The bounds of a metric's points are one array: they become text once. The last bucket's is infinity. */
function boundTexts(bounds: readonly number[], isOpenMetrics: boolean): readonly string[] {
  if (bounds === textsOf && textsFor === isOpenMetrics) return texts;
  const finite = bounds.filter((bound) => bound !== Number.POSITIVE_INFINITY);
  texts = [...finite.map((bound) => boundText(bound, isOpenMetrics)), '+Inf'];
  textsOf = bounds;
  textsFor = isOpenMetrics;
  return texts;
}

/** A number as Go writes it, which is what other exporters do: the label is part of the series' identity. */
function boundText(bound: number, isOpenMetrics: boolean): string {
  const size = Math.abs(bound);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    return bound.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = String(bound);
  return isOpenMetrics && Number.isInteger(bound) ? `${text}.0` : text;
}

function sample({ isLegacy }: Family, name: string, labels: string): string {
  if (isLegacy) return labels === '' ? name : `${name}{${labels}}`;
  return labels === '' ? `{${quoted(name)}}` : `{${quoted(name)},${labels}}`;
}

function labelText(labels: Labels): string {
  let text = '';
  for (let index = 0; index < labels.length; index += 2) {
    const name = labels[index]!;
    if (index > 0) text += ',';
    text += `${labelNameText(name)}="${escapedValue(labels[index + 1]!)}"`;
  }
  return text;
}

/** Names kept: they are few and come with every series. */
const MAX_CACHED = 1_000;
const nameTexts = /* @__PURE__ */ new Map<string, string>();

function labelNameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = isLegacyLabelName(name) ? name : quoted(name);
  if (nameTexts.size < MAX_CACHED) nameTexts.set(name, text);
  return text;
}

const UNUSUAL = /[\\"\n\ud800-\udfff]/;
/** With the u flag a surrogate that is half of a pair is no character of its own, so these are the lone ones. */
const LONE_SURROGATES = /\p{Cs}/gu;

function escapedValue(value: string): string {
  if (!UNUSUAL.test(value)) return value;
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replace(LONE_SURROGATES, '\ufffd');
}

function quoted(name: string): string {
  return `"${escapedValue(name)}"`;
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (typeof value !== 'number') throw new TypeError(`a value is a ${typeof value}`);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function timestampText(
  { endTime }: DataPoint<unknown>,
  { appendTimestamp, format }: ExpositionOptions,
): string {
  if (!appendTimestamp) return '';
  if (format.kind === 'openmetrics') return ` ${secondsText(endTime)}`;
  return ` ${endTime[0] * 1000 + Math.floor(endTime[1] / 1e6)}`;
}

function secondsText([seconds, nanos]: HrTime): string {
  return nanos === 0 ? String(seconds) : `${seconds}.${String(nanos).padStart(9, '0')}`;
}

/** Without a start time there is nothing to say of when the series began. */
function createdText(family: Family, labels: string, startTime: HrTime): string {
  if (!(startTime[0] > 0)) return '';
  return `${sample(family, `${family.name}_created`, labels)} ${secondsText(startTime)}\n`;
}

function exemplarText(exemplar: Exemplar | undefined, { naming }: ExpositionOptions): string {
  if (exemplar === undefined) return '';
  const labels = labelText(exemplarLabels(exemplar, naming));
  return ` # {${labels}} ${valueText(exemplar.value)} ${secondsText(exemplar.timestamp)}`;
}
