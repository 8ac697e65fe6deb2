/**
 * What every exporter of any signal promises its processor. Run it over each implementation:
 * `describeExporter('OTLPTraceExporter', { create, record })`.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExportResult, ExportResultCode } from '../common/export-result.ts';
import type { Exporter } from './export-call.ts';

/** How the suite makes what it tests. */
export interface ExporterSubject<T> {
  /** A new exporter whose receiver, if it has one, accepts everything. */
  create(): Exporter<T> | Promise<Exporter<T>>;
  /** A record that can be exported. */
  record(): T;
  /** Lets go of what `create` opened beside the exporter. */
  dispose?(): void | Promise<void>;
}

/** Exports and gives all answers that came, after those that come late had time to. */
async function answersOf<T>(exporter: Exporter<T>, records: T[]): Promise<ExportResult[]> {
  const answers: ExportResult[] = [];
  await new Promise<void>((resolve) => {
    exporter.export(records, (result) => {
      answers.push(result);
      resolve();
    });
  });
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  return answers;
}

export function describeExporter<T>(name: string, subject: ExporterSubject<T>): void {
  const withExporter = async (work: (exporter: Exporter<T>) => Promise<void>): Promise<void> => {
    const exporter = await subject.create();
    try {
      await work(exporter);
    } finally {
      await exporter.shutdown().catch(() => {});
      await subject.dispose?.();
    }
  };

  describe(`${name} keeps the contract of exporters`, () => {
    it('answers an export exactly once, with success', () =>
      withExporter(async (exporter) => {
        const answers = await answersOf(exporter, [subject.record(), subject.record()]);
        assert.deepEqual(
          answers.map((answer) => answer.code),
          [ExportResultCode.SUCCESS],
        );
      }));

    it('answers an empty export exactly once', () =>
      withExporter(async (exporter) => {
        const answers = await answersOf(exporter, []);
        assert.equal(answers.length, 1);
      }));

    it('leaves the array it was given as it was', () =>
      withExporter(async (exporter) => {
        const first = subject.record();
        const records = [first];
        await answersOf(exporter, records);
        assert.equal(records.length, 1);
        assert.equal(records[0], first);
      }));

    it('can be flushed with nothing to send, and more than once', () =>
      withExporter(async (exporter) => {
        await exporter.forceFlush?.();
        await answersOf(exporter, [subject.record()]);
        await exporter.forceFlush?.();
        await exporter.forceFlush?.();
      }));

    it('answers with a failure after shutdown', () =>
      withExporter(async (exporter) => {
        await exporter.shutdown();
        const [answer] = await answersOf(exporter, [subject.record()]);
        assert.equal(answer?.code, ExportResultCode.FAILED);
        assert.ok(answer?.error instanceof Error, 'it says why');
      }));

    it('can be shut down twice', () =>
      withExporter(async (exporter) => {
        await exporter.shutdown();
        await exporter.shutdown();
      }));
  });
}
