/** V8's metrics (semantic-conventions, docs/runtime/v8js-metrics.md): `v8js.memory.heap.*`, `v8js.heap.space.*`, `v8js.gc.duration`. */
import type { PerformanceObserver } from 'node:perf_hooks';
import type { BoundRecorder, Histogram } from '../../api/metrics/instrument.ts';
import type { Meter } from '../../api/metrics/meter.ts';
import type { BatchObservableCallback } from '../../api/metrics/observable.ts';

/** Seconds; advised by v8js-metrics.md. */
const GC_BOUNDARIES = [0.01, 0.1, 1, 10];

/** Kinds of collections by `constants.NODE_PERFORMANCE_GC_*`. */
const GC_TYPES: Readonly<Record<number, string>> = {
  1: 'minor',
  2: 'minor',
  4: 'major',
  8: 'incremental',
  16: 'weakcb',
};

interface GcEntry {
  readonly duration: number;
  readonly detail: { readonly kind: number };
}

/** Registers the sizes of the heap's spaces; `onCollection` is called with each collection. Returns what takes them back. */
export function observeHeap(meter: Meter, onCollection: () => void): () => void {
  const size = (name: string, description: string) =>
    meter.createObservableUpDownCounter(name, { unit: 'By', description });
  const limit = size('v8js.memory.heap.limit', 'Total heap memory size pre-allocated.');
  const used = size('v8js.memory.heap.used', 'Heap Memory size allocated.');
  const available = size('v8js.heap.space.available_size', 'Heap space available size.');
  const physical = size('v8js.heap.space.physical_size', 'Committed size of a heap space.');
  const callback: BatchObservableCallback = (result) => {
    onCollection();
    for (const space of process.getBuiltinModule('node:v8').getHeapSpaceStatistics()) {
      const attributes = { 'v8js.heap.space.name': space.space_name };
      result.observe(limit, space.space_size, attributes);
      result.observe(used, space.space_used_size, attributes);
      result.observe(available, space.space_available_size, attributes);
      result.observe(physical, space.physical_space_size, attributes);
    }
  };
  const observables = [limit, used, available, physical];
  meter.addBatchObservableCallback(callback, observables);
  return () => meter.removeBatchObservableCallback(callback, observables);
}

/**
 * Records how long collections of garbage take. Node makes an object for each of them while somebody observes, so the
 * observer starts when `start` is called, at the first collection of metrics, and rests from the natural end on.
 */
export function observeGarbageCollection(meter: Meter): { start(): void; stop(): void } {
  let duration: Histogram | undefined;
  const bound = new Map<number, BoundRecorder>();
  let observer: PerformanceObserver | undefined;
  const recorderOf = (kind: number): BoundRecorder => {
    const known = bound.get(kind);
    if (known !== undefined) return known;
    const made = duration!.bind({ 'v8js.gc.type': GC_TYPES[kind] ?? 'unknown' });
    bound.set(kind, made);
    return made;
  };
  const stop = (): void => {
    observer?.disconnect();
    observer = undefined;
  };
  // What the last flush costs the heap would be one more thing to send after it, and so on. The next collection starts again.
  process.on('beforeExit', stop);
  return {
    start: () => {
      if (observer !== undefined) return;
      // Not before: to make it is to wake the meter provider.
      duration ??= meter.createHistogram('v8js.gc.duration', {
        unit: 's',
        description: 'Garbage collection duration.',
        advice: { explicitBucketBoundaries: GC_BOUNDARIES },
      });
      const { PerformanceObserver: Observer } = process.getBuiltinModule('node:perf_hooks');
      observer = new Observer((list) => {
        for (const entry of list.getEntries() as unknown as GcEntry[]) {
          recorderOf(entry.detail.kind).record(entry.duration / 1000);
        }
      });
      observer.observe({ entryTypes: ['gc'] });
    },
    stop: () => {
      process.removeListener('beforeExit', stop);
      stop();
    },
  };
}
