/** A process that ends in the middle of a collection: what it had is delivered once, and what came after it too. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Meter } from '../../api/metrics/meter.ts';
import { createAllowListAttributesProcessor } from './attributes-processor.ts';
import { ManualMetricReader } from './manual-reader.ts';
import { AggregationTemporality, type CollectionResult } from './metric-data.ts';
import { MeterProvider } from './provider.ts';
import type { ViewOptions } from './view.ts';

const { DELTA, CUMULATIVE } = AggregationTemporality;

function bed(temporality: AggregationTemporality, views: ViewOptions[] = []) {
  const reader = new ManualMetricReader({ aggregationTemporalitySelector: () => temporality });
  const provider = new MeterProvider({ readers: [reader], views });
  return { reader, meter: provider.getMeter('m') };
}

/** Name -> the values of its points, in order. */
function valuesOf(result: CollectionResult | undefined): Record<string, unknown[]> {
  const values: Record<string, unknown[]> = {};
  for (const { scope, metrics } of result?.resourceMetrics.scopeMetrics ?? []) {
    if (scope.name === 'sonde') continue;
    for (const { descriptor, dataPoints } of metrics) {
      const known = values[descriptor.name] ?? [];
      values[descriptor.name] = [...known, ...dataPoints.map(({ value }) => value)];
    }
  }
  return values;
}

/** A callback that keeps every collection open. */
function neverEnds(meter: Meter): void {
  meter.createObservableGauge('slow').addCallback(() => new Promise(() => {}));
}

describe('a collection in the middle of another', () => {
  for (const [name, temporality] of [
    ['cumulative', CUMULATIVE],
    ['delta', DELTA],
  ] as const) {
    it(`counts observations once that a view merges (${name})`, () => {
      const attributesProcessors = [createAllowListAttributesProcessor([])];
      const { reader, meter } = bed(temporality, [{ instrumentName: 'seen', attributesProcessors }]);
      meter.createObservableCounter('seen').addCallback((result) => {
        result.observe(10, { shelf: 1 });
        result.observe(20, { shelf: 2 });
      });
      neverEnds(meter);
      void reader.collect();
      const values = valuesOf(reader.collectNow())['seen'] as number[];
      if (temporality === DELTA)
        assert.equal(
          values.reduce((sum, value) => sum + value, 0),
          30,
        );
      else assert.deepEqual(values, [30]);
    });

    it(`has what the other had taken, and what came after (${name})`, () => {
      const { reader, meter } = bed(temporality);
      const counter = meter.createCounter('orders');
      neverEnds(meter);
      counter.add(5);
      void reader.collect();
      assert.ok(reader.isPending(), 'what the other has taken is not delivered');
      counter.add(2);
      const values = valuesOf(reader.collectNow())['orders'];
      assert.deepEqual(values, temporality === DELTA ? [5, 2] : [7]);
      assert.deepEqual(valuesOf(reader.collectNow())['orders'], temporality === DELTA ? undefined : [7]);
    });
  }

  it('leaves nothing for the other to deliver again', async () => {
    const { reader, meter } = bed(DELTA);
    const counter = meter.createCounter('orders');
    let end = (): void => {};
    meter.createObservableGauge('slow').addCallback(async (result) => {
      result.observe(1, { early: true });
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      result.observe(2, { early: false });
    });
    counter.add(5);
    const other = reader.collect();
    assert.deepEqual(valuesOf(reader.collectNow()), { orders: [5], slow: [1] });
    end();
    assert.deepEqual(valuesOf(await other), {});
    assert.equal(reader.isPending(), false);
    counter.add(1);
    const next = reader.collect();
    end();
    assert.deepEqual(valuesOf(await next)['orders'], [1]);
  });
});
