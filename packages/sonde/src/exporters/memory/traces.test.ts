import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { InMemorySpanExporter } from './traces.ts';

const spans = (...names: string[]) => names.map((name) => ({ name }) as ReadableSpan);

describe('InMemorySpanExporter', () => {
  it('keeps spans in order until reset', () => {
    const exporter = new InMemorySpanExporter();
    const results: ExportResult[] = [];
    exporter.export(spans('a', 'b'), (result) => results.push(result));
    exporter.export(spans('c'), (result) => results.push(result));
    assert.deepEqual(
      exporter.getFinishedSpans().map((span) => span.name),
      ['a', 'b', 'c'],
    );
    exporter.reset();
    assert.deepEqual(exporter.getFinishedSpans(), []);
    exporter.export(spans('d'), (result) => results.push(result));
    assert.equal(exporter.getFinishedSpans().length, 1);
    assert.deepEqual(
      results.map((result) => result.code),
      [ExportResultCode.SUCCESS, ExportResultCode.SUCCESS, ExportResultCode.SUCCESS],
    );
  });

  it('refuses spans after shutdown and forgets those it had', async () => {
    const exporter = new InMemorySpanExporter();
    exporter.export(spans('a'), () => {});
    await exporter.forceFlush();
    assert.equal(exporter.getFinishedSpans().length, 1);
    await exporter.shutdown();
    let result: ExportResult | undefined;
    exporter.export(spans('b'), (given) => {
      result = given;
    });
    assert.equal(result?.code, ExportResultCode.FAILED);
    assert.match(result?.error?.message ?? '', /shut down/);
    assert.deepEqual(exporter.getFinishedSpans(), []);
  });
});
