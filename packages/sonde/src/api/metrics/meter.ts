/** Meter and MeterProvider: where instruments come from. */
import type { Attributes } from '../common/attributes.ts';
import type { Context } from '../context/context.ts';
import type {
  Counter,
  Gauge,
  Histogram,
  MetricAttributes,
  MetricOptions,
  UpDownCounter,
} from './instrument.ts';
import type {
  BatchObservableCallback,
  Observable,
  ObservableCallback,
  ObservableCounter,
  ObservableGauge,
  ObservableUpDownCounter,
} from './observable.ts';

/** What can be said about the library that a meter is for, besides its name and version. */
export interface MeterOptions {
  /** The schema that the telemetry of this scope follows. */
  schemaUrl?: string;
  /** Attributes of the instrumentation scope. Part of the meter's identity. */
  attributes?: Attributes;
}

/**
 * Makes instruments for one instrumentation scope. Names start with a letter, followed by up to 254 letters, digits
 * and `_ . - /`, and differ in more than case; the SDK says so when they don't, the API takes anything.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/api/
 */
export interface Meter {
  createCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): Counter<A>;
  createUpDownCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): UpDownCounter<A>;
  createHistogram<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): Histogram<A>;
  createGauge<A extends MetricAttributes = MetricAttributes>(name: string, options?: MetricOptions): Gauge<A>;
  /** `callbacks` given here stay registered for good; those added later can be taken back. */
  createObservableCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): ObservableCounter<A>;
  /** `callbacks` given here stay registered for good; those added later can be taken back. */
  createObservableUpDownCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): ObservableUpDownCounter<A>;
  /** `callbacks` given here stay registered for good; those added later can be taken back. */
  createObservableGauge<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): ObservableGauge<A>;
  /** Has one callback report several instruments of this meter. */
  addBatchObservableCallback<A extends MetricAttributes = MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void;
  /** Undoes {@link Meter.addBatchObservableCallback} for the same callback and instruments. */
  removeBatchObservableCallback<A extends MetricAttributes = MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void;
}

/** Gives meters out. */
export interface MeterProvider {
  /** The meter for an instrumentation scope. All four parameters are its identity. */
  getMeter(name: string, version?: string, options?: MeterOptions): Meter;
}

/** A synchronous instrument of any implementation of the official API. */
export interface AdderLike<A extends MetricAttributes = MetricAttributes> {
  add(value: number, attributes?: A, context?: Context): void;
}

/** A synchronous instrument of any implementation of the official API. */
export interface RecorderLike<A extends MetricAttributes = MetricAttributes> {
  record(value: number, attributes?: A, context?: Context): void;
}

/** A meter of this package or of any implementation of the official API: what our functions accept. */
export interface MeterLike {
  createCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): AdderLike<A>;
  createUpDownCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): AdderLike<A>;
  createHistogram<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): RecorderLike<A>;
  /** Absent before version 1.9 of the official API. */
  createGauge?<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): RecorderLike<A>;
  createObservableCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): Observable<A>;
  createObservableUpDownCounter<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): Observable<A>;
  createObservableGauge<A extends MetricAttributes = MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): Observable<A>;
  addBatchObservableCallback<A extends MetricAttributes = MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void;
  removeBatchObservableCallback<A extends MetricAttributes = MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void;
}

/** A provider of this package or of any implementation of the official API: what our functions accept. */
export interface MeterProviderLike {
  getMeter(name: string, version?: string, options?: MeterOptions): MeterLike;
}
