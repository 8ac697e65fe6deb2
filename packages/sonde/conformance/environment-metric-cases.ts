/** The variables of metrics that nothing else has: the choice and settings of their exporters, and exemplars. */
import { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Variables, withSdk } from './environment-bed.ts';
import { alone, base, type Case, exporterCase, RECORDS, sentBy } from './environment-cases.ts';
import { metrics } from './environment-stage-cases.ts';

/** Whether a measurement outside a span is an exemplar. */
const exemplars = (variables: Variables) =>
  metrics.run(variables, true, async (exported, flush) => {
    await flush();
    const [point] = exported[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
    return { exemplars: point?.exemplars?.length ?? 0 };
  });

interface WireMetric {
  readonly name: string;
  readonly sum?: { readonly aggregationTemporality: number };
  readonly histogram?: object;
}

/** A metric as it reaches the receiver. */
async function metricOf(name: string, variables: Variables) {
  const { requests, said } = await sentBy(RECORDS.METRICS, variables);
  const { resourceMetrics } = JSON.parse(String(requests[0]?.body)) as {
    resourceMetrics: { scopeMetrics: { metrics: WireMetric[] }[] }[];
  };
  const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  return { said, metric: all.find((metric) => metric.name === name) };
}

/** Where the Prometheus exporter listens; in truth on a free port, since another program may hold the usual one. */
function listening(variables: Variables) {
  const asked: { host?: string; port?: number }[] = [];
  const { prototype } = Server;
  const listen = prototype.listen as (...args: unknown[]) => unknown;
  prototype.listen = function (this: Server, ...[where, ...rest]: unknown[]) {
    asked.push(where as object);
    return listen.call(this, { ...(where as object), port: 0 }, ...rest);
  } as never;
  return withSdk({ ...base(), ...variables, OTEL_METRICS_EXPORTER: 'prometheus' }, {}, async () => {
    const deadline = Date.now() + 20_000;
    while (asked.length === 0 && Date.now() < deadline) await delay(5);
    return { host: asked[0]?.host, port: asked[0]?.port };
  }).finally(() => {
    prototype.listen = listen as never;
  });
}

/** Tried in environment.test.ts. */
export const METRIC_CASES: readonly Case[] = [
  exporterCase('ENV-42', 'METRICS'),
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
    name: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    id: 'ENV-59',
    see: async (variables) => {
      const { said, metric } = await metricOf('c', variables);
      return { said, temporality: metric?.sum?.aggregationTemporality };
    },
    usual: { temporality: 2 },
    valid: 'LowMemory',
    changed: { temporality: 1 },
    invalid: 'often',
    beside: alone('METRICS'),
  },
  {
    name: 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
    id: 'ENV-60',
    see: async (variables) => {
      const { said, metric } = await metricOf('h', variables);
      return { said, isClassic: metric?.histogram !== undefined };
    },
    usual: { isClassic: true },
    valid: 'base2_exponential_bucket_histogram',
    changed: { isClassic: false },
    invalid: 'fine',
    beside: alone('METRICS'),
  },
  {
    id: 'ENV-39',
    name: 'OTEL_EXPORTER_PROMETHEUS_HOST',
    see: listening,
    usual: { host: '127.0.0.1' },
    valid: '127.0.0.2',
    changed: { host: '127.0.0.2' },
  },
  {
    id: 'ENV-40',
    name: 'OTEL_EXPORTER_PROMETHEUS_PORT',
    see: listening,
    usual: { port: 9464 },
    valid: '19464',
    changed: { port: 19_464 },
    invalid: '65536',
  },
];
