/**
 * Context: an immutable set of values that belong to one flow of execution. ContextImpl keeps the four values that
 * are read on every span in fields of their own, so reading one is a field load and deriving a Context is one small
 * allocation; all other keys share a Map that exists only when one of them is set.
 */
import { BAGGAGE_KEY, RPC_METADATA_KEY, SPAN_KEY, SUPPRESS_TRACING_KEY } from './context-key.ts';

/**
 * An immutable set of values that follows one flow of execution. Every write returns a new Context.
 * @see https://opentelemetry.io/docs/specs/otel/context/
 */
export interface Context {
  /** The value kept under `key`, or undefined. */
  getValue(key: symbol): unknown;
  /** A new Context with all values of this one and `value` under `key`. */
  setValue(key: symbol, value: unknown): Context;
  /** A new Context with all values of this one except the one under `key`. */
  deleteValue(key: symbol): Context;
}

type OtherValues = ReadonlyMap<symbol, unknown> | undefined;

export class ContextImpl implements Context {
  readonly span: unknown;
  readonly baggage: unknown;
  readonly suppressed: unknown;
  readonly rpcMetadata: unknown;
  readonly others: OtherValues;

  constructor(
    span: unknown,
    baggage: unknown,
    suppressed: unknown,
    rpcMetadata: unknown,
    others: OtherValues,
  ) {
    this.span = span;
    this.baggage = baggage;
    this.suppressed = suppressed;
    this.rpcMetadata = rpcMetadata;
    this.others = others;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.span;
    if (key === BAGGAGE_KEY) return this.baggage;
    if (key === SUPPRESS_TRACING_KEY) return this.suppressed;
    if (key === RPC_METADATA_KEY) return this.rpcMetadata;
    return this.others?.get(key);
  }

  setValue(key: symbol, value: unknown): Context {
    if (key === SPAN_KEY) return this.withSpan(value);
    if (key === BAGGAGE_KEY) return this.withBaggage(value);
    if (key === SUPPRESS_TRACING_KEY) return this.withSuppressed(value);
    if (key === RPC_METADATA_KEY) return this.withRpcMetadata(value);
    return withOthers(this, new Map(this.others).set(key, value));
  }

  deleteValue(key: symbol): Context {
    if (this.others?.has(key) !== true) {
      return this.getValue(key) === undefined ? this : this.setValue(key, undefined);
    }
    const others = new Map(this.others);
    others.delete(key);
    return withOthers(this, others.size === 0 ? undefined : others);
  }

  withSpan(span: unknown): ContextImpl {
    return new ContextImpl(span, this.baggage, this.suppressed, this.rpcMetadata, this.others);
  }

  withBaggage(baggage: unknown): ContextImpl {
    return new ContextImpl(this.span, baggage, this.suppressed, this.rpcMetadata, this.others);
  }

  withSuppressed(suppressed: unknown): ContextImpl {
    return new ContextImpl(this.span, this.baggage, suppressed, this.rpcMetadata, this.others);
  }

  withRpcMetadata(rpcMetadata: unknown): ContextImpl {
    return new ContextImpl(this.span, this.baggage, this.suppressed, rpcMetadata, this.others);
  }
}

function withOthers(context: ContextImpl, others: OtherValues): ContextImpl {
  return new ContextImpl(context.span, context.baggage, context.suppressed, context.rpcMetadata, others);
}

/** The Context that holds nothing: what is active when nobody made another active. */
export const ROOT_CONTEXT: Context = new ContextImpl(undefined, undefined, undefined, undefined, undefined);
