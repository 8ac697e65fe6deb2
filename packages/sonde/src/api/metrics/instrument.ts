/** Instruments: what an application records measurements with. Validation, views and limits are the SDK's. */
import type { Attributes, AttributeValue } from '../common/attributes.ts';
import type { Context } from '../context/context.ts';

/** Attributes of a measurement. */
export type MetricAttributes = Attributes;
/** The value of an attribute of a measurement. */
export type MetricAttributeValue = AttributeValue;

/** Whether an instrument takes integers or doubles. */
export const ValueType = {
  /** Integers: a fraction is cut off, exporters write 64-bit integers. */
  INT: 0,
  /** IEEE 754 doubles. The default. */
  DOUBLE: 1,
  0: 'INT',
  1: 'DOUBLE',
} as const;
export type ValueType = 0 | 1;

/** Hints for the SDK, from whoever knows the instrument best. A view of the application wins over them. */
export interface MetricAdvice {
  /** Upper bounds of a histogram's buckets, in rising order. */
  explicitBucketBoundaries?: number[];
  /** The attribute keys worth keeping; the SDK drops the others. All are kept when this is absent. */
  attributes?: string[];
}

/** What can be said about an instrument besides its name. */
export interface MetricOptions {
  /** For people. At least 1,023 characters are kept. Default empty. */
  description?: string;
  /** A UCUM unit such as `ms` or `{request}`, case-sensitive. At least 63 characters are kept. Default empty. */
  unit?: string;
  /** Default {@link ValueType.DOUBLE}. */
  valueType?: ValueType;
  /** Hints for the SDK. */
  advice?: MetricAdvice;
}

/** What every synchronous instrument answers. */
export interface SyncInstrument {
  /**
   * False when a measurement made now would be thrown away, so that costly preparation can be left out. The answer may
   * change at any time: ask each time, don't keep it.
   */
  enabled(): boolean;
}

/** A sum that only rises. */
export interface Counter<AttributesTypes extends MetricAttributes = MetricAttributes> extends SyncInstrument {
  /** Adds `value`, which must not be negative, in `context` or the active one. */
  add(value: number, attributes?: AttributesTypes, context?: Context): void;
  /** The counter of one fixed set of attributes: the cheapest way to record, without a look-up per call. */
  bind(attributes: AttributesTypes): BoundCounter;
}

/** A sum that rises and falls. */
export interface UpDownCounter<AttributesTypes extends MetricAttributes = MetricAttributes>
  extends SyncInstrument {
  /** Adds `value`, which may be negative, in `context` or the active one. */
  add(value: number, attributes?: AttributesTypes, context?: Context): void;
  /** The counter of one fixed set of attributes. */
  bind(attributes: AttributesTypes): BoundCounter;
}

/** The distribution of values whose statistics matter. */
export interface Histogram<AttributesTypes extends MetricAttributes = MetricAttributes>
  extends SyncInstrument {
  /** Records `value`, which should not be negative, in `context` or the active one. */
  record(value: number, attributes?: AttributesTypes, context?: Context): void;
  /** The histogram of one fixed set of attributes. */
  bind(attributes: AttributesTypes): BoundRecorder;
}

/** A value of which only the last counts, recorded when it changes. */
export interface Gauge<AttributesTypes extends MetricAttributes = MetricAttributes> extends SyncInstrument {
  /** Records `value` in `context` or the active one. */
  record(value: number, attributes?: AttributesTypes, context?: Context): void;
  /** The gauge of one fixed set of attributes. */
  bind(attributes: AttributesTypes): BoundRecorder;
}

/** A {@link Counter} or {@link UpDownCounter} of one fixed set of attributes. */
export interface BoundCounter extends SyncInstrument {
  /** Adds `value` in `context` or the active one. */
  add(value: number, context?: Context): void;
}

/** A {@link Histogram} or {@link Gauge} of one fixed set of attributes. */
export interface BoundRecorder extends SyncInstrument {
  /** Records `value` in `context` or the active one. */
  record(value: number, context?: Context): void;
}
