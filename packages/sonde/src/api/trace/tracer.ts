/** Tracer and TracerProvider: where spans come from. */
import type { Attributes, RecordableAttributes } from '../common/attributes.ts';
import type { Context } from '../context/context.ts';
import type { Span, SpanOptions, StartedSpan } from './span.ts';

/** What can be said about the library that a tracer is for, besides its name and version. */
export interface TracerOptions {
  /** The schema that the telemetry of this scope follows. */
  schemaUrl?: string;
  /** Attributes of the instrumentation scope. Part of the tracer's identity. */
  attributes?: Attributes;
}

/** Makes spans for one instrumentation scope. */
export interface Tracer {
  /**
   * Starts a span as a child of the span in `context`, by default the active Context. It does not become active:
   * see {@link Tracer.startActiveSpan}.
   */
  startSpan<T extends Attributes>(
    name: string,
    options?: SpanOptions & { attributes?: RecordableAttributes<T> },
    context?: Context,
  ): StartedSpan;
  /** Starts a span and runs `fn` with it active. `fn` (or what follows it) has to end the span: see `withSpan` for a call that does. */
  startActiveSpan<F extends (span: StartedSpan) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: StartedSpan) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: StartedSpan) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  /**
   * Runs `fn` in a span of its own: active while it runs, ended when it returns or when the promise it returns settles.
   * What it throws is recorded with its causes, sets the status to ERROR, and is thrown on. Returns what `fn` returns.
   */
  withSpan<T>(name: string, fn: (span: StartedSpan) => T): T;
  withSpan<T>(name: string, options: SpanOptions, fn: (span: StartedSpan) => T): T;
  withSpan<T>(name: string, options: SpanOptions, context: Context, fn: (span: StartedSpan) => T): T;
  /**
   * False when a span made now would be thrown away, so that costly preparation can be left out. The answer may
   * change at any time: ask each time, don't keep it.
   * @param options reserved for what later versions of the specification add
   */
  enabled(options?: TracerEnabledOptions): boolean;
}

/** What {@link Tracer.enabled} may be told. The specification defines nothing yet. */
export interface TracerEnabledOptions {
  /** The context in which the span would start; default the active one. */
  context?: Context;
}

/** A tracer of this package or of any implementation of the official API: what our functions accept. */
export interface TracerLike {
  startSpan(name: string, options?: SpanOptions, context?: Context): Span;
  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  enabled?(options?: TracerEnabledOptions): boolean;
}

/** Gives tracers out. */
export interface TracerProvider {
  /**
   * The tracer for an instrumentation scope. All four parameters are its identity.
   * @param name the name of the instrumented or instrumenting library; an invalid one is said and taken as empty
   * @param version of that library
   */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer;
}

/** A provider of this package or of any implementation of the official API: what our functions accept. */
export interface TracerProviderLike {
  getTracer(name: string, version?: string, options?: TracerOptions): TracerLike;
}
