/** The stream of a synchronous instrument: finds the series of a measurement and lets it aggregate. */
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import type { Context } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import { isInSampledSpan } from '../../api/trace/span-in-context.ts';
import { PINNED, REPORTED, type Series, TOUCHED } from './aggregation/series.ts';
import { EXEMPLARS_IN_SAMPLED_SPANS, EXEMPLARS_OFF } from './exemplar/filter.ts';
import { offerTo } from './exemplar/offer.ts';
import { OVERFLOW_ATTRIBUTES } from './limits.ts';
import type { MetricData } from './metric-data.ts';
import type { AttributesTest } from './metric-filter.ts';
import { SeriesMap } from './series-map.ts';
import {
  isDelta,
  makeSeriesReservoir,
  metricOf,
  processed,
  StartTimes,
  type Stream,
  type StreamSettings,
} from './stream.ts';

export class SyncStream implements Stream {
  readonly settings: StreamSettings;
  readonly map: SeriesMap<Series>;
  readonly isDelta: boolean;
  /** Copies of settings that every measurement reads. */
  readonly exemplars: number;
  readonly isPlain: boolean;
  /** Whether series may lack attributes of their measurements. */
  readonly isFiltered: boolean;
  readonly #starts: StartTimes;
  /** When the last collection was, or the stream was made. */
  #since: HrTime;
  overflow: Series | undefined;
  /** False once there is nothing left to forget in this interval. */
  #mayForget: boolean;

  constructor(settings: StreamSettings) {
    this.settings = settings;
    this.isDelta = isDelta(settings);
    this.exemplars = settings.exemplars;
    this.isPlain = settings.processor === undefined;
    this.isFiltered = settings.keeps !== undefined || !this.isPlain;
    this.#starts = new StartTimes(settings.clock);
    this.#since = this.#starts.now();
    this.#mayForget = this.isDelta;
    this.overflow = undefined;
    this.map = new SeriesMap<Series>(
      {
        hasRoom: () => this.#hasRoom(),
        make: (attributes) => settings.aggregation.makeSeries(attributes, this.#starts.now()),
        overflow: () => this.#overflowSeries(),
      },
      settings.keeps,
    );
  }

  /** Takes a number that the instrument has checked. */
  record(value: number, attributes: Attributes | undefined, context: Context | undefined): void {
    const series = this.isPlain ? this.map.find(attributes) : findProcessed(this, attributes, context);
    const bucket = series.record(value);
    if (this.exemplars !== EXEMPLARS_OFF) offer(this, series, value, bucket, attributes, context);
  }

  /** The series that a bound instrument records to from now on. */
  bind(attributes: Attributes | undefined): Series {
    const series = this.isPlain ? this.map.find(attributes) : findProcessed(this, attributes, undefined);
    series.marks |= PINNED;
    return series;
  }

  take(endTime: HrTime, test: AttributesTest | undefined): MetricData | undefined {
    const { isDelta, map, settings } = this;
    const since = this.#since;
    const points: unknown[] = [];
    let idle = 0;
    for (const series of map.all) {
      if ((series.marks & TOUCHED) !== 0) {
        series.marks = (series.marks & ~TOUCHED) | REPORTED;
      } else if (isDelta || (series.marks & REPORTED) === 0) {
        if ((series.marks & PINNED) === 0) idle++;
        // It has not begun: nothing counts from an interval that it is not reported for (metrics/sdk.md).
        else series.startTime = endTime;
        continue;
      }
      const point = series.take(isDelta ? since : series.startTime, endTime, isDelta);
      if (test === undefined || test(series.attributes)) points.push(point);
    }
    this.#since = endTime;
    this.#mayForget = isDelta;
    if (isDelta && idle * 2 > map.all.length) this.#forget();
    return metricOf(settings, points);
  }

  isPending(): boolean {
    return this.map.all.some((series) => (series.marks & TOUCHED) !== 0);
  }

  #hasRoom(): boolean {
    if (this.#size() < this.settings.limit) return true;
    // The limit of a delta stream counts for each interval: what has not been measured in this one may go.
    if (!this.#mayForget) return false;
    this.#mayForget = false;
    this.#forget();
    return this.#size() < this.settings.limit;
  }

  #size(): number {
    return this.map.all.length - (this.overflow === undefined ? 0 : 1);
  }

  #forget(): void {
    this.map.retain((series) => (series.marks & (TOUCHED | PINNED)) !== 0);
    if (this.overflow !== undefined && this.map.known(OVERFLOW_ATTRIBUTES) === undefined) {
      this.overflow = undefined;
    }
  }

  #overflowSeries(): Series {
    if (this.overflow === undefined) {
      let series = this.map.known(OVERFLOW_ATTRIBUTES);
      if (series === undefined) {
        series = this.settings.aggregation.makeSeries(OVERFLOW_ATTRIBUTES, this.#starts.now());
        this.map.insert(series);
      }
      this.overflow = series;
    }
    return this.overflow;
  }
}

// Functions and not private methods: a private method checks its receiver's brand on every call.

function findProcessed(
  stream: SyncStream,
  attributes: Attributes | undefined,
  context: Context | undefined,
): Series {
  const { processor } = stream.settings;
  return stream.map.find(processed(processor!, attributes, context ?? activeContext()));
}

/** Offers a measurement to the series' reservoir, if the filter lets it through. */
export function offer(
  stream: SyncStream,
  series: Series,
  value: number,
  bucket: number,
  attributes: Attributes | undefined,
  context: Context | undefined,
): void {
  const current = context ?? activeContext();
  if (stream.exemplars === EXEMPLARS_IN_SAMPLED_SPANS && !isInSampledSpan(current)) return;
  const { settings } = stream;
  if (series.reservoir === undefined) series.reservoir = makeSeriesReservoir(settings);
  const isFiltered = stream.isFiltered || series === stream.overflow;
  offerTo(series.reservoir, value, bucket, attributes, isFiltered, current, settings.clock);
}
