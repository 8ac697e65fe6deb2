/**
 * The public shape of a span: what processors and exporters read, ours and those written for the official SDK.
 * Exactly the official interface, so that objects go both ways without a cast; what the 1.x line had besides
 * (`parentSpanId`, `instrumentationLibrary`) is kept by the span itself and is not part of the contract.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime } from '../../api/common/time.ts';
import type { Span as ApiSpan, Link } from '../../api/trace/span.ts';
import type { SpanContext } from '../../api/trace/span-context.ts';
import type { SpanKind } from '../../api/trace/span-kind.ts';
import type { SpanStatus } from '../../api/trace/span-status.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';

/** Something that happened during a span, with its time. */
export interface TimedEvent {
  time: HrTime;
  name: string;
  attributes?: Attributes;
  /** Attributes of this event that were left out because of `attributePerEventCountLimit`. */
  droppedAttributesCount?: number;
}

/**
 * A span as processors and exporters see it (specification: trace/sdk.md#additional-span-interfaces).
 * It is the live object: a span may be kept after `onEnd`, it is never reused.
 */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  /** Absent for a root span. */
  readonly parentSpanContext?: SpanContext;
  /** Seconds and nanoseconds since the Unix epoch. */
  readonly startTime: HrTime;
  /** `[0, 0]` while the span has not ended. */
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  /** One plain object for the life of the span: changes made to it are exported. */
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: TimedEvent[];
  /** Seconds and nanoseconds between start and end, never negative. */
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** A span that can be read and written: what `onStart` and `onEnding` get, the very object the application holds. */
export type Span = ApiSpan & ReadableSpan;
