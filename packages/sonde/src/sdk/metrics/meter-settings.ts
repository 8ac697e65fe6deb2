/** What all meters of one provider share. */
import type { HrTime } from '../../api/common/time.ts';
import type { Clock } from '../common/clock.ts';
import type { Resource } from '../common/resource.ts';
import type { MetricCollector } from './collector.ts';
import type { View } from './view.ts';
import type { ViewMatchingMode } from './view-matching.ts';

export class MeterSettings {
  readonly resource: Resource;
  readonly views: readonly View[];
  readonly viewMatchingMode: ViewMatchingMode;
  /** One of the constants of exemplar/filter.ts. */
  readonly exemplars: number;
  readonly clock: Clock;
  /** One for each reader, by its index. Complete before the first meter is made. */
  collectors: readonly MetricCollector[];
  isShutdown: boolean;
  /** When the values of what observes began to count, while streams are made for it that come later. */
  since: HrTime | undefined;

  constructor(
    resource: Resource,
    views: readonly View[],
    viewMatchingMode: ViewMatchingMode,
    exemplars: number,
    clock: Clock,
  ) {
    this.resource = resource;
    this.views = views;
    this.viewMatchingMode = viewMatchingMode;
    this.exemplars = exemplars;
    this.clock = clock;
    this.collectors = [];
    this.isShutdown = false;
    this.since = undefined;
  }
}
