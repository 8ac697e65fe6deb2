import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { everyKind } from '../../sdk/metrics/fake-metrics.fixture.ts';
import { InMemoryMetricExporter } from './metrics.ts';

const send = (exporter: InMemoryMetricExporter): ExportResult | undefined => {
  let result: ExportResult | undefined;
  exporter.export(everyKind(), (answered) => {
    result = answered;
  });
  return result;
};

describe('InMemoryMetricExporter', () => {
  it('keeps collections in order until it is reset', async () => {
    const exporter = new InMemoryMetricExporter();
    assert.equal(send(exporter)?.code, ExportResultCode.SUCCESS);
    send(exporter);
    await exporter.forceFlush();
    assert.equal(exporter.getMetrics().length, 2);
    exporter.reset();
    assert.deepEqual(exporter.getMetrics(), []);
  });

  it('asks for the temporality that it was made with', () => {
    assert.equal(new InMemoryMetricExporter().selectAggregationTemporality('COUNTER'), 1);
    assert.equal(new InMemoryMetricExporter(0).selectAggregationTemporality('GAUGE'), 0);
    assert.throws(
      () => new InMemoryMetricExporter(2 as never),
      /aggregationTemporality is 2; allowed are .*DELTA/,
    );
  });

  it('forgets everything at shutdown and refuses what comes later', async () => {
    const exporter = new InMemoryMetricExporter();
    send(exporter);
    await exporter.shutdown();
    assert.deepEqual(exporter.getMetrics(), []);
    assert.match(send(exporter)?.error?.message ?? '', /was shut down/);
  });
});
