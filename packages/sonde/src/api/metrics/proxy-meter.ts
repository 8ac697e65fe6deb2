/** The meter that can be had before an SDK starts. Its instruments record nothing until then, and from then on. */
import { diag } from '../diag/diag.ts';
import { Late } from '../late.ts';
import { markNative } from '../native.ts';
import { copyOf, realObservables, translated } from './batch-callback.ts';
import type {
  Counter,
  Gauge,
  Histogram,
  MetricAttributes,
  MetricOptions,
  UpDownCounter,
} from './instrument.ts';
import type { Meter } from './meter.ts';
import { NOOP_METER } from './noop-meter.ts';
import type { BatchObservableCallback, Observable, ObservableCallback } from './observable.ts';
import { startWaiting, stopWaiting, type Waiting } from './pending-callbacks.ts';
import { ProxyAdder, ProxyRecorder } from './proxy-instrument.ts';
import { ProxyObservable } from './proxy-observable.ts';

interface BatchRegistration {
  readonly callback: BatchObservableCallback;
  readonly observables: readonly Observable[];
}

export class ProxyMeter extends Late<Meter> implements Meter, Waiting {
  readonly find: () => Meter | undefined;
  private batches: readonly BatchRegistration[];
  /** The meter that has the batch callbacks. */
  private informed: Meter;

  constructor(find: () => Meter | undefined) {
    super(NOOP_METER, true);
    this.find = find;
    this.batches = [];
    this.informed = NOOP_METER;
    // It has every method and never throws: nothing has to stand between it and who is given it.
    markNative(this);
  }

  createCounter(name: string, options?: MetricOptions): Counter {
    return new ProxyAdder(() => this.known()?.createCounter(name, options));
  }

  createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    return new ProxyAdder(() => this.known()?.createUpDownCounter(name, options));
  }

  createHistogram(name: string, options?: MetricOptions): Histogram {
    return new ProxyRecorder(() => this.known()?.createHistogram(name, options));
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    return new ProxyRecorder(() => this.known()?.createGauge(name, options));
  }

  createObservableCounter<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return observable(() => this.known()?.createObservableCounter(name, options), callbacks);
  }

  createObservableUpDownCounter<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return observable(() => this.known()?.createObservableUpDownCounter(name, options), callbacks);
  }

  createObservableGauge<A extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
    ...callbacks: ObservableCallback<A>[]
  ): Observable<A> {
    return observable(() => this.known()?.createObservableGauge(name, options), callbacks);
  }

  addBatchObservableCallback<A extends MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    this.handOver();
    if (typeof callback !== 'function' || !startWaiting(this)) return;
    const batch = { callback, observables: copyOf(observables) } as unknown as BatchRegistration;
    this.batches = [...this.batches, batch];
    hand(this.real(), batch);
  }

  removeBatchObservableCallback<A extends MetricAttributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    const given = copyOf(observables);
    this.batches = this.batches.filter((batch) => !isSame(batch, callback, given));
    if (this.batches.length === 0) stopWaiting(this);
    try {
      this.real().removeBatchObservableCallback(translated(callback), realObservables(given));
    } catch (error) {
      diag.error('The registered meter threw; a batch callback may not be removed', error);
    }
  }

  /** Gives the batch callbacks to a meter that does not have them yet. */
  handOver(): void {
    const meter = this.real();
    if (meter === this.informed || meter === NOOP_METER) return;
    this.informed = meter;
    for (const batch of this.batches) hand(meter, batch);
  }

  /** The real meter, undefined as long as there is none: then an instrument must go on looking. */
  private known(): Meter | undefined {
    const meter = this.real();
    return meter === NOOP_METER ? undefined : meter;
  }
}

function observable<A extends MetricAttributes>(
  create: () => Observable | undefined,
  callbacks: readonly ObservableCallback<A>[],
): Observable<A> {
  const made = new ProxyObservable(create);
  for (const callback of callbacks) made.addCallback(callback as ObservableCallback);
  return made as Observable<A>;
}

function hand(meter: Meter, { callback, observables }: BatchRegistration): void {
  try {
    meter.addBatchObservableCallback(translated(callback), realObservables(observables));
  } catch (error) {
    diag.error('The registered meter threw; a batch callback is left out', error);
  }
}

function isSame(batch: BatchRegistration, callback: unknown, observables: readonly unknown[]): boolean {
  return (
    batch.callback === callback &&
    batch.observables.length === observables.length &&
    batch.observables.every((one) => observables.includes(one))
  );
}
