/** The metrics SDK about itself: how long collections take (semantic conventions, otel/sdk-metrics). */
import { now } from '#platform';
import type { MeterProvider } from '../../api/metrics/meter.ts';
import { type ComponentAttributes, type SelfMetrics, selfMetrics } from '../common/self-metrics.ts';

/** Measures the collections of one reader. Its instrument is made by the first that is over. */
export class CollectionTimer {
  readonly #type: string;
  #meterProvider: MeterProvider | undefined;
  #attributes: ComponentAttributes | undefined;
  /** Who gave the name. */
  #named: SelfMetrics | undefined;

  /** @param type `otel.component.type` of the reader */
  constructor(type: string) {
    this.#type = type;
  }

  /** From here on durations go to this provider; to the global one while nothing was said. */
  reportTo(meterProvider: MeterProvider): void {
    this.#meterProvider = meterProvider;
  }

  /** The reader has ended: another one may have its name. */
  close(): void {
    if (this.#attributes !== undefined) this.#named?.releaseName(this.#attributes);
    this.#attributes = undefined;
    this.#named = undefined;
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
    if (this.#attributes === undefined) {
      this.#attributes = self.nameComponent(this.#type);
      this.#named = self;
    }
    self
      .durations('otel.sdk.metric_reader.collection.duration', 'How long a collection of the reader took')
      .record(milliseconds / 1000, {
        ...this.#attributes,
        ...(errorType === undefined ? undefined : { 'error.type': errorType }),
      });
  }
}
