/** Runs a function in a span of its own, and sees to the span's end and status. */
import { isThenable } from '../common/thenable.ts';
import type { Context } from '../context/context.ts';
import { activeContext, runInContext } from '../context/context-api.ts';
import { diag } from '../diag/diag.ts';
import { disposable } from './disposable-span.ts';
import { exceptionMessage } from './exception.ts';
import { INVALID_SPAN } from './non-recording-span.ts';
import type { Span, SpanOptions, StartedSpan } from './span.ts';

import { setSpan } from './span-in-context.ts';
import { SpanStatusCode } from './span-status.ts';
import type { TracerLike } from './tracer.ts';

type Work<T> = (span: StartedSpan) => T;

/**
 * Runs `fn` in a span of its own: active while it runs, ended when it returns or when the promise it returns settles.
 * What it throws is recorded with its chain of causes, sets the status to ERROR, and is thrown on. Returns what `fn`
 * returns. Takes tracers of any implementation of the official API.
 *
 * @example const order = await withSpan(tracer, 'place order', async (span) => place(cart));
 */
export function withSpan<T>(tracer: TracerLike, name: string, fn: Work<T>): T;
export function withSpan<T>(tracer: TracerLike, name: string, options: SpanOptions, fn: Work<T>): T;
export function withSpan<T>(
  tracer: TracerLike,
  name: string,
  options: SpanOptions,
  context: Context,
  fn: Work<T>,
): T;
export function withSpan<T>(
  tracer: TracerLike,
  name: string,
  second: SpanOptions | Work<T>,
  third?: Context | Work<T>,
  fourth?: Work<T>,
): T {
  const fn = fourth ?? (typeof third === 'function' ? third : (second as Work<T>));
  const options = typeof second === 'function' ? undefined : second;
  const parent = typeof third === 'function' || third === undefined ? activeContext() : third;
  if (typeof fn !== 'function') return undefined as T;
  const span = start(tracer, name, options, parent);
  let result: T;
  try {
    result = runInContext(setSpan(parent, span), fn, span);
  } catch (thrown) {
    fail(span, thrown);
    throw thrown;
  }
  return isThenable(result) ? (endWhenSettled(span, result) as T) : succeed(span, result);
}

/** The work is done even when a tracer that is not ours fails. */
function start(
  tracer: TracerLike,
  name: string,
  options: SpanOptions | undefined,
  parent: Context,
): StartedSpan {
  try {
    return disposable(tracer.startSpan(name, options, parent));
  } catch (error) {
    diag.error('withSpan could not start its span, and runs without', error);
    return INVALID_SPAN;
  }
}

function succeed<T>(span: Span, result: T): T {
  span.end();
  return result;
}

function fail(span: Span, thrown: unknown): void {
  span.recordException(thrown);
  const message = exceptionMessage(thrown);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
  span.end();
}

function endWhenSettled(span: Span, promise: PromiseLike<unknown>): PromiseLike<unknown> {
  return promise.then(
    (value) => succeed(span, value),
    (thrown: unknown) => {
      fail(span, thrown);
      throw thrown;
    },
  );
}
