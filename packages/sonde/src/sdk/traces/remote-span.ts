/**
 * The parent that came from another process, with its ids as numbers: a span that continues its trace needs no hex
 * strings, and a header is read once instead of being checked, cut, and read again.
 */
import type { SpanContext } from '../../api/trace/span-context.ts';
import type { TraceState } from '../../api/trace/trace-state.ts';
import { hex16, type TraceId } from '../common/ids.ts';
import { makeSpanContext } from './local-span.ts';
import { UnsampledSpan } from './unsampled-span.ts';

export class RemoteSpan extends UnsampledSpan {
  /** Both ids are valid. */
  constructor(
    traceId: TraceId,
    spanIdHigh: number,
    spanIdLow: number,
    traceFlags: number,
    traceState: TraceState | undefined,
  ) {
    super(traceId, spanIdHigh, spanIdLow, traceFlags, traceState);
  }

  override spanContext(): SpanContext {
    if (this.context === undefined) {
      this.context = makeSpanContext(
        this.traceId!.hex,
        hex16(this.spanIdHigh, this.spanIdLow),
        this.traceFlags,
        this.traceState,
        true,
      );
    }
    return this.context;
  }
}
