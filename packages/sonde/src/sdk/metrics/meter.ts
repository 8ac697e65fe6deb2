/**
 * Makes the instruments of one instrumentation scope and keeps them by name: asking twice for the same instrument gives
 * the same one (specification: metrics/sdk.md#meter).
 */
import type {
  Counter,
  Gauge,
  Histogram,
  MetricAttributes,
  MetricOptions,
  UpDownCounter,
} from '../../api/metrics/instrument.ts';
import type { Meter } from '../../api/metrics/meter.ts';
import { NOOP_INSTRUMENT, NOOP_OBSERVABLE } from '../../api/metrics/noop-meter.ts';
import type {
  BatchObservableCallback,
  Observable,
  ObservableCallback,
} from '../../api/metrics/observable.ts';
import { markNative } from '../../api/native.ts';
import { report, reportOnce } from '../common/diagnostics.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import { InstrumentType } from './aggregation-option.ts';
import { AsyncStream } from './async-stream.ts';
import { Callbacks } from './callbacks.ts';
import { AdderImpl, RecorderImpl, type Recording, type SyncInstrumentImpl } from './instrument.ts';
import {
  describeInstrument,
  type InstrumentDescriptor,
  isSameAdvice,
  isSameInstrument,
} from './instrument-descriptor.ts';
import type { MeterSettings } from './meter-settings.ts';
import { ObservableImpl } from './observable.ts';
import type { Stream, StreamSettings } from './stream.ts';
import { reportConflict } from './stream-conflicts.ts';
import { planStreams } from './stream-plan.ts';
import { SyncStream } from './sync-stream.ts';

/** More instruments in one meter are names that somebody makes up per request. */
const MAX_INSTRUMENTS = 10_000;

type AnyInstrument = SyncInstrumentImpl | ObservableImpl;

/** The streams of one reader. */
class ReaderStreams {
  readonly all: Stream[] = [];
  readonly byKey: Map<string, Stream> = new Map();
  readonly byName: Map<string, Stream[]> = new Map();
}

export class MeterImpl implements Meter {
  readonly scope: InstrumentationScope;
  readonly callbacks: Callbacks;
  readonly #settings: MeterSettings;
  readonly #recording: Recording;
  readonly #readers: readonly ReaderStreams[];
  /** By the name in lower case. */
  readonly #instruments: Map<string, AnyInstrument[]>;
  #count = 0;
  #isEnabled: boolean;

  constructor(scope: InstrumentationScope, settings: MeterSettings, isEnabled: boolean) {
    markNative(this);
    this.scope = scope;
    this.callbacks = new Callbacks();
    this.#settings = settings;
    this.#recording = { isOn: isEnabled, isOver: false };
    this.#readers = settings.collectors.map(() => new ReaderStreams());
    this.#instruments = new Map();
    this.#isEnabled = isEnabled;
  }

  createCounter(name: string, options?: MetricOptions): Counter {
    return (this.#sync(InstrumentType.COUNTER, name, options) as AdderImpl | undefined) ?? NOOP_INSTRUMENT;
  }

  createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    return (
      (this.#sync(InstrumentType.UP_DOWN_COUNTER, name, options) as AdderImpl | undefined) ?? NOOP_INSTRUMENT
    );
  }

  createHistogram(name: string, options?: MetricOptions): Histogram {
    return (
      (this.#sync(InstrumentType.HISTOGRAM, name, options) as RecorderImpl | undefined) ?? NOOP_INSTRUMENT
    );
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    return (this.#sync(InstrumentType.GAUGE, name, options) as RecorderImpl | undefined) ?? NOOP_INSTRUMENT;
  }

  createObservableCounter<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return this.#observable(InstrumentType.OBSERVABLE_COUNTER, name, options, callbacks);
  }

  createObservableUpDownCounter<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return this.#observable(InstrumentType.OBSERVABLE_UP_DOWN_COUNTER, name, options, callbacks);
  }

  createObservableGauge<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return this.#observable(InstrumentType.OBSERVABLE_GAUGE, name, options, callbacks);
  }

  addBatchObservableCallback<A extends MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    this.callbacks.addBatch(callback as BatchObservableCallback, this.#own(observables as unknown[]));
  }

  removeBatchObservableCallback<A extends MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    this.callbacks.removeBatch(callback as BatchObservableCallback, this.#own(observables as unknown[]));
  }

