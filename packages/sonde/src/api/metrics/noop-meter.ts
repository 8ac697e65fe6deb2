/** The meter when there is no SDK: takes everything, checks nothing, says nothing, keeps nothing. */
import type {
  BoundCounter,
  BoundRecorder,
  Counter,
  Gauge,
  Histogram,
  SyncInstrument,
  UpDownCounter,
} from './instrument.ts';
import type { Meter } from './meter.ts';
import type { Observable } from './observable.ts';

class NoopInstrument implements SyncInstrument {
  add(): void {}

  record(): void {}

  enabled(): boolean {
    return false;
  }

  bind(): BoundCounter & BoundRecorder {
    return this;
  }
}

class NoopObservable implements Observable {
  addCallback(): void {}

  removeCallback(): void {}
}

/** All four synchronous instruments in one. */
export const NOOP_INSTRUMENT: Counter & UpDownCounter & Histogram & Gauge & BoundCounter & BoundRecorder =
  new NoopInstrument();
export const NOOP_OBSERVABLE: Observable = new NoopObservable();

class NoopMeter implements Meter {
  createCounter(): Counter {
    return NOOP_INSTRUMENT;
  }

  createUpDownCounter(): UpDownCounter {
    return NOOP_INSTRUMENT;
  }

  createHistogram(): Histogram {
    return NOOP_INSTRUMENT;
  }

  createGauge(): Gauge {
    return NOOP_INSTRUMENT;
  }

  createObservableCounter(): Observable {
    return NOOP_OBSERVABLE;
  }

  createObservableUpDownCounter(): Observable {
    return NOOP_OBSERVABLE;
  }

  createObservableGauge(): Observable {
    return NOOP_OBSERVABLE;
  }

  addBatchObservableCallback(): void {}

  removeBatchObservableCallback(): void {}
}

export const NOOP_METER: Meter = new NoopMeter();

/** A meter whose instruments take everything and do nothing. */
export function createNoopMeter(): Meter {
  return NOOP_METER;
}
