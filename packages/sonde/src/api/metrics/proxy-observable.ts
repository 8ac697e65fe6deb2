/** An observable instrument that can be made before an SDK starts and whose callbacks run when it has. */
import { diag } from '../diag/diag.ts';
import { Late } from '../late.ts';
import { NOOP_OBSERVABLE } from './noop-meter.ts';
import type { Observable, ObservableCallback } from './observable.ts';
import { startWaiting, stopWaiting, type Waiting } from './pending-callbacks.ts';

export class ProxyObservable extends Late<Observable> implements Observable, Waiting {
  private readonly create: () => Observable | undefined;
  /** Kept after they are handed over, for the provider that may replace this one. */
  private readonly callbacks: Set<ObservableCallback>;

  constructor(create: () => Observable | undefined) {
    super(NOOP_OBSERVABLE, true);
    this.create = create;
    this.callbacks = new Set();
  }

  addCallback(callback: ObservableCallback): void {
    const real = this.real();
    if (typeof callback !== 'function' || this.callbacks.has(callback) || !startWaiting(this)) return;
    this.callbacks.add(callback);
    give(real, callback);
  }

  removeCallback(callback: ObservableCallback): void {
    this.callbacks.delete(callback);
    if (this.callbacks.size === 0) stopWaiting(this);
    try {
      this.real().removeCallback(callback);
    } catch (error) {
      diag.error('The registered meter threw; a callback may not be removed', error);
    }
  }

  handOver(): void {
    this.real();
  }

  find(): Observable | undefined {
    const real = this.create();
    if (real !== undefined) for (const callback of this.callbacks) give(real, callback);
    return real;
  }
}

function give(real: Observable, callback: ObservableCallback): void {
  try {
    real.addCallback(callback);
  } catch (error) {
    diag.error('The registered meter threw; a callback is left out', error);
  }
}
