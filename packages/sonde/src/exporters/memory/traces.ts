/** InMemorySpanExporter: keeps finished spans, for tests of instrumented code. */
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import type { SpanExporter } from '../../sdk/traces/exporter.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';

/** Keeps every exported span until `reset()` or `shutdown()`. It has no bound: it is meant for tests. */
export class InMemorySpanExporter implements SpanExporter {
  #spans: ReadableSpan[] = [];
  #stopped = false;

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this.#stopped) {
      resultCallback({
        code: ExportResultCode.FAILED,
        error: new Error('Cannot keep spans: the in-memory exporter was shut down'),
      });
      return;
    }
    for (const span of spans) this.#spans.push(span);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** The spans exported so far, in the order in which they came. The array is the exporter's own and grows on. */
  getFinishedSpans(): ReadableSpan[] {
    return this.#spans;
  }

  /** Forgets the spans kept so far. */
  reset(): void {
    this.#spans = [];
  }

  /** Forgets the spans and refuses all that come later. */
  shutdown(): Promise<void> {
    this.#stopped = true;
    this.#spans = [];
    return Promise.resolve();
  }

  /** Holds nothing back, so there is nothing to do. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
}
