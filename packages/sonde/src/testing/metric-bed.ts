/** A meter provider that is made global and is collected when it is asked: for tests of code that measures by itself. */
import { metrics } from '../api/metrics/metrics-api.ts';
import { ManualMetricReader } from '../sdk/metrics/manual-reader.ts';
import type { DataPoint, HistogramValue, MetricData } from '../sdk/metrics/metric-data.ts';
import { MeterProvider } from '../sdk/metrics/provider.ts';

/** What has been measured so far, by the names of the metrics. */
export class MetricBed {
  readonly provider: MeterProvider;
  readonly #reader = new ManualMetricReader();

  /** @param isGlobal default true */
  constructor(isGlobal = true) {
    this.provider = new MeterProvider({ readers: [this.#reader] });
    if (isGlobal) metrics.setGlobalMeterProvider(this.provider);
  }

  /** All metrics of one collection. */
  async all(): Promise<MetricData[]> {
    const { resourceMetrics } = await this.#reader.collect();
    return resourceMetrics.scopeMetrics.flatMap((scope) => [...scope.metrics]);
  }

  /** The same by name; of two scopes that have one in common, the last. */
  async collect(): Promise<Map<string, MetricData>> {
    return new Map((await this.all()).map((metric) => [metric.descriptor.name, metric]));
  }

  /** The points of a histogram, of all scopes, whose attributes include `wanted`. */
  async histogram(name: string, wanted: object = {}): Promise<DataPoint<HistogramValue>[]> {
    return this.#points<HistogramValue>(name, wanted);
  }

  /** The points of a sum or gauge, of all scopes, whose attributes include `wanted`. */
  async numbers(name: string, wanted: object = {}): Promise<DataPoint<number>[]> {
    return this.#points<number>(name, wanted);
  }

  async #points<T>(name: string, wanted: object): Promise<DataPoint<T>[]> {
    const metrics = (await this.all()).filter(({ descriptor }) => descriptor.name === name);
    const points = metrics.flatMap(({ dataPoints }) => dataPoints as readonly unknown[] as DataPoint<T>[]);
    return points.filter((point) => includes(point.attributes, wanted));
  }
}

function includes(attributes: Readonly<Record<string, unknown>>, wanted: object): boolean {
  return Object.entries(wanted).every(([key, value]) => attributes[key] === value);
}
