/** The tracer when there is no SDK: its spans record nothing and pass on the span context of their parent. */
import type { Context } from '../context/context.ts';
import { activeContext, runInContext } from '../context/context-api.ts';
import { disposable } from './disposable-span.ts';
import { INVALID_SPAN, NonRecordingSpan } from './non-recording-span.ts';
import type { Span, SpanOptions, StartedSpan } from './span.ts';
import { isSpanContextValid } from './span-context.ts';
import { getSpan, setSpan } from './span-in-context.ts';
import type { Tracer } from './tracer.ts';
import { withSpan } from './with-span.ts';

export class NoopTracer implements Tracer {
  startSpan(_name: string, options?: SpanOptions, context: Context = activeContext()): StartedSpan {
    const parent = getSpan(context);
    if (parent === undefined || isRoot(options)) return INVALID_SPAN;
    return parent instanceof NonRecordingSpan ? parent : passOn(parent);
  }

  startActiveSpan<F extends (span: StartedSpan) => unknown>(
    name: string,
    second: SpanOptions | F,
    third?: Context | F,
    fourth?: F,
  ): ReturnType<F> {
    const call = activeSpanCall(second, third, fourth);
    if (call === undefined) return undefined as ReturnType<F>;
    const parent = call.context ?? activeContext();
    const span = this.startSpan(name, call.options, parent);
    return runInContext(setSpan(parent, span), call.fn as (span: StartedSpan) => ReturnType<F>, span);
  }

  withSpan<T>(
    name: string,
    second: SpanOptions | ((span: StartedSpan) => T),
    third?: Context | ((span: StartedSpan) => T),
    fourth?: (span: StartedSpan) => T,
  ): T {
    return withSpan(this, name, second as SpanOptions, third as Context, fourth as (span: StartedSpan) => T);
  }

  enabled(): boolean {
    return false;
  }
}

export const NOOP_TRACER: NoopTracer = new NoopTracer();

function isRoot(options: SpanOptions | undefined): boolean {
  try {
    return options?.root === true;
  } catch {
    return false;
  }
}

/** The same object when it records nothing already, as the specification asks; else a copy that only identifies. */
function passOn(parent: Span): StartedSpan {
  try {
    if (parent.isRecording() === false) return disposable(parent);
    const spanContext = parent.spanContext();
    return isSpanContextValid(spanContext) ? new NonRecordingSpan(spanContext) : INVALID_SPAN;
  } catch {
    return INVALID_SPAN;
  }
}

/** The arguments of `startActiveSpan` after the name, told apart. */
export interface ActiveSpanCall<F> {
  readonly fn: F;
  readonly options: SpanOptions | undefined;
  readonly context: Context | undefined;
}

/** Tells the three forms of `startActiveSpan` apart; undefined when there is no function to run. */
export function activeSpanCall<F extends (span: StartedSpan) => unknown>(
  second: SpanOptions | F | undefined,
  third: Context | F | undefined,
  fourth: F | undefined,
): ActiveSpanCall<F> | undefined {
  if (typeof fourth === 'function') {
    return { fn: fourth, options: second as SpanOptions, context: third as Context };
  }
  if (typeof third === 'function') return { fn: third, options: second as SpanOptions, context: undefined };
  if (typeof second === 'function') return { fn: second, options: undefined, context: undefined };
  return undefined;
}
