/** ManualMetricReader: collects when it is asked, for tests, bridges and applications that export themselves. */
import { MetricReader } from './reader.ts';

/** `await reader.collect()` gives the metrics; nothing happens by itself. Takes the options of every reader. */
export class ManualMetricReader extends MetricReader {
  /** Nothing waits here. */
  protected async onForceFlush(): Promise<void> {}

  /** Nothing runs here. */
  protected async onShutdown(): Promise<void> {}
}
