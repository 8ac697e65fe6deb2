/** The variables of the stages that wait before they export: the batch processors and the periodic reader. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecordExporter, PushMetricExporter, ResourceMetrics, SpanExporter } from 'sonde/sdk';
import { type Heard, type Variables, withSdk } from './environment-bed.ts';
import { base, type Case, RECORDS } from './environment-cases.ts';
import { api, sdk } from './subject.ts';

type Done = (result: { code: number }) => void;

/** What an exporter was given so far, export by export. */
type Exported<Batch> = readonly Batch[];

/** A stage before an exporter that is not the subject's. */
interface Stage<Batch> {
  /** Runs `work` under the variables with the stage in place; its exporter keeps what it gets, and may never answer. */
  run<T>(
    variables: Variables,
    answers: boolean,
    work: (exported: Exported<Batch>, flush: () => Promise<void>) => Promise<T>,
  ): Promise<T & Heard>;
  /** Makes one record of what the stage waits with. */
  record(): void;
}

/** An exporter of any signal that is not the subject's. */
export function foreignExporter<Batch>(answers = true) {
  const exported: Batch[] = [];
  const exporter = {
    export(batch: Batch, done: Done): void {
      exported.push(batch);
      if (answers) setImmediate(done, { code: 0 });
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return { exported, exporter };
}

/** Flushes a provider made for a test, and does not wait for it to end. */
async function withProvider<T>(
  provider: {
    forceFlush(options: { timeoutMillis: number }): Promise<void>;
    shutdown(options: { timeoutMillis: number }): Promise<void>;
  },
  work: (flush: () => Promise<void>) => Promise<T>,
): Promise<T> {
  try {
    return await work(() => provider.forceFlush({ timeoutMillis: 2_000 }));
  } finally {
    void provider.shutdown({ timeoutMillis: 10 }).catch(() => {});
  }
}

const spans: Stage<readonly unknown[]> = {
  run(variables, answers, work) {
    const { exported, exporter } = foreignExporter<readonly unknown[]>(answers);
    const options = { traceExporter: exporter as SpanExporter };
    return withSdk({ ...base(), ...variables }, options, (running) => work(exported, () => running.flush()));
  },
  record: RECORDS.TRACES,
};

// The stages below read the variables when they are made, so they are made where these are set.

const logRecords: Stage<readonly unknown[]> = {
  run(variables, answers, work) {
    const { exported, exporter } = foreignExporter<readonly unknown[]>(answers);
    return withSdk({ ...base(), ...variables }, {}, () => {
      const processor = new sdk.BatchLogRecordProcessor({ exporter: exporter as LogRecordExporter });
      const provider = new sdk.LoggerProvider({ processors: [processor] });
      api.logs.disable();
      api.logs.setGlobalLoggerProvider(provider);
      return withProvider(provider, (flush) => work(exported, flush));
    });
  },
  record: RECORDS.LOGS,
};

/** Needs no record: a reader exports what was measured before, again and again. */
export const metrics: Stage<ResourceMetrics> = {
  run(variables, answers, work) {
    const { exported, exporter } = foreignExporter<ResourceMetrics>(answers);
    return withSdk({ ...base(), ...variables }, {}, () => {
      const reader = new sdk.PeriodicExportingMetricReader({ exporter: exporter as PushMetricExporter });
      const provider = new sdk.MeterProvider({ readers: [reader] });
      provider.getMeter('t').createCounter('c').add(1);
      return withProvider(provider, (flush) => work(exported, flush));
    });
  },
  record: () => {},
};

/** The batches that 3,000 records made at once become. */
const batches = (stage: Stage<readonly unknown[]>) => (variables: Variables) =>
  stage.run(variables, true, async (exported, flush) => {
    for (let index = 0; index < 3_000; index++) stage.record();
    await flush().catch(() => {});
    const sizes = exported.map((batch) => batch.length);
    const sum = sizes.reduce((total, size) => total + size, 0);
    return { largest: Math.max(...sizes), holds2048: sum >= 2_048 };
  });

/** Whether a record leaves within `millis` without a flush. */
const leavesWithin = (millis: number, stage: Stage<unknown>, variables: Variables) =>
  stage.run(variables, true, async (exported) => {
    stage.record();
    const deadline = Date.now() + millis;
    while (exported.length === 0 && Date.now() < deadline) await delay(5);
    return { leaves: exported.length > 0 };
  });

/** Whether an export that is never answered is given up within `millis`, which is less than a flush waits. */
const givesUpWithin = (millis: number, stage: Stage<unknown>, variables: Variables) =>
  stage.run(variables, false, async (_exported, flush) => {
    stage.record();
    const flushed = flush().then(
      () => true,
      () => true,
    );
    return { givesUp: await Promise.race([flushed, delay(millis, false)]) };
  });

/** Whether an export of spans that is never answered is given up within `millis`. */
export const spansGivenUpWithin = (
  millis: number,
  variables: Variables,
): Promise<Heard & { givesUp: boolean }> => givesUpWithin(millis, spans, variables);

const delayCase = (id: string, name: string, stage: Stage<unknown>, valid: string): Case => ({
  id,
  name,
  see: (variables) => leavesWithin(variables[name] === valid ? 20_000 : 60, stage, variables),
  usual: { leaves: false },
  valid,
  changed: { leaves: true },
  invalid: '-20',
});

const exportTimeoutCase = (id: string, name: string, stage: Stage<unknown>): Case => ({
  id,
  name,
  see: (variables) => givesUpWithin(variables[name] === '20' ? 1_500 : 80, stage, variables),
  usual: { givesUp: false },
  valid: '20',
  changed: { givesUp: true },
  invalid: '20ms',
});

/** Queue and batch of a batch processor. */
const sizeCases = (
  ids: readonly [queue: string, batch: string],
  prefix: string,
  stage: Stage<readonly unknown[]>,
): Case[] => [
  {
    id: ids[0],
    name: `${prefix}_MAX_QUEUE_SIZE`,
    see: batches(stage),
    usual: { holds2048: true },
    valid: '600',
    changed: { holds2048: false },
    invalid: 'ten',
  },
  {
    id: ids[1],
    name: `${prefix}_MAX_EXPORT_BATCH_SIZE`,
    see: batches(stage),
    usual: { largest: 512 },
    valid: '100',
    changed: { largest: 100 },
    invalid: '0',
  },
];

/** Tried in environment.test.ts. */
export const STAGE_CASES: readonly Case[] = [
  delayCase('ENV-19 ENV-04', 'OTEL_BSP_SCHEDULE_DELAY', spans, '0'),
  exportTimeoutCase('ENV-20', 'OTEL_BSP_EXPORT_TIMEOUT', spans),
  ...sizeCases(['ENV-21', 'ENV-22'], 'OTEL_BSP', spans),
  delayCase('ENV-23', 'OTEL_BLRP_SCHEDULE_DELAY', logRecords, '0'),
  exportTimeoutCase('ENV-24', 'OTEL_BLRP_EXPORT_TIMEOUT', logRecords),
  ...sizeCases(['ENV-25', 'ENV-26'], 'OTEL_BLRP', logRecords),
  delayCase('ENV-47', 'OTEL_METRIC_EXPORT_INTERVAL', metrics, '20'),
  exportTimeoutCase('ENV-48', 'OTEL_METRIC_EXPORT_TIMEOUT', metrics),
];
