/** Whether a choice of aggregation can work: for views, and for readers, whose selectors are anybody's. */

import { shown } from '../../../internal/shown.ts';
import { AggregationType, type ViewAggregationOption } from '../aggregation-option.ts';
import { boundariesProblem } from './bucket.ts';
import { MAX_SCALE } from './exponential-mapping.ts';

/** The coarsest scale that can be asked for (metrics/sdk.md#base2-exponential-bucket-histogram-aggregation). */
const LEAST_MAX_SCALE = -10;
/** More buckets than this are memory waiting to run out. */
const MOST_BUCKETS = 100_000;

const TYPES: readonly unknown[] = /* @__PURE__ */ Object.values(AggregationType);

/** What is wrong with the choice, as `option must be …, got …`; undefined when nothing is. */
export function problemOf(option: ViewAggregationOption): string | undefined {
  const type: unknown = option?.type;
  if (!TYPES.includes(type)) {
    const names = Object.entries(AggregationType).map(([name, value]) => `${name} (${value})`);
    const given = type === undefined ? shown(option) : `{ type: ${shown(type)} }`;
    return `it must be { type: AggregationType.… }, got ${given}; AggregationType has ${names.join(', ')}`;
  }
  const isHistogram =
    option.type === AggregationType.EXPLICIT_BUCKET_HISTOGRAM ||
    option.type === AggregationType.EXPONENTIAL_HISTOGRAM;
  if (!isHistogram) return undefined;
  const recordMinMax: unknown = option.options?.recordMinMax;
  if (recordMinMax !== undefined && typeof recordMinMax !== 'boolean')
    return `options.recordMinMax must be true or false, got ${shown(recordMinMax)}`;
  if (option.type === AggregationType.EXPLICIT_BUCKET_HISTOGRAM)
    return boundariesProblem(option.options?.boundaries);
  const { maxSize, maxScale, zeroThreshold } = option.options ?? {};
  if (!isWhole(maxSize, 2, MOST_BUCKETS)) {
    return `options.maxSize must be a whole number from 2 to ${MOST_BUCKETS}, got ${shown(maxSize)}`;
  }
  if (!isWhole(maxScale, LEAST_MAX_SCALE, MAX_SCALE)) {
    return `options.maxScale must be a whole number from ${LEAST_MAX_SCALE} to ${MAX_SCALE}, got ${shown(maxScale)}`;
  }
  if (zeroThreshold !== undefined && !(Number.isFinite(zeroThreshold) && zeroThreshold >= 0)) {
    return `options.zeroThreshold must be a number from 0 on, got ${shown(zeroThreshold)}`;
  }
  return undefined;
}

function isWhole(value: unknown, min: number, max: number): boolean {
  if (value === undefined) return true;
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
