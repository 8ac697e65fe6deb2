/** Which series of a family have been written: no label set may come twice, or Prometheus refuses the scrape. */
import { reportOnce } from '../../sdk/common/diagnostics.ts';
import type { DataPoint } from '../../sdk/metrics/metric-data.ts';

export class SeriesSet {
  readonly #name: string;
  readonly #written = new Set<string>();

  /** @param name of the family, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /** Says that a point could not be written: it takes none of the others along. */
  leaveOut(error: unknown): void {
    const text = `Prometheus: a series of ${this.#name} is left out: it could not be written`;
    reportOnce('error', 'prometheus_point', this.#name, text, error);
  }

  /** True the first time; a second series of the same labels is said once and left out. */
  isNew(labels: string): boolean {
    if (!this.#written.has(labels)) {
      this.#written.add(labels);
      return true;
    }
    const text = `Prometheus: ${this.#name}{${labels.slice(0, 200)}} comes twice; the first series is shown`;
    reportOnce('warn', 'prometheus_duplicate_series', this.#name, text);
    return false;
  }
}

/** The protocol's mark of a series that has ended (metrics/data-model.md#no-recorded-value). */
export function isWithoutValue({ flags }: DataPoint<unknown>): boolean {
  return flags !== undefined && (flags & 1) !== 0;
}
