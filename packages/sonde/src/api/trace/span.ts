/** Span: one timed operation, as its maker sees it. What was recorded is hidden from this side. */
import type {
  Attributes,
  AttributeValue,
  PlainValue,
  Recordable,
  RecordableAttributes,
} from '../common/attributes.ts';
import type { TimeInput } from '../common/time.ts';
import type { SpanContext } from './span-context.ts';
import type { SpanKind } from './span-kind.ts';
import type { SpanStatus } from './span-status.ts';

/** Attributes of a span. */
export type SpanAttributes = Attributes;
/** The value of an attribute of a span. */
export type SpanAttributeValue = AttributeValue;

/** A reference from a span to another, in the same trace or a different one. */
export interface Link {
  context: SpanContext;
  attributes?: Attributes;
  /** Attributes that were left out by whoever made the link. */
  droppedAttributesCount?: number;
}

/** What can be given when a span is made. */
export interface SpanOptions {
  /** Default {@link SpanKind.INTERNAL}. */
  kind?: SpanKind;
  /** Prefer these to `setAttribute` later: a sampler sees only what is given at creation. */
  attributes?: Attributes;
  /** Prefer these to `addLink` later: a sampler sees only what is given at creation. Their order is kept. */
  links?: Link[];
  /** When the work began, if not now. */
  startTime?: TimeInput;
  /** Start a new trace, whatever span the context holds. Default false. */
  root?: boolean;
}

/**
 * One timed operation of a trace. All methods may be called at any time and never throw; after `end` they do nothing.
 * JavaScript runs them one at a time: there is nothing to lock.
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/#span
 */
export interface Span {
  /** What identifies the span; the same answer for its whole life, also after `end`. */
  spanContext(): SpanContext;
  /** Sets an attribute, replacing an earlier value of the same name. Prefer attributes at creation, see {@link SpanOptions}. */
  setAttribute(key: string, value: PlainValue): this;
  setAttribute<T extends AttributeValue>(key: string, value: Recordable<T>): this;
  /** Sets several attributes. */
  setAttributes(attributes: { readonly [key: string]: PlainValue }): this;
  setAttributes<T extends Attributes>(attributes: RecordableAttributes<T>): this;
  /** Records that something happened, now or at `startTime`. Events keep the order in which they are added. */
  addEvent<T extends Attributes>(
    name: string,
    attributesOrStartTime?: RecordableAttributes<T> | TimeInput,
    startTime?: TimeInput,
  ): this;
  /** Refers to another span. Prefer links at creation, see {@link SpanOptions}. */
  addLink(link: Link): this;
  /** Refers to several other spans. */
  addLinks(links: Link[]): this;
  /** Says how the work went, see {@link SpanStatusCode} for which status wins. */
  setStatus(status: SpanStatus): this;
  /** Replaces the name given at creation. A sampler has decided on the old one. */
  updateName(name: string): this;
  /** Ends the span, now or at `endTime`. Children and active contexts stay as they are; later calls do nothing. */
  end(endTime?: TimeInput): void;
  /** True when what is set on this span is kept: false after `end` and for spans that a sampler refused. */
  isRecording(): boolean;
  /**
   * Adds an event named `exception` with the type, message and stack trace, causes included, of what was thrown.
   * The status stays as it is. `attributes` are added to the event and win over generated ones.
   */
  recordException(exception: unknown, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): void;
}

declare global {
  interface SymbolConstructor {
    /** Declared here as well, for those whose `lib` does not have it. */
    readonly dispose: unique symbol;
  }
}

/** A span that this package's tracers return: it ends itself where `using span = tracer.startSpan(…)` goes out of scope. */
export interface StartedSpan extends Span {
  /** Ends the span now. */
  [Symbol.dispose](): void;
}
