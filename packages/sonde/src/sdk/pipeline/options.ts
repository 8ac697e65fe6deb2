/**
 * Settings of processors: given in code, else by the environment, else the specification's default. A wrong value in
 * code throws at construction, naming the option, the value and what is allowed.
 */
import type { MeterProvider } from '../../api/metrics/meter.ts';
import { shown } from '../../internal/shown.ts';
import { report } from '../common/diagnostics.ts';
import { readEnv } from '../common/environment.ts';
import { OptionChecks, wrongOption } from '../common/option-checks.ts';
import type { OnFull } from './batcher.ts';

/** The longest time a timer can wait for, in milliseconds. */
const MAX_TIMER_MILLIS = 0x7fff_ffff;
/** Queues of more records than this are memory waiting to run out. */
const MAX_QUEUE_SIZE = 100_000_000;

/** What can be set on every batch processor (specification: trace/sdk.md#batching-processor). */
export interface BatchOptions {
  /**
   * The most records that wait; what comes beyond it is dropped and counted. Default: 2048, or OTEL_BSP_MAX_QUEUE_SIZE.
   * With an exporter of ours records wait until they are encoded, with any other until it takes them.
   */
  readonly maxQueueSize?: number | undefined;
  /** Milliseconds from the first waiting record to its export. Default: 5000, or OTEL_BSP_SCHEDULE_DELAY. 0 is next. */
  readonly scheduledDelayMillis?: number | undefined;
  /**
   * The most records in one export, at most `maxQueueSize`; when so many wait they leave at once. Default: 512, or
   * OTEL_BSP_MAX_EXPORT_BATCH_SIZE.
   */
  readonly maxExportBatchSize?: number | undefined;
  /**
   * Milliseconds after which an export counts as failed. Default: 30000, or OTEL_BSP_EXPORT_TIMEOUT. 0 is no bound.
   * Exporters of ours have bounds of their own, which count instead.
   */
  readonly exportTimeoutMillis?: number | undefined;
  /**
   * What to do when a batch comes together before the event loop turns. `encode` encodes it there and then, some
   * 0.4 ms for 512 spans, and loses nothing; `drop` never spends the caller's time and drops what exceeds
   * `maxQueueSize`. Only with exporters of ours; others are always served in later turns. Default: `encode`.
   */
  readonly onFull?: OnFull | undefined;
  /** Where the processor's own metrics go. Default: the global meter provider. */
  readonly meterProvider?: MeterProvider | undefined;
}

export interface SettledBatchOptions {
  readonly maxQueueSize: number;
  readonly scheduledDelayMillis: number;
  readonly maxExportBatchSize: number;
  readonly exportTimeoutMillis: number;
  readonly onFull: OnFull;
}

/** Which variables hold the defaults: OTEL_BSP_… for spans, OTEL_BLRP_… for log records. */
export type BatchVariables = 'OTEL_BSP' | 'OTEL_BLRP';

/** @param owner the class that is being constructed, for messages */
export function settleBatchOptions(
  owner: string,
  variables: BatchVariables,
  given: BatchOptions,
): SettledBatchOptions {
  const checks = new OptionChecks(owner, given);
  const queue = checks.whole('maxQueueSize', 1, MAX_QUEUE_SIZE);
  const batch = checks.whole('maxExportBatchSize', 1, MAX_QUEUE_SIZE);
  const delay = millis(checks, given, 'scheduledDelayMillis');
  const timeout = millis(checks, given, 'exportTimeoutMillis');
  const onFull = checks.oneOf('onFull', ['encode', 'drop']) ?? 'encode';
  if (queue !== undefined && batch !== undefined && batch > queue) {
    throw new TypeError(
      `${owner}: maxExportBatchSize must not exceed maxQueueSize; got ${batch} with a maxQueueSize of ${queue}`,
    );
  }
  checks.finish('exporter', 'meterProvider');
  return {
    ...settleSizes(owner, variables, queue, batch),
    scheduledDelayMillis: delay ?? readEnv(`${variables}_SCHEDULE_DELAY`),
    exportTimeoutMillis: timeout ?? readEnv(`${variables}_EXPORT_TIMEOUT`),
    onFull,
  };
}

/** What was given in code stays; a default or a variable that does not go with it gives way. */
function settleSizes(
  owner: string,
  variables: BatchVariables,
  queue: number | undefined,
  batch: number | undefined,
): { maxQueueSize: number; maxExportBatchSize: number } {
  let maxQueueSize = queue ?? readEnv(`${variables}_MAX_QUEUE_SIZE`);
  let maxExportBatchSize = batch ?? readEnv(`${variables}_MAX_EXPORT_BATCH_SIZE`);
  if (maxExportBatchSize > maxQueueSize) {
    if (batch === undefined) maxExportBatchSize = maxQueueSize;
    else maxQueueSize = batch;
    const outcome = batch === undefined ? 'the batch size is lowered to it' : 'the queue is made that long';
    report(
      'info',
      'batch_sizes',
      `${owner}: a batch cannot be larger than the queue (${maxQueueSize}), so ${outcome}`,
    );
  }
  return { maxQueueSize, maxExportBatchSize };
}

function millis(
  checks: OptionChecks<BatchOptions>,
  given: BatchOptions,
  name: 'scheduledDelayMillis' | 'exportTimeoutMillis',
): number | undefined {
  return given[name] === Number.POSITIVE_INFINITY ? 0 : checks.whole(name, 0, MAX_TIMER_MILLIS);
}

/** Checks that a part given to a constructor has the methods it will be called by. */
export function requireMethods(
  owner: string,
  option: string,
  part: unknown,
  methods: readonly string[],
): void {
  const holder = part as Record<string, unknown> | null | undefined;
  const missing = methods.filter((method) => typeof holder?.[method] !== 'function');
  if (missing.length === 0) return;
  throw new TypeError(
    `${owner}: ${option} must be an object with ${methods.map((method) => `${method}()`).join(', ')}; ` +
      (part === null || typeof part !== 'object' ? `got ${shown(part)}` : `${missing.join(', ')} is missing`),
  );
}

/** Checks that a list given to a constructor is one, of parts with the methods they will be called by. Gives a copy. */
export function requireParts<P>(
  owner: string,
  option: string,
  parts: readonly P[],
  methods: readonly string[],
): P[] {
  if (!Array.isArray(parts)) throw wrongOption(owner, option, shown(parts), 'an array');
  for (const [index, part] of parts.entries()) requireMethods(owner, `${option}[${index}]`, part, methods);
  return [...parts];
}

/**
 * Tells the two forms of a processor's constructor apart: `{ exporter, … }`, or the exporter and the options. What can
 * export is the exporter, also where it keeps another in a field of that name: to take that one would pass over what
 * the first is for, such as to redact.
 */
export function exporterAndOptions<E extends object, O extends object>(
  first: (O & { readonly exporter: E }) | E,
  second: O | undefined,
): { readonly exporter: E; readonly options: O } {
  if (isOptions(first)) return { exporter: first.exporter, options: first };
  return { exporter: first, options: second ?? ({} as O) };
}

function isOptions<E extends object, O extends { readonly exporter: E }>(first: O | E): first is O {
  if (typeof first !== 'object' || first === null || !('exporter' in first)) return false;
  return typeof (first as { readonly export?: unknown }).export !== 'function';
}
