/** Observable instruments: their values are asked for by callbacks, once per collection. */
import type { MetricAttributes } from './instrument.ts';

/** Takes the observations of one instrument during one collection. */
export interface ObservableResult<AttributesTypes extends MetricAttributes = MetricAttributes> {
  /** Reports the current value for a set of attributes. */
  observe(this: ObservableResult<AttributesTypes>, value: number, attributes?: AttributesTypes): void;
}

/** Takes the observations of several instruments during one collection. */
export interface BatchObservableResult<AttributesTypes extends MetricAttributes = MetricAttributes> {
  /** Reports the current value of `metric`, which must be one the callback was registered with. */
  observe(
    this: BatchObservableResult<AttributesTypes>,
    metric: Observable<AttributesTypes>,
    value: number,
    attributes?: AttributesTypes,
  ): void;
}

/**
 * Reports the values of one instrument. Called once per collection of each reader, possibly while an earlier call is
 * still waiting: it must not rely on running alone, should be quick, and should report each set of attributes once.
 * All its observations get the same timestamp. What it throws is caught and said.
 */
export type ObservableCallback<AttributesTypes extends MetricAttributes = MetricAttributes> = (
  observableResult: ObservableResult<AttributesTypes>,
) => void | Promise<void>;

/** Reports the values of several instruments of one meter, see {@link ObservableCallback}. */
export type BatchObservableCallback<AttributesTypes extends MetricAttributes = MetricAttributes> = (
  observableResult: BatchObservableResult<AttributesTypes>,
) => void | Promise<void>;

/** An instrument whose values come from callbacks. */
export interface Observable<AttributesTypes extends MetricAttributes = MetricAttributes> {
  /** Has `callback` called at each collection from now on. The same function is registered once. */
  addCallback(callback: ObservableCallback<AttributesTypes>): void;
  /** Undoes {@link Observable.addCallback}. */
  removeCallback(callback: ObservableCallback<AttributesTypes>): void;
}

/** A sum that only rises, reported as its total. */
export type ObservableCounter<AttributesTypes extends MetricAttributes = MetricAttributes> =
  Observable<AttributesTypes>;
/** A sum that rises and falls, reported as its total. */
export type ObservableUpDownCounter<AttributesTypes extends MetricAttributes = MetricAttributes> =
  Observable<AttributesTypes>;
/** A value that cannot be added up, such as a temperature. */
export type ObservableGauge<AttributesTypes extends MetricAttributes = MetricAttributes> =
  Observable<AttributesTypes>;
