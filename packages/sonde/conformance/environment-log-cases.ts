/** The variables of log records: the choice of their exporter, their processor, their limits, and OTLP. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecordExporter } from 'sonde/sdk';
import { type Running, type Variables, withSdk } from './environment-bed.ts';
import { abandonsWithin, base, type Case, receiver } from './environment-cases.ts';
import { api, sdk } from './subject.ts';

const emit = (count: number): void => {
  const logger = api.logs.getLogger('t');
  for (let index = 0; index < count; index++) logger.emit({ body: index });
};

const many = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`k${i}`, 'v'.repeat(50)]));

interface WireRecord {
  readonly attributes?: { key: string; value: { stringValue?: string } }[];
}

/** What of one record reaches the receiver under these variables. */
export function sent(variables: Variables) {
  return withSdk({ ...base(), OTEL_LOGS_EXPORTER: 'otlp', ...variables }, {}, async (running) => {
    receiver.requests.length = 0;
    api.logs.getLogger('t').emit({ body: 'sent', attributes: many });
    await running.flush().catch(() => {});
    const [request] = receiver.requests;
    return { path: request?.path, headers: request?.headers ?? {}, body: request?.body.toString() ?? '' };
  });
}

/** The numbers that limits bound. */
async function limits(variables: Variables) {
  const { said, body } = await sent(variables);
  const [record]: WireRecord[] = JSON.parse(body).resourceLogs[0].scopeLogs[0].logRecords;
  const [first] = record?.attributes ?? [];
  return { said, attributes: record?.attributes?.length ?? 0, length: first?.value.stringValue?.length };
}

/** An SDK with a batch processor before an exporter of somebody else's, which may never answer. */
function batching<T>(
  variables: Variables,
  answers: boolean,
  work: (sizes: readonly number[], running: Running) => Promise<T>,
) {
  const sizes: number[] = [];
  const exporter: LogRecordExporter = {
    export(logs, done) {
      sizes.push(logs.length);
      if (answers) setImmediate(done, { code: 0 });
    },
    shutdown: async () => {},
  };
  // The processor reads the variables when it is made, so it is made where they are set.
  return withSdk({ ...base(), ...variables }, {}, async (running) => {
    const processor = new sdk.BatchLogRecordProcessor({ exporter });
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    api.logs.disable();
    api.logs.setGlobalLoggerProvider(provider);
    const flush = () => provider.forceFlush({ timeoutMillis: 2_000 });
    try {
      return await work(sizes, { ...running, flush });
    } finally {
      void provider.shutdown({ timeoutMillis: 10 }).catch(() => {});
    }
  });
}

/** The batches that 3,000 records emitted at once become. */
const batches = (variables: Variables) =>
  batching(variables, true, async (sizes, running) => {
    emit(3_000);
    await running.flush().catch(() => {});
    const exported = sizes.reduce((sum, size) => sum + size, 0);
    return { largest: Math.max(...sizes), holds2048: exported >= 2_048 };
  });

/** Whether a record leaves within `millis` without a flush. */
const leavesWithin = (millis: number, variables: Variables) =>
  batching(variables, true, async (sizes) => {
    emit(1);
    const deadline = Date.now() + millis;
    while (sizes.length === 0 && Date.now() < deadline) await delay(5);
    return { leaves: sizes.length > 0 };
  });

/** Whether an export that is never answered is given up within `millis`. */
const givesUpWithin = (millis: number, variables: Variables) =>
  batching(variables, false, async (_sizes, running) => {
    emit(1);
    const flushed = running.flush().then(
      () => true,
      () => true,
    );
    return { givesUp: await Promise.race([flushed, delay(millis, false)]) };
  });

const logging = (variables: Variables): Variables => ({ OTEL_LOGS_EXPORTER: 'otlp', ...variables });

const header = (name: string) => async (variables: Variables) => {
  const { headers, said } = await sent(variables);
  return { said, header: headers[name] };
};

/** A setting of OTLP under the signal's own name. */
const own = (setting: string, of: Omit<Case, 'name'>): Case => ({
  name: `OTEL_EXPORTER_OTLP_LOGS_${setting}`,
  ...of,
});

/** Tried in environment.test.ts. */
export const LOG_CASES: readonly Case[] = [
  {
    id: 'ENV-43',
    name: 'OTEL_LOGS_EXPORTER',
    see: async (variables) => {
      const { path, said } = await sent({ OTEL_LOGS_EXPORTER: '', ...variables });
      return { said, path };
    },
    usual: { path: '/v1/logs' },
    valid: 'None',
    changed: { path: undefined },
    invalid: 'pigeon-logs',
  },
  {
    id: 'ENV-23',
    name: 'OTEL_BLRP_SCHEDULE_DELAY',
    see: (variables) => leavesWithin(variables['OTEL_BLRP_SCHEDULE_DELAY'] === '0' ? 900 : 60, variables),
    usual: { leaves: false },
    valid: '0',
    changed: { leaves: true },
    invalid: '-20',
  },
  {
    id: 'ENV-24',
    name: 'OTEL_BLRP_EXPORT_TIMEOUT',
    see: (variables) => givesUpWithin(variables['OTEL_BLRP_EXPORT_TIMEOUT'] === '20' ? 1_500 : 80, variables),
    usual: { givesUp: false },
    valid: '20',
    changed: { givesUp: true },
    invalid: '20ms',
  },
  {
    id: 'ENV-25',
    name: 'OTEL_BLRP_MAX_QUEUE_SIZE',
    see: batches,
    usual: { holds2048: true },
    valid: '600',
    changed: { holds2048: false },
    invalid: 'ten',
  },
  {
    id: 'ENV-26',
    name: 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
    see: batches,
    usual: { largest: 512 },
    valid: '100',
    changed: { largest: 100 },
    invalid: '0',
  },
  {
    id: 'ENV-35',
    name: 'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    see: limits,
    usual: { length: 50 },
    valid: '0',
    changed: { length: 0 },
    invalid: 'ten',
  },
  {
    id: 'ENV-36',
    name: 'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
    see: limits,
    usual: { attributes: 128 },
    valid: '3',
    changed: { attributes: 3 },
    invalid: 'ten',
  },
  own('ENDPOINT', {
    see: async (variables) => {
      const { path, said } = await sent(variables);
      return { said, path };
    },
    usual: { path: '/v1/logs' },
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
      abandonsWithin(Object.values(variables).includes('30') ? 1_500 : 80, logging(variables), () => emit(1)),
    usual: { abandons: false },
    valid: '30',
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
];
