/**
 * What one signal tells the OTLP exporter: how its records become bytes. traces/encode.ts, metrics/encode.ts and
 * logs/encode.ts each provide one codec per encoding; exporter.ts and the transports know no message.
 */
import type { Resource } from '../sdk/common/resource.ts';

export type OtlpSignal = 'traces' | 'metrics' | 'logs';
export type OtlpEncoding = 'protobuf' | 'json';

/** Encoded records of one resource, still without it: the resource may be waiting for asynchronous attributes. */
export interface EncodedBatch {
  readonly resource: Resource;
  /** The Scope* part: protobuf fields 2 of Resource*, or the inside of the JSON array `scopeSpans` and kin. */
  readonly scopes: Uint8Array;
  /** How many records (spans, log records, data points) are in it. */
  readonly count: number;
}

export interface SignalCodec<T> {
  readonly signal: OtlpSignal;
  readonly encoding: OtlpEncoding;
  /**
   * Encodes records into one batch per resource. A record that cannot be encoded is left out, so the counts may add up
   * to fewer than `count`. The bytes are the caller's own: no later call writes over them.
   */
  encode(records: readonly T[], count: number): EncodedBatch[];
  /** How many units (data points) the first records hold. Absent where a record is a unit: a span, a log record. */
  sizeOf?(records: readonly T[], count: number): number;
  /** The first records in two parts of about as many units each. Absent where records cannot be divided themselves. */
  halve?(records: readonly T[], count: number): readonly [readonly T[], readonly T[]];
  /** The whole request message around a batch, in pieces, once its resource is settled. */
  complete(batch: EncodedBatch): Uint8Array[];
}

/** How the records of a signal are encoded, by encoding. */
export type SignalCodecs<T> = Readonly<Record<OtlpEncoding, SignalCodec<T>>>;
