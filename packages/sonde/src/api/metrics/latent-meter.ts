/**
 * A meter for those who only let themselves be observed. A meter provider of ours sleeps until somebody measures or
 * collects: asking it for a meter would wake it, and load all it needs for that. This one leaves it asleep; its
 * observable instruments and callbacks reach the provider when that wakes, which is before anything is collected.
 */
import type { Counter, Gauge, Histogram, MetricOptions, UpDownCounter } from './instrument.ts';
import type { Meter, MeterProviderLike } from './meter.ts';
import { ProxyMeter } from './proxy-meter.ts';

/** The mark of a provider that sleeps, also one of another copy of this package. */
export const ASLEEP: unique symbol = Symbol.for('sonde.asleep.1') as never;

/** A provider that may sleep. */
export interface Sleeper {
  readonly [ASLEEP]: boolean;
}

/** Never throws: a provider may be anybody's. */
export function isAsleep(provider: MeterProviderLike | undefined): boolean {
  try {
    return (provider as Partial<Sleeper> | undefined)?.[ASLEEP] === true;
  } catch {
    return false;
  }
}

export class LatentMeter extends ProxyMeter {
  readonly #wake: () => Meter;

  /**
   * @param provider the one that is registered now, if any
   * @param find gives the meter of a provider that is awake, and does nothing else: it is called as callbacks are handed over
   * @param wake gives the provider's meter, also when it sleeps
   */
  constructor(
    provider: () => MeterProviderLike | undefined,
    find: () => Meter | undefined,
    wake: () => Meter,
  ) {
    super(() => {
      const registered = provider();
      return registered === undefined || isAsleep(registered) ? undefined : find();
    });
    this.#wake = wake;
  }

  // Whoever makes one of these is going to measure.

  override createCounter(name: string, options?: MetricOptions): Counter {
    return this.#wake().createCounter(name, options);
  }

  override createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    return this.#wake().createUpDownCounter(name, options);
  }

  override createHistogram(name: string, options?: MetricOptions): Histogram {
    return this.#wake().createHistogram(name, options);
  }

  override createGauge(name: string, options?: MetricOptions): Gauge {
    return this.#wake().createGauge(name, options);
  }
}