  /** The streams of one reader, in the order in which they were made. */
  streamsOf(reader: number): readonly Stream[] {
    return this.#readers[reader]!.all;
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** What the configurator says. */
  set isEnabled(value: boolean) {
    this.#isEnabled = value;
    this.#recording.isOn = value && !this.#settings.isShutdown;
  }

  /** Nothing is recorded from here on; what was recorded can still be collected. */
  stop(): void {
    this.#recording.isOver = true;
    this.#recording.isOn = false;
  }

  #sync(type: InstrumentType, name: string, options: MetricOptions | undefined): AnyInstrument | undefined {
    const descriptor = describeInstrument(type, name, options);
    return (
      this.#known(descriptor) ??
      this.#remember(descriptor, () => {
        const streams = this.#streams(descriptor, (settings) => new SyncStream(settings)).flat();
        const isAdder = type === InstrumentType.COUNTER || type === InstrumentType.UP_DOWN_COUNTER;
        return isAdder
          ? new AdderImpl(descriptor, this.#recording, streams)
          : new RecorderImpl(descriptor, this.#recording, streams);
      })
    );
  }

  #observable<A extends MetricAttributes>(
    type: InstrumentType,
    name: string,
    options: MetricOptions | undefined,
    callbacks: readonly ObservableCallback<A>[],
  ): Observable<A> {
    const descriptor = describeInstrument(type, name, options);
    const observable =
      this.#known(descriptor) ??
      this.#remember(descriptor, () => {
        const streams = this.#streams(descriptor, (settings) => new AsyncStream(settings));
        return new ObservableImpl(descriptor, this.callbacks, streams);
      });
    if (observable === undefined) return NOOP_OBSERVABLE;
    for (const callback of callbacks) {
      this.callbacks.add(callback as ObservableCallback, observable as ObservableImpl);
    }
    return observable as unknown as Observable<A>;
  }

  /** The same instrument, if it was made before. */
  #known(descriptor: InstrumentDescriptor): AnyInstrument | undefined {
    const sameName = this.#instruments.get(descriptor.name.toLowerCase());
    const known = sameName?.find((each) => isSameInstrument(each.descriptor, descriptor));
    if (known === undefined) return undefined;
    reportDifferences(this.scope.name, known.descriptor, descriptor);
    return known;
  }

  #remember(descriptor: InstrumentDescriptor, make: () => AnyInstrument): AnyInstrument | undefined {
    if (this.#count >= MAX_INSTRUMENTS) {
      report(
        'warn',
        'instrument_count',
        `Meter "${this.scope.name}" has ${MAX_INSTRUMENTS} instruments: further ones record nothing`,
      );
      return undefined;
    }
    this.#count++;
    const name = descriptor.name.toLowerCase();
    const instrument = make();
    this.#instruments.set(name, [...(this.#instruments.get(name) ?? []), instrument]);
    return instrument;
  }

  /** The instrument's streams by reader, made or shared with an instrument that comes to the same. */
  #streams<S extends Stream>(descriptor: InstrumentDescriptor, make: (settings: StreamSettings) => S): S[][] {
    return this.#settings.collectors.map((collector, reader) => {
      const plans = planStreams(descriptor, this.scope, collector, this.#settings);
      const held = this.#readers[reader]!;
      return plans.map(({ key, settings }) => {
        let stream = held.byKey.get(key) as S | undefined;
        if (stream === undefined) {
          stream = make(settings);
          held.byKey.set(key, stream);
          this.#enter(held, stream);
        }
        return stream;
      });
    });
  }

  #enter(held: ReaderStreams, stream: Stream): void {
    const name = stream.settings.descriptor.name.toLowerCase();
    const sameName = held.byName.get(name);
    if (sameName === undefined) {
      held.byName.set(name, [stream]);
    } else {
      reportConflict(this.scope.name, sameName[0]!.settings, stream.settings);
      sameName.push(stream);
    }
    held.all.push(stream);
  }

  /** Those of the instruments that this meter made; others are said and left out. */
  #own(observables: readonly unknown[]): ObservableImpl[] {
    const all = Array.isArray(observables) ? observables : [];
    const own = all.filter(
      (each): each is ObservableImpl => each instanceof ObservableImpl && each.callbacks === this.callbacks,
    );
    if (own.length < all.length || all.length === 0) {
      report(
        'error',
        'callback_instruments',
        `${all.length - own.length} of ${all.length} instruments of a batch callback are left out: they are no observable instruments of meter "${this.scope.name}"`,
      );
    }
    return [...new Set(own)];
  }
}

function reportDifferences(meter: string, known: InstrumentDescriptor, asked: InstrumentDescriptor): void {
  if (known.name !== asked.name) {
    reportOnce(
      'warn',
      'instrument_case',
      JSON.stringify([meter, known.name, asked.name]),
      `Instruments "${known.name}" and "${asked.name}" of meter "${meter}" differ in case only: both are "${known.name}"`,
    );
  }
  if (!isSameAdvice(known.advice, asked.advice)) {
    reportOnce(
      'warn',
      'instrument_advice_differs',
      JSON.stringify([meter, known.name]),
      `Instrument "${known.name}" of meter "${meter}" was made twice with different advice: the first counts`,
    );
  }
}
