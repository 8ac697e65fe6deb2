/** All that a meter provider needs from the first meter or collection on: its meters, and a collector for each reader. */

import type { HrTime } from '../../api/common/time.ts';
import type { Meter, MeterOptions } from '../../api/metrics/meter.ts';
import type { Clock } from '../common/clock.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { ScopeRegistry } from '../common/scope-registry.ts';
import { MetricCollector } from './collector.ts';
import { MeterImpl } from './meter.ts';
import { MeterSettings } from './meter-settings.ts';
import type { IMetricReader } from './reader.ts';
import type { View } from './view.ts';
import type { ViewMatchingMode } from './view-matching.ts';

export { ForeignProducers } from './produced.ts';
export { checkViews } from './view.ts';
export { checkViewMatchingMode } from './view-matching.ts';

/** What the provider was made with. */
export interface EngineOptions {
  readonly resource: Resource;
  readonly readers: readonly IMetricReader[];
  readonly views: readonly View[];
  readonly viewMatchingMode: ViewMatchingMode;
  /** One of the constants of exemplar/filter.ts. */
  readonly exemplars: number;
  readonly clock: Clock;
  readonly isEnabled: (scope: InstrumentationScope) => boolean;
}

export class MeterEngine {
  readonly collectors: readonly MetricCollector[];
  readonly #settings: MeterSettings;
  readonly #meters: ScopeRegistry<MeterImpl>;
  readonly #isEnabled: (scope: InstrumentationScope) => boolean;

  constructor(options: EngineOptions) {
    const { resource, readers, views, viewMatchingMode, exemplars, clock, isEnabled } = options;
    const settings = new MeterSettings(resource, views, viewMatchingMode, exemplars, clock);
    this.#settings = settings;
    this.#isEnabled = isEnabled;
    this.#meters = new ScopeRegistry('meter', (scope) => new MeterImpl(scope, settings, isEnabled(scope)));
    this.collectors = readers.map(
      (reader, index) => new MetricCollector(index, reader, settings, () => this.#meters.values()),
    );
    settings.collectors = this.collectors;
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return this.#meters.get(name, version, options);
  }

  /** Runs `make`; what observes from then on has values that began to count at `since`. */
  makeSince(since: HrTime, make: () => void): void {
    this.#settings.since = since;
    try {
      make();
    } finally {
      this.#settings.since = undefined;
    }
  }

  /** Asks again which meters are on. */
  configure(): void {
    for (const meter of this.#meters.values()) meter.isEnabled = this.#isEnabled(meter.scope);
  }

  /** Nothing is recorded from here on; what was recorded can still be collected. */
  stop(): void {
    this.#settings.isShutdown = true;
    for (const meter of this.#meters.values()) meter.stop();
  }
}
