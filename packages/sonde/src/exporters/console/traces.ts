/**
 * ConsoleSpanExporter: finished spans on the terminal, as a tree for people or as lines of JSON for machines.
 *
 * With a simple processor spans come one by one, children before their parents. For the tree they are held until the
 * local root of their trace has come (a span without a parent, or with a parent in another process); what has no such
 * root is printed after a while, when too many are held, and at a flush.
 */
import { clearTimer, setTimer, type Timer } from '#platform';
import { report } from '../../sdk/common/diagnostics.ts';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { OptionChecks } from '../../sdk/common/option-checks.ts';
import { registerExitDelivery } from '../../sdk/pipeline/exit.ts';
import type { SpanExporter } from '../../sdk/traces/exporter.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { loadPrinting } from './deferred-printing.ts';
import { type ConsoleOutput, outputOf } from './output.ts';
import { type ConsoleStream, paint, wantsColors } from './terminal.ts';

/** How long a span waits for its local root, in milliseconds. */
const HOLD_MILLIS = 2_000;
/** Spans that wait at most; beyond it the trace that came first is printed as it is. */
const MAX_HELD = 2_048;

/** Options of `ConsoleSpanExporter`. */
export interface ConsoleSpanExporterOptions {
  /** `tree` for people, `json` for one object a line. Default: `tree` on a terminal, else `json`. */
  readonly format?: 'tree' | 'json' | undefined;
  /** Default: as FORCE_COLOR and NO_COLOR say, else on when the stream is a terminal. Only for `tree`. */
  readonly colors?: boolean | undefined;
  /** Default: the standard output. */
  readonly stream?: ConsoleStream | undefined;
}

/**
 * Prints finished spans. For development: the format may change in any version and is not meant to be parsed; to keep
 * telemetry in files that other programs read, use the OTLP file exporter.
 * Specification: trace/sdk_exporters/stdout.md.
 */
export class ConsoleSpanExporter implements SpanExporter {
  readonly #output: ConsoleOutput;
  readonly #format: 'tree' | 'json';
  readonly #colors: boolean;
  readonly #held = new Map<string, ReadableSpan[]>();
  #heldCount = 0;
  #timer: Timer | undefined;
  #stopped = false;

  /** @throws TypeError when an option has a value that is not allowed. */
  constructor(options: ConsoleSpanExporterOptions = {}) {
    const { colors, stream } = options;
    const checks = new OptionChecks('ConsoleSpanExporter', options);
    const format = checks.oneOf('format', ['tree', 'json']);
    checks.finish('colors', 'stream');
    this.#output = outputOf(stream, 'ConsoleSpanExporter', 'spans');
    this.#format = format ?? (this.#output.isTTY ? 'tree' : 'json');
    this.#colors = colors ?? wantsColors(this.#output.isTTY);
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    resultCallback(
      this.#stopped ? this.#output.failed('the console exporter was shut down') : this.#take(spans),
    );
  }

  /** Prints what waits for its local root. */
  forceFlush(): Promise<void> {
    this.#printAll();
    return Promise.resolve();
  }

  /** Prints what waits, then refuses all that comes later. */
  shutdown(): Promise<void> {
    this.#printAll();
    this.#stopped = true;
    return Promise.resolve();
  }

  #take(spans: readonly ReadableSpan[]): ExportResult {
    try {
      if (this.#format === 'json') this.#printLines(spans);
      else this.#hold(spans);
      return { code: ExportResultCode.SUCCESS };
    } catch (error) {
      return error instanceof Error ? { code: ExportResultCode.FAILED, error } : this.#output.failed(error);
    }
  }

  #printLines(spans: readonly ReadableSpan[]): void {
    const { spanJsonLine } = loadPrinting();
    let text = '';
    for (const span of spans) text += `${spanJsonLine(span)}\n`;
    if (text !== '') this.#output.write(text);
  }

  #hold(spans: readonly ReadableSpan[]): void {
    for (const span of spans) {
      const traceId = span.spanContext().traceId;
      const trace = this.#held.get(traceId);
      if (trace === undefined) this.#held.set(traceId, [span]);
      else trace.push(span);
      this.#heldCount++;
    }
    for (const span of spans) if (isLocalRoot(span)) this.#complete(span);
    while (this.#heldCount > MAX_HELD) this.#print(this.#held.keys().next().value ?? '');
    this.#watch();
  }

  /**
   * A root of the whole trace takes all of it along; a span with a parent in another process only its own descendants,
   * because another part of the trace may be running here, unless that other process is this one and its span is held.
   */
  #complete(root: ReadableSpan): void {
    const traceId = root.spanContext().traceId;
    const trace = this.#held.get(traceId);
    if (trace === undefined || root.parentSpanContext === undefined) {
      this.#print(traceId);
      return;
    }
    const parentId = root.parentSpanContext.spanId;
    if (!trace.includes(root)) return;
    if (trace.some((span) => span.spanContext().spanId === parentId)) return;
    const below = descendants(root, trace);
    this.#held.set(
      traceId,
      trace.filter((span) => !below.has(span)),
    );
    this.#heldCount -= below.size;
    if (trace.length === below.size) this.#held.delete(traceId);
    this.#write([...below]);
  }

  #print(traceId: string): void {
    const spans = this.#held.get(traceId);
    if (spans === undefined) return;
    this.#held.delete(traceId);
    this.#heldCount -= spans.length;
    this.#write(spans);
  }

  #write(spans: readonly ReadableSpan[]): void {
    const { traceTree } = loadPrinting();
    this.#output.write(`${traceTree(spans, paint(this.#colors), this.#output.columns)}\n\n`);
  }

  #printAll(): void {
    for (const traceId of [...this.#held.keys()]) {
      try {
        this.#print(traceId);
      } catch (error) {
        report('warn', 'console_failed', 'Cannot print a trace', error);
      }
    }
    this.#watch();
  }

  /** One timer while something waits, and a place on the list for the process's end. It prints all of it: none has waited longer than twice the time. */
  #watch(): void {
    if (this.#heldCount === 0) {
      waiting.delete(this);
      if (this.#timer !== undefined) clearTimer(this.#timer);
      this.#timer = undefined;
    } else {
      waiting.add(this);
      printAtExit();
      this.#timer ??= setTimer(() => {
        this.#timer = undefined;
        this.#printAll();
      }, HOLD_MILLIS);
    }
  }
}

/** Exporters that hold spans back. What the process ends with is printed then, where exit handlers are installed. */
const waiting = new Set<ConsoleSpanExporter>();
let isRegistered = false;

function printAtExit(): void {
  if (isRegistered) return;
  isRegistered = true;
  registerExitDelivery(
    () => {
      for (const exporter of waiting) void exporter.forceFlush();
      return true;
    },
    () => waiting.size > 0,
  );
}

function isLocalRoot(span: ReadableSpan): boolean {
  return span.parentSpanContext === undefined || span.parentSpanContext.isRemote === true;
}

/** Spans come in the order in which they ended, so going backwards meets parents before their children. */
function descendants(root: ReadableSpan, trace: readonly ReadableSpan[]): Set<ReadableSpan> {
  const ids = new Set([root.spanContext().spanId]);
  const found = new Set([root]);
  for (let index = trace.length - 1; index >= 0; index--) {
    const span = trace[index]!;
    if (!ids.has(span.parentSpanContext?.spanId ?? '')) continue;
    ids.add(span.spanContext().spanId);
    found.add(span);
  }
  return found;
}
