/** SpanExporter: sends finished spans somewhere (specification: trace/sdk.md#span-exporter). */
import type { ExportResult } from '../common/export-result.ts';
import type { ReadableSpan } from './readable-span.ts';

/**
 * Concurrency: our processors never call `export` of one exporter again before the earlier call has answered or its
 * `exportTimeoutMillis` has passed, so an exporter needs no queue of its own. `forceFlush` and `shutdown` may be called
 * while an export is running. An exporter that is given to two processors gets the calls of both, each in order.
 */
export interface SpanExporter {
  /**
   * Takes a batch, which it must not keep after answering, and answers through the callback exactly once. An answer
   * that comes late, a second answer, an exception and a rejected promise are all borne: the first outcome counts.
   */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  /** Ends for good: an `export` after it answers with a failure. */
  shutdown(): Promise<void>;
  /** Settles when everything exported before the call has been sent. Exporters that hold nothing back may leave it out. */
  forceFlush?(): Promise<void>;
}
