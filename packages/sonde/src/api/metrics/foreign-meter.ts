/**
 * Makes meters and instruments of other implementations look like ours: they lack `enabled` and `bind`, take no
 * callbacks at creation, and may throw.
 */
import type { Context } from '../context/context.ts';
import { diag } from '../diag/diag.ts';
import { isNative } from '../native.ts';
import { realObservables, translated } from './batch-callback.ts';
import type {
  BoundCounter,
  BoundRecorder,
  Counter,
  Gauge,
  Histogram,
  MetricAttributes,
  MetricOptions,
  UpDownCounter,
} from './instrument.ts';
import type { AdderLike, Meter, MeterLike, RecorderLike } from './meter.ts';
import { NOOP_INSTRUMENT, NOOP_OBSERVABLE } from './noop-meter.ts';
import type { BatchObservableCallback, Observable, ObservableCallback } from './observable.ts';

/** A meter of ours is taken as it is, any other is wrapped. */
export function completeMeter(meter: MeterLike): Meter {
  return isNative(meter) ? (meter as Meter) : new ForeignMeter(meter);
}

/** Runs `work`, and says what it throws. */
function guarded<T>(work: () => T, otherwise: T): T {
  try {
    return work() ?? otherwise;
  } catch (error) {
    diag.error('The registered meter threw; a measurement or an instrument is lost', error);
    return otherwise;
  }
}

/** A counter or up-down counter. */
class ForeignAdder implements Counter, UpDownCounter {
  private readonly instrument: AdderLike & { enabled?(): boolean };

  constructor(instrument: AdderLike) {
    this.instrument = instrument;
  }

  add(value: number, attributes?: MetricAttributes, context?: Context): void {
    try {
      this.instrument.add(value, attributes, context);
    } catch (error) {
      diag.error('The registered meter threw; a measurement is lost', error);
    }
  }

  enabled(): boolean {
    return guarded<boolean | undefined>(() => this.instrument.enabled?.(), true) ?? true;
  }

  bind(attributes: MetricAttributes): BoundCounter {
    return {
      add: (value, context) => this.add(value, attributes, context),
      enabled: () => this.enabled(),
    };
  }
}

/** A histogram or gauge. */
class ForeignRecorder implements Histogram, Gauge {
  private readonly instrument: RecorderLike & { enabled?(): boolean };

  constructor(instrument: RecorderLike) {
    this.instrument = instrument;
  }

  record(value: number, attributes?: MetricAttributes, context?: Context): void {
    try {
      this.instrument.record(value, attributes, context);
    } catch (error) {
      diag.error('The registered meter threw; a measurement is lost', error);
    }
  }

  enabled(): boolean {
    return guarded<boolean | undefined>(() => this.instrument.enabled?.(), true) ?? true;
  }

  bind(attributes: MetricAttributes): BoundRecorder {
    return {
      record: (value, context) => this.record(value, attributes, context),
      enabled: () => this.enabled(),
    };
  }
}

type ObservableFactory =
  | 'createObservableCounter'
  | 'createObservableUpDownCounter'
  | 'createObservableGauge';

class ForeignMeter implements Meter {
  private readonly meter: MeterLike;

  constructor(meter: MeterLike) {
    this.meter = meter;
  }

  createCounter(name: string, options?: MetricOptions): Counter {
    return guarded<Counter>(() => new ForeignAdder(this.meter.createCounter(name, options)), NOOP_INSTRUMENT);
  }

  createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    return guarded<UpDownCounter>(
      () => new ForeignAdder(this.meter.createUpDownCounter(name, options)),
      NOOP_INSTRUMENT,
    );
  }

  createHistogram(name: string, options?: MetricOptions): Histogram {
    return guarded<Histogram>(
      () => new ForeignRecorder(this.meter.createHistogram(name, options)),
      NOOP_INSTRUMENT,
    );
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    const { meter } = this;
    if (typeof meter.createGauge !== 'function') return NOOP_INSTRUMENT;
    return guarded<Gauge>(() => new ForeignRecorder(meter.createGauge!(name, options)), NOOP_INSTRUMENT);
  }

  createObservableCounter<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return this.observable('createObservableCounter', name, options, callbacks);
  }

  createObservableUpDownCounter<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return this.observable('createObservableUpDownCounter', name, options, callbacks);
  }

  createObservableGauge<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return this.observable('createObservableGauge', name, options, callbacks);
  }

  addBatchObservableCallback<A extends MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    guarded(
      () => this.meter.addBatchObservableCallback(translated(callback), realObservables(observables)),
      undefined,
    );
  }

  removeBatchObservableCallback<A extends MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    guarded(
      () => this.meter.removeBatchObservableCallback(translated(callback), realObservables(observables)),
      undefined,
    );
  }

  private observable<A extends MetricAttributes>(
    factory: ObservableFactory,
    name: string,
    options: MetricOptions | undefined,
    callbacks: ObservableCallback<A>[],
  ): Observable<A> {
    return guarded(
      () => {
        const made = this.meter[factory]<A>(name, options);
        for (const callback of callbacks) made.addCallback(callback);
        return made;
      },
      NOOP_OBSERVABLE as Observable<A>,
    );
  }
}
