/**
 * Synchronous instruments, and those bound to a set of attributes. On the hot path: `add` and `record` check the number
 * and hand it to the streams; a bound instrument holds its series and looks nothing up. Nothing here throws.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import type { Context } from '../../api/context/context.ts';
import {
  type BoundCounter,
  type BoundRecorder,
  type Counter,
  type Gauge,
  type Histogram,
  type UpDownCounter,
  ValueType,
} from '../../api/metrics/instrument.ts';
import { isMonotonic } from './aggregation/aggregation.ts';
import { DOUBLE_ZERO, type Series } from './aggregation/series.ts';
import { InstrumentType } from './aggregation-option.ts';
import { EXEMPLARS_OFF } from './exemplar/filter.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { asNumber, reportRefused } from './measured-value.ts';
import { offer, type SyncStream } from './sync-stream.ts';

/** Whether the meter records at this moment; one object for all of its instruments. */
export interface Recording {
  isOn: boolean;
  /** Nothing will ever be recorded again. */
  isOver: boolean;
}

/** What all kinds share. `least` is the smallest number that needs no further look. */
export class SyncInstrumentImpl {
  readonly descriptor: InstrumentDescriptor;
  readonly recording: Recording;
  readonly streams: readonly SyncStream[];
  /** The one stream there is, which is the rule. */
  readonly only: SyncStream | undefined;
  readonly least: number;
  readonly isInteger: boolean;

  constructor(descriptor: InstrumentDescriptor, recording: Recording, streams: readonly SyncStream[]) {
    this.descriptor = descriptor;
    this.recording = recording;
    this.streams = streams;
    this.only = streams.length === 1 ? streams[0] : undefined;
    this.least = isMonotonic(descriptor.type) ? DOUBLE_ZERO : -Number.MAX_VALUE;
    this.isInteger = descriptor.valueType === ValueType.INT;
  }

  /** False when what would be measured now goes nowhere. */
  enabled(): boolean {
    return this.recording.isOn && this.streams.length > 0;
  }
}

/** Counter and up-down counter. */
export class AdderImpl extends SyncInstrumentImpl implements Counter, UpDownCounter {
  add(value: number, attributes?: Attributes, context?: Context): void {
    measure(this, value, attributes, context);
  }

  bind(attributes: Attributes): BoundCounter {
    return new BoundAdderImpl(this, attributes);
  }
}

/** Histogram and gauge. */
export class RecorderImpl extends SyncInstrumentImpl implements Histogram, Gauge {
  record(value: number, attributes?: Attributes, context?: Context): void {
    measure(this, value, attributes, context);
  }

  bind(attributes: Attributes): BoundRecorder {
    return new BoundRecorderImpl(this, attributes);
  }
}

function measure(
  instrument: SyncInstrumentImpl,
  given: number,
  attributes: Attributes | undefined,
  context: Context | undefined,
): void {
  if (!instrument.recording.isOn) return;
  let value = given;
  if (
    typeof value !== 'number' ||
    !(value >= instrument.least) ||
    value === Infinity ||
    instrument.isInteger
  ) {
    const checked = check(instrument, given);
    if (checked === undefined) return;
    value = checked;
  }
  const { only } = instrument;
  if (only !== undefined) only.record(value, attributes, context);
  else for (const stream of instrument.streams) stream.record(value, attributes, context);
}

function check({ descriptor, least, isInteger }: SyncInstrumentImpl, given: unknown): number | undefined {
  const isRising = least === 0;
  const value = asNumber(given, isInteger, isRising, descriptor.type === InstrumentType.GAUGE);
  if (value === undefined) reportRefused(descriptor.name, given, isRising);
  return value;
}

/** A series that measurements go to, and the stream that knows what becomes of exemplars. */
interface Binding {
  readonly stream: SyncStream;
  readonly series: Series;
}

class BoundInstrument {
  readonly instrument: SyncInstrumentImpl;
  readonly recording: Recording;
  readonly least: number;
  readonly isInteger: boolean;
  readonly attributes: Attributes;
  /** The first binding, as fields: mostly there is one. */
  readonly series: Series | undefined;
  readonly exemplarStream: SyncStream | undefined;
  readonly further: readonly Binding[];

  constructor(instrument: SyncInstrumentImpl, attributes: Attributes) {
    this.instrument = instrument;
    this.recording = instrument.recording;
    this.least = instrument.least;
    this.isInteger = instrument.isInteger;
    this.attributes = copied(attributes);
    // A meter that is off now may be switched on later.
    const { isOver } = instrument.recording;
    const bindings = isOver ? [] : instrument.streams.map((stream) => bindingOf(stream, this.attributes));
    const first = bindings[0];
    this.series = first?.series;
    this.exemplarStream = first?.stream.exemplars === EXEMPLARS_OFF ? undefined : first?.stream;
    this.further = bindings.slice(1);
  }

  enabled(): boolean {
    return this.series !== undefined && this.recording.isOn;
  }
}

class BoundAdderImpl extends BoundInstrument implements BoundCounter {
  add(value: number, context?: Context): void {
    measureBound(this, value, context);
  }
}

class BoundRecorderImpl extends BoundInstrument implements BoundRecorder {
  record(value: number, context?: Context): void {
    measureBound(this, value, context);
  }
}

function measureBound(bound: BoundInstrument, given: number, context: Context | undefined): void {
  const { series, exemplarStream } = bound;
  if (series === undefined || !bound.recording.isOn) return;
  let value = given;
  if (typeof value !== 'number' || !(value >= bound.least) || value === Infinity || bound.isInteger) {
    const checked = check(bound.instrument, given);
    if (checked === undefined) return;
    value = checked;
  }
  const bucket = series.record(value);
  if (exemplarStream !== undefined) offer(exemplarStream, series, value, bucket, bound.attributes, context);
  if (bound.further.length > 0) measureFurther(bound, value, context);
}

function measureFurther(
  { further, attributes }: BoundInstrument,
  value: number,
  context: Context | undefined,
): void {
  for (const { stream, series } of further) {
    const bucket = series.record(value);
    if (stream.exemplars !== EXEMPLARS_OFF) offer(stream, series, value, bucket, attributes, context);
  }
}

function bindingOf(stream: SyncStream, attributes: Attributes): Binding {
  return { stream, series: stream.bind(attributes) };
}

/** The attributes as they are at the time of binding. */
function copied(attributes: Attributes): Attributes {
  try {
    return typeof attributes === 'object' ? { ...attributes } : {};
  } catch {
    return {};
  }
}
