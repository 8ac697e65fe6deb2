/** The logs SDK about itself: how many records were submitted (semantic conventions, otel/sdk-metrics). */
import type { SelfMetrics } from '../common/self-metrics.ts';

/** The count of all logger providers that report to one meter provider. */
export interface LogCounts {
  /** Records given to loggers that are on, whatever became of them. */
  created: number;
}

/** The count that belongs to these self metrics; the first to ask makes the instrument that shows it. */
export function logCounts(self: SelfMetrics): LogCounts {
  return self.shared('logs', () => show(self, { created: 0 }));
}

function show(self: SelfMetrics, counts: LogCounts): LogCounts {
  const options = {
    unit: '{log_record}',
    description: 'How many log records were given to loggers that are on',
  };
  self.meter.createObservableCounter('otel.sdk.log.created', options, (result) => {
    if (counts.created > 0) result.observe(counts.created);
  });
  return counts;
}
