/**
 * One series of a synchronous instrument: a set of attributes and what was measured with it. Each aggregation has a
 * subclass. Measuring is a method call and a few stores; numbers that change are doubles from the first value on, so that
 * V8 writes them in place and a measurement allocates nothing.
 */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import type { ExemplarReservoir } from '../exemplar/reservoir.ts';
import type { DataPoint, Exemplar } from '../metric-data.ts';
import { type Located, NO_TAIL, type Tail } from '../series-trie.ts';

/** A number that is a double for V8 and adds nothing: `-0 + x` is `x`. */
export const DOUBLE_ZERO = -0;

/** A bound instrument holds the series: it must not be forgotten. */
export const PINNED = 1;
/** A collection has had a point of it: a cumulative one has it from then on. */
export const REPORTED = 2;
/** Something was measured since the last collection. */
export const TOUCHED = 4;
/** A value replaces the one before instead of adding to it. */
export const REPLACES = 8;

export abstract class Series implements Located {
  readonly attributes: Attributes;
  /** When the series was first measured; of a bound one, at the latest the collection before that. */
  startTime: HrTime;
  /** PINNED, REPORTED, TOUCHED and REPLACES. */
  marks: number;
  /** Made with the first measurement that passes the exemplar filter. */
  reservoir: ExemplarReservoir | undefined;
  tail: Tail;

  constructor(attributes: Attributes, startTime: HrTime, marks = 0) {
    this.attributes = attributes;
    this.startTime = startTime;
    this.marks = marks;
    this.reservoir = undefined;
    this.tail = NO_TAIL;
  }

  /** Takes a number that the instrument has checked; returns the bucket it fell into, 0 where there are none. */
  abstract record(value: number): number;

  /** The state as a point that nothing changes any more. `isReset` begins anew. */
  abstract take(startTime: HrTime, endTime: HrTime, isReset: boolean): DataPoint<unknown>;
}

/** The points of a collection: one class for each kind of value, so that encoders see one shape. */
export class Point<T> implements DataPoint<T> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: T;
  readonly exemplars: Exemplar[] | undefined;

  constructor(
    startTime: HrTime,
    endTime: HrTime,
    attributes: Attributes,
    value: T,
    exemplars: Exemplar[] | undefined,
  ) {
    this.startTime = startTime;
    this.endTime = endTime;
    this.attributes = attributes;
    this.value = value;
    this.exemplars = exemplars;
  }
}
