/**
 * The event loop's metrics (semantic-conventions, docs/runtime/nodejs-metrics.md): `nodejs.eventloop.utilization`,
 * `nodejs.eventloop.time` and `nodejs.eventloop.delay.*`; use and delays since the reader's collection before.
 */
import type { EventLoopUtilization, IntervalHistogram } from 'node:perf_hooks';
import type { Meter } from '../../api/metrics/meter.ts';
import type { BatchObservableCallback, Observable } from '../../api/metrics/observable.ts';
import { PerReader } from './per-reader.ts';

const NANOS = 1e-9;

interface Delays {
  readonly gauges: readonly Observable[];
  read(histogram: IntervalHistogram): readonly number[];
}

function delayGauges(meter: Meter): Delays {
  const gauge = (name: string, what: string): Observable =>
    meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, {
      unit: 's',
      description: `Event loop ${what} delay.`,
    });
  return {
    gauges: [
      gauge('min', 'minimum'),
      gauge('max', 'maximum'),
      gauge('mean', 'mean'),
      gauge('stddev', 'standard deviation'),
      gauge('p50', '50 percentile'),
      gauge('p90', '90 percentile'),
      gauge('p99', '99 percentile'),
    ],
    read: (histogram) => [
      histogram.min,
      histogram.max,
      histogram.mean,
      histogram.stddev,
      histogram.percentile(50),
      histogram.percentile(90),
      histogram.percentile(99),
    ],
  };
}

interface Watched {
  before: EventLoopUtilization;
  monitor: IntervalHistogram | undefined;
}

/**
 * Registers the instruments. A monitor of delays runs from a reader's first collection on, so that nothing runs where
 * nobody collects. Returns what takes it all back.
 */
export function observeEventLoop(meter: Meter, precisionMillis: number): () => void {
  const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', {
    unit: '1',
    description: 'Event loop utilization.',
  });
  const time = meter.createObservableCounter('nodejs.eventloop.time', {
    unit: 's',
    description: 'Cumulative duration of time the event loop has been in each state.',
  });
  const delays = delayGauges(meter);
  const start = performance.eventLoopUtilization();
  const watched = new PerReader<Watched>(() => ({ before: start, monitor: undefined }));
  const callback: BatchObservableCallback = (result) => {
    const since = watched.of(result);
    const now = performance.eventLoopUtilization();
    result.observe(utilization, performance.eventLoopUtilization(now, since.before).utilization);
    since.before = now;
    result.observe(time, now.active / 1000, { 'nodejs.eventloop.state': 'active' });
    result.observe(time, now.idle / 1000, { 'nodejs.eventloop.state': 'idle' });
    const { monitor } = since;
    if (monitor === undefined) {
      const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
      since.monitor = monitorEventLoopDelay({ resolution: precisionMillis });
      since.monitor.enable();
    } else if (monitor.count > 0) {
      const values = delays.read(monitor);
      for (const [index, gauge] of delays.gauges.entries()) result.observe(gauge, values[index]! * NANOS);
      monitor.reset();
    }
  };
  const observables = [utilization, time, ...delays.gauges];
  meter.addBatchObservableCallback(callback, observables);
  return () => {
    meter.removeBatchObservableCallback(callback, observables);
    for (const { monitor } of watched.values()) monitor?.disable();
  };
}
