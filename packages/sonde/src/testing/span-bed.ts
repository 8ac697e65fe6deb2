/** A tracer provider that is made global and keeps what it finishes: for tests of code that makes spans by itself. */

import { TracerProvider } from '../sdk/traces/provider.ts';
import type { ReadableSpan } from '../sdk/traces/readable-span.ts';

/** Finished spans in the order of their ends, and a way to wait for them. */
export class SpanBed {
  readonly spans: ReadableSpan[] = [];
  readonly provider: TracerProvider;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor() {
    this.provider = new TracerProvider({
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (span) => this.#onEnd(span),
          forceFlush: () => Promise.resolve(),
          shutdown: () => Promise.resolve(),
        },
      ],
    });
    this.provider.register();
  }

  #onEnd(span: ReadableSpan): void {
    this.spans.push(span);
    for (const { count, resolve } of this.#waiting) if (this.spans.length >= count) resolve();
  }

  /** The first `count` spans, as soon as there are that many. */
  async take(count: number): Promise<ReadableSpan[]> {
    if (this.spans.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.spans.slice(0, count);
  }

  /** Forgets what has been finished so far. */
  reset(): void {
    this.spans.length = 0;
    this.#waiting = [];
  }
}
