/** The traces SDK about itself: how many spans were started, and how many are alive (semantic conventions, otel/sdk-metrics). */
import { TraceFlags } from '../../api/trace/trace-flags.ts';
import type { SelfMetrics } from '../common/self-metrics.ts';
import { NO_PARENT, PARENT_IS_REMOTE } from './span-record.ts';

/** By SamplingDecision. */
const SAMPLING_RESULTS = ['DROP', 'RECORD_ONLY', 'RECORD_AND_SAMPLE'];
const PARENT_ORIGINS = ['none', 'local', 'remote'];

/**
 * The counts of all tracer providers that report to one meter provider. Kept as spans start and end, because nobody else
 * knows: an addition in an array each, 1 ns, whether anybody collects or not.
 */
export class SpanCounts {
  /** At `origin * 3 + decision`. */
  readonly started: Float64Array = new Float64Array(PARENT_ORIGINS.length * SAMPLING_RESULTS.length);
  /** At 1 sampled spans, at 0 those that were only recorded. */
  readonly ended: Float64Array = new Float64Array(2);

  /** @param parentFlags those of ParentFacts */
  start(parentFlags: number, decision: number): void {
    const origin = parentFlags === NO_PARENT ? 0 : (parentFlags & PARENT_IS_REMOTE) === 0 ? 1 : 2;
    this.started[origin * 3 + decision]!++;
  }

  end(traceFlags: number): void {
    this.ended[traceFlags & TraceFlags.SAMPLED]!++;
  }
}

/** The counts that belong to these self metrics; the first to ask makes the instruments that show them. */
export function spanCounts(self: SelfMetrics): SpanCounts {
  return self.shared('spans', () => show(self, new SpanCounts()));
}

function show(self: SelfMetrics, counts: SpanCounts): SpanCounts {
  const unit = '{span}';
  const started = self.meter.createObservableCounter('otel.sdk.span.started', {
    unit,
    description: 'How many spans were created, recording or not',
  });
  const live = self.meter.createObservableUpDownCounter('otel.sdk.span.live', {
    unit,
    description: 'How many recording spans have not ended yet',
  });
  self.meter.addBatchObservableCallback(
    (result) => {
      counts.started.forEach((count, index) => {
        if (count === 0) return;
        const attributes = {
          'otel.span.parent.origin': PARENT_ORIGINS[Math.floor(index / 3)],
          'otel.span.sampling_result': SAMPLING_RESULTS[index % 3],
        };
        result.observe(started, count, attributes);
      });
      for (const decision of [1, 2]) {
        const begun = counts.started.reduce(
          (sum, count, index) => (index % 3 === decision ? sum + count : sum),
          0,
        );
        if (begun === 0) continue;
        const attributes = { 'otel.span.sampling_result': SAMPLING_RESULTS[decision] };
        result.observe(live, begun - counts.ended[decision - 1]!, attributes);
      }
    },
    [started, live],
  );
  return counts;
}
