/** The accounts of one `export` call, which end in exactly one answer to the caller. */
import { report } from '../sdk/common/diagnostics.ts';
import { type ExportResult, ExportResultCode } from '../sdk/common/export-result.ts';
import type { DropReason, Ledger } from '../sdk/pipeline/direct-export.ts';
import type { OtlpSignal } from './signal-codec.ts';

/** What is counted. */
const UNITS: Readonly<Record<OtlpSignal, string>> = { traces: 'spans', metrics: 'data points', logs: 'logs' };

type ResultCallback = (result: ExportResult) => void;

/** Answers a caller; what its callback throws is said and kept from whoever brought the answer. */
export function answer(callback: ResultCallback, error?: Error): void {
  try {
    if (error === undefined) callback({ code: ExportResultCode.SUCCESS });
    else callback({ code: ExportResultCode.FAILED, error });
  } catch (thrown) {
    report('error', 'export_callback', 'The callback of an export threw', thrown);
  }
}

/** Open until `close` was called and each of its batches has come to its end; drops of its own are failures. */
export class ExportAccount implements Ledger {
  readonly #signal: OtlpSignal;
  readonly #callback: ResultCallback;
  #open = 1;
  #error: Error | undefined = undefined;

  constructor(signal: OtlpSignal, callback: ResultCallback) {
    this.#signal = signal;
    this.#callback = callback;
  }

  /** The ledger of one batch of `count` records. */
  forBatch(count: number): Ledger {
    this.#open++;
    let left = count;
    let acknowledged = false;
    const settle = (settled: number): void => {
      left -= settled;
      if (left === 0) this.close();
    };
    return {
      acknowledge: (settled) => {
        acknowledged = true;
        settle(settled);
      },
      drop: (settled, reason, detail) => {
        if (acknowledged) this.#sayPartialSuccess(settled, detail);
        else this.drop(settled, reason, detail);
        settle(settled);
      },
    };
  }

  acknowledge(): void {
    // Records are acknowledged batch by batch.
  }

  drop(count: number, reason: DropReason, detail?: string): void {
    const text = `${count} ${UNITS[this.#signal]} lost (${reason})`;
    this.#error ??= new Error(detail === undefined ? text : `${text}: ${detail}`);
  }

  /** Called once by the maker, when nothing is added any more, and by each batch at its end. */
  close(): void {
    if (--this.#open === 0) answer(this.#callback, this.#error);
  }

  #sayPartialSuccess(count: number, detail: string | undefined): void {
    const text = `partial success: the receiver refused ${count} of the ${UNITS[this.#signal]}`;
    report('warn', 'otlp_partial_success', detail === undefined ? text : `${text} (${detail})`);
  }
}
