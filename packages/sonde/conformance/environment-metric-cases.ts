/** The variables of metrics: the choice of their exporter, the periodic reader, exemplars. */
import { setTimeout as delay } from 'node:timers/promises';
import type { PushMetricExporter, ResourceMetrics } from 'sonde/sdk';
import { type Variables, withSdk } from './environment-bed.ts';
import { base, type Case, receiver } from './environment-cases.ts';
import { api, sdk } from './subject.ts';

/** Whether a measurement reaches the receiver under these variables. */
const sends = ({ OTEL_METRICS_EXPORTER, ...variables }: Variables) => {
  const { OTEL_METRICS_EXPORTER: _none, ...others } = base();
  const exporter = OTEL_METRICS_EXPORTER === undefined ? {} : { OTEL_METRICS_EXPORTER };
  return withSdk({ ...others, ...exporter, ...variables }, {}, async (running) => {
    receiver.requests.length = 0;
    api.metrics.getMeter('t').createCounter('c').add(1);
    await running.flush().catch(() => {});
    return { sends: receiver.requests.some(({ path }) => path === '/v1/metrics') };
  });
};

/** A provider with a periodic reader, made where the variables are set, before an exporter of somebody else's. */
function periodic<T>(
  variables: Variables,
  answers: boolean,
  work: (exported: readonly ResourceMetrics[], flush: () => Promise<void>) => Promise<T>,
) {
  const exported: ResourceMetrics[] = [];
  const exporter: PushMetricExporter = {
    export(metrics, done) {
      exported.push(metrics);
      if (answers) setImmediate(done, { code: 0 });
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return withSdk({ ...base(), ...variables }, {}, async () => {
    const reader = new sdk.PeriodicExportingMetricReader({ exporter });
    const provider = new sdk.MeterProvider({ readers: [reader] });
    provider.getMeter('t').createCounter('c').add(1);
    try {
      return await work(exported, () => provider.forceFlush({ timeoutMillis: 2_000 }));
    } finally {
      void provider.shutdown({ timeoutMillis: 10 }).catch(() => {});
    }
  });
}

/** Whether a collection leaves within `millis` without a flush. */
const leavesWithin = (millis: number, variables: Variables) =>
  periodic(variables, true, async (exported) => {
    const deadline = Date.now() + millis;
    while (exported.length === 0 && Date.now() < deadline) await delay(5);
    return { leaves: exported.length > 0 };
  });

/** Whether a flush gives up an exporter that never answers within `millis`. */
const givesUpWithin = (millis: number, variables: Variables) =>
  periodic(variables, false, async (_exported, flush) => {
    const flushed = flush().then(
      () => false,
      (error) => !/longer than 2000/.test(String(error)),
    );
    return { givesUp: await Promise.race([flushed, delay(millis, false)]) };
  });

/** Whether a measurement outside a span is an exemplar. */
const exemplars = (variables: Variables) =>
  periodic(variables, true, async (exported, flush) => {
    await flush();
    const [point] = exported[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
    return { exemplars: point?.exemplars?.length ?? 0 };
  });

export const METRIC_CASES: readonly Case[] = [
  {
    id: 'ENV-42',
    name: 'OTEL_METRICS_EXPORTER',
    see: sends,
    usual: { sends: true },
    valid: 'none',
    changed: { sends: false },
    invalid: 'pigeon-metrics',
  },
  {
    id: 'ENV-46',
    name: 'OTEL_METRICS_EXEMPLAR_FILTER',
    see: exemplars,
    usual: { exemplars: 0 },
    valid: 'always_on',
    changed: { exemplars: 1 },
    invalid: 'sometimes',
  },
  {
    id: 'ENV-47',
    name: 'OTEL_METRIC_EXPORT_INTERVAL',
    see: (variables) =>
      leavesWithin(variables['OTEL_METRIC_EXPORT_INTERVAL'] === '20' ? 1_500 : 80, variables),
    usual: { leaves: false },
    valid: '20',
    changed: { leaves: true },
    invalid: '-20',
  },
  {
    id: 'ENV-48',
    name: 'OTEL_METRIC_EXPORT_TIMEOUT',
    see: (variables) =>
      givesUpWithin(variables['OTEL_METRIC_EXPORT_TIMEOUT'] === '20' ? 1_500 : 80, variables),
    usual: { givesUp: false },
    valid: '20',
    changed: { givesUp: true },
    invalid: 'soon',
  },
];
