/** A span that records nothing and only carries a span context. */

import type { StartedSpan } from './span.ts';
import type { SpanContext } from './span-context.ts';
import { INVALID_SPAN_CONTEXT } from './span-context.ts';

export class NonRecordingSpan implements StartedSpan {
  // Not `#private`: third-party code wraps spans in proxies, on which a private field throws.
  /** @internal */
  readonly context: SpanContext;

  constructor(spanContext: SpanContext) {
    this.context = spanContext;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  end(): void {}

  isRecording(): boolean {
    return false;
  }

  recordException(): void {}

  [Symbol.dispose](): void {}
}

/** The one span of no trace: it has no state, so everybody can have the same. */
export const INVALID_SPAN: NonRecordingSpan = new NonRecordingSpan(INVALID_SPAN_CONTEXT);

/** A span that passes a span context on, for instance one that came from another process, and records nothing. */
export function wrapSpanContext(spanContext: SpanContext): StartedSpan {
  return new NonRecordingSpan(spanContext ?? INVALID_SPAN_CONTEXT);
}
