/** The books of one exporter for the SDK's own metrics: what it has taken, what became of it and how long that took. */
import type { Histogram } from '../../api/metrics/instrument.ts';
import {
  type ExporterReadings,
  type Registration,
  type SelfDescription,
  type SelfSource,
  selfMetrics,
} from './self-metrics.ts';

/** What an export ended with: `http.response.status_code` and kin. */
export type StatusAttributes = Readonly<Record<string, string | number>>;

export class ExporterTally implements SelfSource<ExporterReadings> {
  readonly #server: ExporterReadings['server'];
  readonly #registration: Registration;
  readonly #durations: () => Histogram;
  #inflight = 0;
  #exported = 0;
  readonly #failed: Record<string, number> = Object.create(null);

  constructor(description: SelfDescription, server?: ExporterReadings['server']) {
    this.#server = server;
    const self = selfMetrics(description.meterProvider);
    this.#registration = self.addExporter(description.kind, description.type, this);
    this.#durations = () =>
      self.durations('otel.sdk.exporter.operation.duration', 'How long the export of a batch took');
  }

  /** Records have been handed over and are on their way. */
  take(count: number): void {
    this.#inflight += count;
  }

  /** Records that were taken have been exported. */
  succeed(count: number): void {
    this.#inflight -= count;
    this.#exported += count;
  }

  /** Records that were taken have been given up or refused. */
  fail(count: number, reason: string): void {
    this.#inflight -= count;
    this.refuse(count, reason);
  }

  /** Records never got on their way. */
  refuse(count: number, reason: string): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + count;
  }

  /** One batch has come to its end. */
  finish(milliseconds: number, status: StatusAttributes | undefined, reason: string | undefined): void {
    this.#durations().record(milliseconds / 1000, {
      ...this.#place(),
      ...status,
      ...(reason === undefined ? undefined : { 'error.type': reason }),
    });
  }

  /** The exporter has been shut down. */
  close(): void {
    this.#registration.close();
  }

  selfReadings(): ExporterReadings {
    return { inflight: this.#inflight, exported: this.#exported, failed: this.#failed, server: this.#server };
  }

  #place(): object {
    const server = this.#server;
    return server === undefined
      ? this.#registration.attributes
      : { ...this.#registration.attributes, 'server.address': server.address, 'server.port': server.port };
  }
}
