/** The metrics SDK about itself: how long collections take (semantic conventions, otel/sdk-metrics). */
import { now } from '#platform';
import type { MeterProvider } from '../../api/metrics/meter.ts';
import { type ComponentAttributes, selfMetrics } from '../common/self-metrics.ts';

/** Measures the collections of one reader. Its instrument is made by the first that is over. */
export class CollectionTimer {
  readonly #type: string;
  #meterProvider: MeterProvider | undefined;
  #attributes: ComponentAttributes | undefined;

  /** @param type `otel.component.type` of the reader */
  constructor(type: string) {
    this.#type = type;
  }

  /** From here on durations go to this provider; to the global one while nothing was said. */
  reportTo(meterProvider: MeterProvider): void {
    this.#meterProvider = meterProvider;
  }

  /** Runs a collection; its outcome is the caller's. */
  async measure<T>(collect: () => Promise<T>): Promise<T> {
    const started = now();
    try {
      const result = await collect();
      this.#record(now() - started, undefined);
      return result;
    } catch (error) {
      this.#record(now() - started, error instanceof Error ? error.name : '_OTHER');
      throw error;
    }
  }

  #record(milliseconds: number, errorType: string | undefined): void {
    const self = selfMetrics(this.#meterProvider);
    this.#attributes ??= self.nameComponent(this.#type);
    self
      .durations('otel.sdk.metric_reader.collection.duration', 'How long a collection of the reader took')
      .record(milliseconds / 1000, {
        ...this.#attributes,
        ...(errorType === undefined ? undefined : { 'error.type': errorType }),
      });
  }
}
