/**
 * One call of an exporter that may be anybody's: it throws, rejects, never answers, answers twice, answers too late.
 * Whatever it does, the outcome is told exactly once.
 */
import type { Timer } from '#platform';
import { messageOf } from '../../internal/shown.ts';
import { type ExportResult, ExportResultCode } from '../common/export-result.ts';
import type { Resource } from '../common/resource.ts';
import { withTracingSuppressed } from '../common/suppress-tracing.ts';
import { withDeadline } from './deadline.ts';
import type { PipelineHost } from './host.ts';
import { attempt } from './lifecycle.ts';

/** What the exporters of all signals have in common. */
export interface Exporter<T> {
  export(records: T[], resultCallback: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** What the records of all signals have in common. */
export interface Exportable {
  readonly resource: Resource;
}

/** How an export ended. `detail` says why, in the exporter's words. */
export type ExportOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'export_failed'; readonly detail: string }
  | { readonly kind: 'timeout'; readonly detail: string };

const DELIVERED: ExportOutcome = { kind: 'delivered' };

/** What is called: exporters of records take a list, those of metrics a collection. */
export interface ExportTarget<B> {
  export(batch: B, resultCallback: (result: ExportResult) => void): void;
}

/**
 * Exports one batch and tells `done` once how it ended, at once when the exporter answers at once. With
 * `timeoutMillis` 0 the answer is waited for without a bound. Spans that the exporter's own work would make are
 * suppressed.
 */
export function callExporter<B>(
  exporter: ExportTarget<B>,
  batch: B,
  timeoutMillis: number,
  host: PipelineHost,
  done: (outcome: ExportOutcome) => void,
): void {
  let open = true;
  let timer: Timer | undefined;
  const settle = (outcome: ExportOutcome): void => {
    if (!open) return;
    open = false;
    if (timer !== undefined) host.clearTimer(timer);
    done(outcome);
  };
  const fail = (error: unknown): void => settle({ kind: 'export_failed', detail: messageOf(error) });
  if (timeoutMillis > 0 && timeoutMillis < Number.POSITIVE_INFINITY) {
    const detail = `no answer within ${timeoutMillis} ms`;
    timer = host.setTimer(() => settle({ kind: 'timeout', detail }), timeoutMillis);
  }
  try {
    const answer = (result: ExportResult): void => settle(outcomeOf(result));
    const returned: unknown = withTracingSuppressed(() => exporter.export(batch, answer));
    onRejection(returned, fail);
  } catch (error) {
    fail(error);
  }
}

/** Calls `then` if something that was returned turns out to be a promise that rejects. Never throws. */
export function onRejection(returned: unknown, then: (error: unknown) => void): void {
  if (returned === undefined || returned === null || typeof returned !== 'object') return;
  try {
    if (typeof (returned as PromiseLike<unknown>).then !== 'function') return;
    Promise.resolve(returned).catch(then);
  } catch (error) {
    then(error);
  }
}

function outcomeOf(result: ExportResult): ExportOutcome {
  try {
    if (result.code === ExportResultCode.SUCCESS) return DELIVERED;
    const detail = result.error === undefined ? 'it gave no reason' : messageOf(result.error);
    return { kind: 'export_failed', detail };
  } catch {
    return { kind: 'export_failed', detail: 'its answer could not be read' };
  }
}

/**
 * Resolves when the resources of all records are complete, or undefined when they are already, which is the rule:
 * exporters read a resource's attributes without asking whether some are still being looked up.
 */
export function pendingResources(
  records: readonly Exportable[],
  timeoutMillis: number,
  host: PipelineHost,
): Promise<void> | undefined {
  let seen: Resource | undefined;
  let pending: Set<Resource> | undefined;
  for (const record of records) {
    const resource = resourceOf(record);
    if (resource === seen) continue;
    seen = resource;
    if (resource?.asyncAttributesPending === true) pending = (pending ?? new Set<Resource>()).add(resource);
  }
  if (pending === undefined) return undefined;
  const waits: Promise<void>[] = [];
  for (const resource of pending) waits.push(attempt(() => resource.waitForAsyncAttributes?.()));
  const all = Promise.all(waits).then(() => {});
  return withDeadline(all, timeoutMillis, 'Waiting for resource attributes', host).catch((error) => {
    host.report('warn', 'resource_pending', 'Exporting with a resource that is not complete', error);
  });
}

/** A record of somebody else's making may lack a resource, or throw when asked. */
function resourceOf(record: Exportable): Resource | undefined {
  try {
    return record.resource;
  } catch {
    return undefined;
  }
}
