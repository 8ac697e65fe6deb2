import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { InMemoryLogRecordExporter } from './logs.ts';

const records = (...bodies: string[]) => bodies.map((body) => ({ body }) as ReadableLogRecord);

describe('InMemoryLogRecordExporter', () => {
  it('keeps records in order until reset', () => {
    const exporter = new InMemoryLogRecordExporter();
    const results: ExportResult[] = [];
    exporter.export(records('a', 'b'), (result) => results.push(result));
    exporter.export(records('c'), (result) => results.push(result));
    assert.deepEqual(
      exporter.getFinishedLogRecords().map((record) => record.body),
      ['a', 'b', 'c'],
    );
    exporter.reset();
    assert.deepEqual(exporter.getFinishedLogRecords(), []);
    exporter.export(records('d'), (result) => results.push(result));
    assert.equal(exporter.getFinishedLogRecords().length, 1);
    assert.deepEqual(
      results.map((result) => result.code),
      [ExportResultCode.SUCCESS, ExportResultCode.SUCCESS, ExportResultCode.SUCCESS],
    );
  });

  it('refuses records after shutdown and forgets those it had', async () => {
    const exporter = new InMemoryLogRecordExporter();
    exporter.export(records('a'), () => {});
    await exporter.forceFlush();
    assert.equal(exporter.getFinishedLogRecords().length, 1);
    await exporter.shutdown();
    let result: ExportResult | undefined;
    exporter.export(records('b'), (given) => {
      result = given;
    });
    assert.equal(result?.code, ExportResultCode.FAILED);
    assert.match(result?.error?.message ?? '', /shut down/);
    assert.deepEqual(exporter.getFinishedLogRecords(), []);
  });
});
