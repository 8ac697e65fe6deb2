/**
 * Kinds and status codes as they come from outside: numbers, or the names of them that configuration files and code
 * without types hold (`'SERVER'`, `SpanKind[kind]`). What is neither is said, not passed over.
 */
import { SpanKind } from '../../api/trace/span-kind.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import { shown } from '../../internal/shown.ts';
import { report } from '../common/diagnostics.ts';

/** The kind of a span; INTERNAL for what is none. */
export function kindOf(kind: unknown): SpanKind {
  if (kind === 1 || kind === 2 || kind === 3 || kind === 4 || kind === 0) return kind;
  if (kind === undefined || kind === null) return SpanKind.INTERNAL;
  const named = numberNamed(SpanKind, kind);
  if (named !== undefined) return named as SpanKind;
  report(
    'warn',
    'span_kind',
    `The kind of a span was ${shown(kind)}: INTERNAL is used; SpanKind.INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER (0 to 4) are allowed`,
  );
  return SpanKind.INTERNAL;
}

/** The code of a status; undefined for what is none. */
export function statusCodeOf(code: unknown): SpanStatusCode | undefined {
  if (code === 2 || code === 1 || code === 0) return code;
  const named = numberNamed(SpanStatusCode, code);
  if (named !== undefined) return named as SpanStatusCode;
  report(
    'warn',
    'span_status',
    `setStatus was given the code ${shown(code)}: nothing is set; SpanStatusCode.UNSET, OK, ERROR (0 to 2) are allowed, as in setStatus({ code: SpanStatusCode.ERROR })`,
  );
  return undefined;
}

function numberNamed(names: Readonly<Record<string, unknown>>, name: unknown): number | undefined {
  if (typeof name !== 'string') return undefined;
  const key = name.toUpperCase();
  const value = Object.hasOwn(names, key) ? names[key] : undefined;
  return typeof value === 'number' ? value : undefined;
}
