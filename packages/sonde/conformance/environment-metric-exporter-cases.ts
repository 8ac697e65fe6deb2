/** The variables of the exporters of metrics: OTLP under the signal's own names, and Prometheus. */
import { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Variables, withSdk } from './environment-bed.ts';
import { abandonsWithin, base, type Case, receiver } from './environment-cases.ts';
import { api } from './subject.ts';

const measuring = (variables: Variables): Variables => ({
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'otlp',
  ...variables,
});

const measure = (): void => {
  const meter = api.metrics.getMeter('t');
  meter.createCounter('c').add(1);
  meter.createHistogram('h').record(1);
};

interface WireMetric {
  readonly name: string;
  readonly sum?: { readonly aggregationTemporality: number };
  readonly histogram?: object;
}

/** What of a counter and a histogram reaches the receiver under these variables. */
function sent(variables: Variables) {
  return withSdk({ ...base(), ...measuring(variables) }, {}, async (running) => {
    receiver.requests.length = 0;
    measure();
    await running.flush().catch(() => {});
    const [request] = receiver.requests;
    return { path: request?.path, headers: request?.headers ?? {}, body: request?.body.toString() ?? '' };
  });
}

async function metricOf(name: string, variables: Variables) {
  const { said, body } = await sent(variables);
  const { resourceMetrics } = JSON.parse(body) as {
    resourceMetrics: { scopeMetrics: { metrics: WireMetric[] }[] }[];
  };
  const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  return { said, metric: all.find((metric) => metric.name === name) };
}

const header = (name: string) => async (variables: Variables) => {
  const { headers, said } = await sent(variables);
  return { said, header: headers[name] };
};

/** A setting of OTLP under the signal's own name. */
const own = (setting: string, of: Omit<Case, 'name'>): Case => ({
  name: `OTEL_EXPORTER_OTLP_METRICS_${setting}`,
  ...of,
});

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
    const deadline = Date.now() + 2_000;
    while (asked.length === 0 && Date.now() < deadline) await delay(5);
    return { host: asked[0]?.host, port: asked[0]?.port };
  }).finally(() => {
    prototype.listen = listen as never;
  });
}

/** Tried in environment.test.ts. */
export const METRIC_EXPORTER_CASES: readonly Case[] = [
  own('ENDPOINT', {
    see: async (variables) => {
      const { path, said } = await sent(variables);
      return { said, path };
    },
    usual: { path: '/v1/metrics' },
    valid: 'given by the test',
    changed: { path: '/here' },
    invalid: 'no url',
  }),
  own('HEADERS', {
    see: header('x-key'),
    usual: { header: undefined },
    valid: 'x-key=a%20b',
    changed: { header: 'a b' },
    invalid: 'x-key',
  }),
  own('COMPRESSION', {
    see: header('content-encoding'),
    usual: { header: undefined },
    valid: 'GZIP',
    changed: { header: 'gzip' },
    invalid: 'brotli',
  }),
  own('TIMEOUT', {
    see: (variables) =>
      abandonsWithin(Object.values(variables).includes('300') ? 2_500 : 80, measuring(variables), measure),
    usual: { abandons: false },
    // Long enough for the first connection: what a reader exports is given up with its attempt, and not sent again.
    valid: '300',
    changed: { abandons: true },
    invalid: '-30',
  }),
  own('PROTOCOL', {
    see: header('content-type'),
    usual: { header: 'application/json' },
    valid: 'HTTP/protobuf',
    changed: { header: 'application/x-protobuf' },
    invalid: 'http/xml',
  }),
  own('TEMPORALITY_PREFERENCE', {
    id: 'ENV-59',
    see: async (variables) => {
      const { said, metric } = await metricOf('c', variables);
      return { said, temporality: metric?.sum?.aggregationTemporality };
    },
    usual: { temporality: 2 },
    valid: 'LowMemory',
    changed: { temporality: 1 },
    invalid: 'often',
  }),
  own('DEFAULT_HISTOGRAM_AGGREGATION', {
    id: 'ENV-60',
    see: async (variables) => {
      const { said, metric } = await metricOf('h', variables);
      return { said, isClassic: metric?.histogram !== undefined };
    },
    usual: { isClassic: true },
    valid: 'base2_exponential_bucket_histogram',
    changed: { isClassic: false },
    invalid: 'fine',
  }),
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
