/**
 * The fields that link a line of a library's own output to a span: `trace_id`, `span_id` and `trace_flags` at the top
 * level, lower-case hex (specification: compatibility/logging_trace_context.md).
 */
import { activeContext } from '../../api/context/context-api.ts';
import { diag } from '../../api/diag/diag.ts';
import type { Span } from '../../api/trace/span.ts';
import { isSpanContextValid, type SpanContext } from '../../api/trace/span-context.ts';
import { getSpan } from '../../api/trace/span-in-context.ts';
import type { LogBridgeConfig } from './config.ts';
import { setOwn } from './json-value.ts';

/** Makes the fields of the active span, by the names that the configuration gives them. */
export class TraceFields {
  readonly names: readonly [traceId: string, spanId: string, traceFlags: string];
  readonly #isOff: boolean;
  readonly #hook: LogBridgeConfig['logHook'];
  #lastSpan: Span | undefined;
  #lastText = '';

  constructor({ disableLogCorrelation, logKeys, logHook }: LogBridgeConfig) {
    this.names = [
      logKeys?.traceId || 'trace_id',
      logKeys?.spanId || 'span_id',
      logKeys?.traceFlags || 'trace_flags',
    ];
    this.#isOff = disableLogCorrelation === true;
    this.#hook = logHook;
  }

  /** The fields for what is logged now; undefined outside any span, or when they are not wanted. */
  active(level?: unknown): Record<string, unknown> | undefined {
    const span = this.#span();
    const spanContext = span && validContextOf(span);
    if (span === undefined || spanContext === undefined) return undefined;
    const fields: Record<string, unknown> = {};
    const [traceId, spanId, traceFlags] = this.names;
    setOwn(fields, traceId, spanContext.traceId);
    setOwn(fields, spanId, spanContext.spanId);
    setOwn(fields, traceFlags, flagsText(spanContext.traceFlags));
    if (this.#hook !== undefined) this.#callHook(this.#hook, span, fields, level);
    return fields;
  }

  /** The same as members of a JSON object, each after a comma: `,"trace_id":"…"`. Empty outside any span. */
  activeText(level?: unknown): string {
    const span = this.#span();
    if (span === undefined) return '';
    if (span === this.#lastSpan) return this.#lastText;
    const fields = this.active(level);
    let text = '';
    for (const key in fields) {
      const value = textOf(fields[key]);
      if (value !== undefined) text += `,${JSON.stringify(key)}:${value}`;
    }
    // With a hook each record has its own.
    if (this.#hook === undefined) {
      this.#lastSpan = span;
      this.#lastText = text;
    }
    return text;
  }

  #span(): Span | undefined {
    return this.#isOff ? undefined : getSpan(activeContext());
  }

  #callHook(
    hook: NonNullable<LogBridgeConfig['logHook']>,
    span: Span,
    fields: Record<string, unknown>,
    level: unknown,
  ): void {
    try {
      hook(span, fields, level);
    } catch (error) {
      diag.error('The logHook of a log bridge threw', error);
    }
  }
}

function validContextOf(span: Span): SpanContext | undefined {
  try {
    const spanContext = span.spanContext();
    return isSpanContextValid(spanContext) ? spanContext : undefined;
  } catch {
    return undefined;
  }
}

function flagsText(flags: number): string {
  return (flags & 0xff).toString(16).padStart(2, '0');
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
