/** What all loggers and records of one provider share; the provider owns it and every logger sees a change at once. */
import type { AttributeLimits } from '../common/attributes.ts';
import type { Clock } from '../common/clock.ts';
import type { Resource } from '../common/resource.ts';
import { combineLogRecordProcessors, type LogRecordProcessor } from './processor.ts';
import type { LogCounts } from './self-metrics.ts';

export class LoggerSettings {
  readonly resource: Resource;
  readonly limits: AttributeLimits;
  readonly clock: Clock;
  readonly counts: LogCounts;
  /** One processor in the place of all; it never throws. */
  processor!: LogRecordProcessor;
  hasProcessors!: boolean;
  isShutdown: boolean;
  /** How many records are with the processors at this moment: more than one when a processor makes records. */
  depth: number;

  constructor(
    resource: Resource,
    limits: AttributeLimits,
    clock: Clock,
    counts: LogCounts,
    processors: readonly LogRecordProcessor[],
  ) {
    this.resource = resource;
    this.limits = limits;
    this.clock = clock;
    this.counts = counts;
    this.isShutdown = false;
    this.depth = 0;
    this.setProcessors(processors);
  }

  setProcessors(processors: readonly LogRecordProcessor[]): void {
    this.processor = combineLogRecordProcessors(processors);
    this.hasProcessors = processors.length > 0;
  }
}
