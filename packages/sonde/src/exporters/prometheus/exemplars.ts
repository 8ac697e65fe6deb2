/**
 * Exemplars as Prometheus has them: labels of bounded length, at most one for a counter or a bucket
 * (specification: compatibility/prometheus_and_openmetrics.md, "Exemplars"; OpenMetrics 1.0, "Exemplars").
 */
import type { Exemplar } from '../../sdk/metrics/metric-data.ts';
import { indexOf, type Labels, labelsOf } from './labels.ts';
import type { Naming } from './names.ts';

/** Characters of all label names and values of an exemplar together (OpenMetrics 1.0, "Exemplars"). */
const MAX_CHARACTERS = 128;

/** The ids first, then what the view left out of the series, as far as there is room. */
export function exemplarLabels({ traceId, spanId, filteredAttributes }: Exemplar, naming: Naming): Labels {
  const labels: string[] = [];
  if (traceId !== undefined && spanId !== undefined) labels.push('trace_id', traceId, 'span_id', spanId);
  let room = MAX_CHARACTERS;
  for (const text of labels) room -= characters(text);
  const others = labelsOf(filteredAttributes ?? {}, naming, labels, false);
  for (let index = 0; index < others.length; index += 2) {
    const [name, value] = [others[index]!, others[index + 1]!];
    const size = characters(name) + characters(value);
    if (size > room || indexOf(labels, name) >= 0) continue;
    room -= size;
    labels.push(name, value);
  }
  return labels;
}

/** Unicode characters, not halves of pairs. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The latest one: a counter has room for one. */
export function latestOf(exemplars: readonly Exemplar[] | undefined): Exemplar | undefined {
  if (exemplars === undefined) return undefined;
  return exemplars.reduce<Exemplar | undefined>(
    (latest, each) => (latest === undefined || isLater(each, latest) ? each : latest),
    undefined,
  );
}

function isLater(a: Exemplar, b: Exemplar): boolean {
  return a.timestamp[0] === b.timestamp[0]
    ? a.timestamp[1] > b.timestamp[1]
    : a.timestamp[0] > b.timestamp[0];
}

/** For each bucket the largest exemplar that falls into it; `bounds` are its buckets' upper ones, the last is infinite. */
export function byBucket(
  exemplars: readonly Exemplar[] | undefined,
  bounds: readonly number[],
): readonly (Exemplar | undefined)[] | undefined {
  if (exemplars === undefined || exemplars.length === 0) return undefined;
  const chosen: (Exemplar | undefined)[] = new Array(bounds.length + 1).fill(undefined);
  for (const exemplar of exemplars) {
    if (Number.isNaN(exemplar.value)) continue;
    const above = bounds.findIndex((bound) => exemplar.value <= bound);
    const bucket = above < 0 ? bounds.length : above;
    const known = chosen[bucket];
    if (known === undefined || exemplar.value > known.value) chosen[bucket] = exemplar;
  }
  return chosen;
}
