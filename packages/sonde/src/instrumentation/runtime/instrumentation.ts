/**
 * RuntimeNodeInstrumentation: metrics of the event loop, of V8 and of the process, under the name and options of the
 * official runtime instrumentation (which has no process metrics). Nothing is patched. All is read when metrics are
 * collected; the monitor of delays and the observer of garbage collections start with the first collection.
 */
import type { MeterProviderLike } from '../../api/metrics/meter.ts';
import { InstrumentationBase, type InstrumentationConfig } from '../instrumentation.ts';
import { refuse } from '../shared/hook.ts';
import { observeEventLoop } from './event-loop.ts';
import { observeGarbageCollection, observeHeap } from './heap.ts';
import { observeProcess } from './process.ts';

/** What can be set for the runtime's metrics. */
export interface RuntimeNodeInstrumentationConfig extends InstrumentationConfig {
  /** How often the delay of the event loop is sampled, in milliseconds. Default 10, at least 1. */
  monitoringPrecision?: number;
  /** Also report `process.*`. Default true. */
  processMetrics?: boolean;
}

const VERSION = '0.1.0';
const DEFAULT_PRECISION = 10;

/** Metrics of Node's event loop, of V8's heap and of the process. Enabled when made, unless told otherwise. */
export class RuntimeNodeInstrumentation extends InstrumentationBase<RuntimeNodeInstrumentationConfig> {
  #isOn = false;
  #undo: (() => void)[] = [];

  /** @throws TypeError when `monitoringPrecision` is no number of at least 1 */
  constructor(config: RuntimeNodeInstrumentationConfig = {}) {
    super('sonde/runtime', VERSION, config);
    const { monitoringPrecision = DEFAULT_PRECISION } = config;
    if (!(Number.isFinite(monitoringPrecision) && monitoringPrecision >= 1)) {
      const allowed = 'a number of milliseconds of at least 1';
      refuse('RuntimeNodeInstrumentation', 'monitoringPrecision', allowed, monitoringPrecision);
    }
    if (config.enabled !== false) this.enable();
  }

  override setMeterProvider(meterProvider: MeterProviderLike): void {
    super.setMeterProvider(meterProvider);
    if (!this.#isOn) return;
    this.unpatch();
    this.patch();
  }

  protected override patch(): void {
    this.#isOn = true;
    const { meter, config } = this;
    const garbage = observeGarbageCollection(meter);
    this.#undo = [
      observeEventLoop(meter, config.monitoringPrecision ?? DEFAULT_PRECISION),
      observeHeap(meter, garbage.start),
      garbage.stop,
      ...(config.processMetrics === false ? [] : [observeProcess(meter)]),
    ];
  }

  protected override unpatch(): void {
    this.#isOn = false;
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }
}
