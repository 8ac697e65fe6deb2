/**
 * The stream of an observable instrument for one reader: takes the observations of one collection and gives points of
 * exactly those. A set of attributes that is no longer observed is gone (metrics/sdk.md#metricreader).
 *
 * A round is one collection. A series knows the round it was last observed in; those of the round before last are
 * forgotten, those of the last one are kept for their value, from which a delta is made.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { ticksToHrTime } from '../common/clock.ts';
import { report } from '../common/diagnostics.ts';
import { Point } from './aggregation/series.ts';
import { EXEMPLARS_ON } from './exemplar/filter.ts';
import { offerTo, takeExemplars } from './exemplar/offer.ts';
import type { ExemplarReservoir } from './exemplar/reservoir.ts';
import { OVERFLOW_ATTRIBUTES } from './limits.ts';
import { DataPointType, type MetricData } from './metric-data.ts';
import type { AttributesTest } from './metric-filter.ts';
import { SeriesMap } from './series-map.ts';
import { type Located, NO_TAIL, type Tail } from './series-trie.ts';
import {
  isDelta,
  makeSeriesReservoir,
  metricOf,
  processed,
  type Stream,
  type StreamSettings,
} from './stream.ts';

class ObservedSeries implements Located {
  readonly attributes: Attributes;
  /** Since when it counts; anew where a total that can only rise has fallen. */
  startTime: HrTime;
  value: number;
  /** What was reported last, in the round before. */
  previous: number;
  /** Numbers from 1; 0 while never observed. */
  round: number;
  reservoir: ExemplarReservoir | undefined;
  tail: Tail;

  constructor(attributes: Attributes, startTime: HrTime) {
    this.attributes = attributes;
    this.startTime = startTime;
    this.value = 0;
    this.previous = 0;
    this.round = 0;
    this.reservoir = undefined;
    this.tail = NO_TAIL;
  }
}

export class AsyncStream implements Stream {
  readonly settings: StreamSettings;
  readonly #map: SeriesMap<ObservedSeries>;
  readonly #isDelta: boolean;
  readonly #isSum: boolean;
  readonly #isMonotonic: boolean;
  /** Whether different observations may mean the same series: then sums add up. */
  readonly #merges: boolean;
  #round = 1;
  #observed = 0;
  /** When the last collection was, or the stream was made. */
  #since: HrTime;
  #overflow: ObservedSeries | undefined;

  constructor(settings: StreamSettings) {
    const { clock, since } = settings;
    this.settings = settings;
    this.#isDelta = isDelta(settings);
    this.#isSum = settings.aggregation.pointType === DataPointType.SUM;
    this.#isMonotonic = this.#isSum && settings.aggregation.isMonotonic;
    this.#merges = this.#isSum && (settings.keeps !== undefined || settings.processor !== undefined);
    this.#since = since ?? ticksToHrTime(clock.anchor, clock.now());
    this.#map = new SeriesMap<ObservedSeries>(
      {
        hasRoom: () => this.#observed < settings.limit,
        make: (attributes) => new ObservedSeries(attributes, this.#since),
        overflow: () => this.#overflowSeries(),
      },
      settings.keeps,
    );
  }

  /** Takes an observation that the instrument has checked. */
  observe(value: number, attributes: Attributes | undefined): void {
    const { processor, exemplars } = this.settings;
    const kept = processor === undefined ? attributes : processed(processor, attributes, undefined);
    let series = this.#map.find(kept);
    const isAgain = series.round === this.#round;
    if (!isAgain) series = this.#enter(series);
    if (this.#merges || (this.#isSum && series === this.#overflow)) series.value += value;
    else series.value = value;
    if (isAgain && !this.#merges && series !== this.#overflow) reportTwice(this.settings);
    if (exemplars === EXEMPLARS_ON) this.#offer(series, value, attributes);
  }

  take(endTime: HrTime, test: AttributesTest | undefined): MetricData | undefined {
    const points: unknown[] = [];
    let stale = 0;
    for (const series of this.#map.all) {
      if (series.round !== this.#round) {
        stale++;
        continue;
      }
      const point = this.#point(series, endTime);
      if (test === undefined || test(series.attributes)) points.push(point);
    }
    if (stale > 0) this.#forgetStale();
    this.#round++;
    this.#observed = 0;
    this.#since = endTime;
    return metricOf(this.settings, points);
  }

  /** Nobody knows what a callback would say. */
  isPending(): boolean {
    return false;
  }

  /** The series' first observation in this round. */
  #enter(found: ObservedSeries): ObservedSeries {
    let series = found;
    if (series !== this.#overflow) {
      if (this.#observed >= this.settings.limit) series = this.#overflowSeries();
      else this.#observed++;
    }
    if (series.round !== this.#round) {
      series.previous = series.round === this.#round - 1 ? series.value : 0;
      series.round = this.#round;
      series.value = 0;
    }
    return series;
  }

  #point(series: ObservedSeries, endTime: HrTime): Point<number> {
    // What can only rise and fell has begun anew since the last collection (metrics/data-model.md#resets-and-gaps).
    const isAnew = this.#isMonotonic && series.value < series.previous;
    if (isAnew) series.startTime = this.#since;
    const asDelta = this.#isDelta && this.#isSum;
    const value = asDelta && !isAnew ? series.value - series.previous : series.value;
    const start = asDelta ? this.#since : series.startTime;
    return new Point(start, endTime, series.attributes, value + 0, takeExemplars(series));
  }

  #forgetStale(): void {
    const round = this.#round;
    this.#map.retain((series) => series.round === round);
    if (this.#overflow?.round !== round) this.#overflow = undefined;
  }

  #overflowSeries(): ObservedSeries {
    if (this.#overflow === undefined) {
      let series = this.#map.known(OVERFLOW_ATTRIBUTES);
      if (series === undefined) {
        series = new ObservedSeries(OVERFLOW_ATTRIBUTES, this.#since);
        this.#map.insert(series);
      }
      this.#overflow = series;
    }
    return this.#overflow;
  }

  /** There is no span: nobody measured in the course of a request. */
  #offer(series: ObservedSeries, value: number, attributes: Attributes | undefined): void {
    if (series.reservoir === undefined) series.reservoir = makeSeriesReservoir(this.settings);
    const { keeps, processor, clock } = this.settings;
    const isFiltered = keeps !== undefined || processor !== undefined || series === this.#overflow;
    offerTo(series.reservoir, value, 0, attributes, isFiltered, ROOT_CONTEXT, clock);
  }
}

function reportTwice({ descriptor: { name }, keeps, processor }: StreamSettings): void {
  const isFiltered = keeps !== undefined || processor !== undefined;
  const why = isFiltered
    ? `Observations of "${name}" have the same attributes after those that a view or the instrument's advice leaves out`
    : `Callbacks observed the same attributes of "${name}" more than once`;
  report('warn', 'observed_twice', `${why}: the last value counts`);
}
