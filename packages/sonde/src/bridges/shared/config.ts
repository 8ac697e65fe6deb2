/** What every log bridge may be told, under the names of the official instrumentations where they have it. */
import type { SeverityNumber } from '../../api/logs/severity-number.ts';
import type { Span } from '../../api/trace/span.ts';
import type { InstrumentationConfig } from '../../instrumentation/instrumentation.ts';

/** What the fields are called that link a line of the library's own output to a span. */
export interface LogKeys {
  /** Default `trace_id`. */
  readonly traceId?: string;
  /** Default `span_id`. */
  readonly spanId?: string;
  /** Default `trace_flags`. */
  readonly traceFlags?: string;
}

/**
 * Called with the span and the fields that go into the library's output, to which it may add. What it throws is said and
 * changes nothing.
 */
export type LogHook = (span: Span, fields: Record<string, unknown>, level?: unknown) => void;

/** Options of a log bridge. */
export interface LogBridgeConfig extends InstrumentationConfig {
  /** True sends no log records. Default false. */
  disableLogSending?: boolean;
  /** True leaves the library's own output without the fields that link it to a span. Default false. */
  disableLogCorrelation?: boolean;
  /** Sends only what is at least this severe, of what the library writes. Default everything it writes. */
  logSeverity?: SeverityNumber;
  /** Names of the fields in the library's own output. */
  logKeys?: LogKeys;
  /** Adds fields to the library's own output of what is logged inside a span. */
  logHook?: LogHook;
}
