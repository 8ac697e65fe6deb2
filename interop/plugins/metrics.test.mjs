/** Readers, exporters and view parts of both official lines in Sonde's provider, and Sonde's in theirs. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { officialLines } from '../support/official.mjs';

const sdk = createRequire(new URL('../../packages/sonde/package.json', import.meta.url))('sonde/sdk');

const CUMULATIVE = 1;

/** Name -> [attributes, value] of the first point. */
function firstPoints(collections) {
  const metrics = collections.flatMap(({ scopeMetrics }) =>
    scopeMetrics.filter(({ scope }) => scope.name === 'shop').flatMap((scope) => scope.metrics),
  );
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints: [point] }) => [
      descriptor.name,
      [{ ...point.attributes }, point.value.count ?? point.value],
    ]),
  );
}

function measure(provider) {
  const meter = provider.getMeter('shop');
  meter.createCounter('orders').add(3, { item: 'tea', customer: 'ada' });
  meter.createHistogram('duration').record(7);
  meter.createObservableGauge('stock').addCallback((result) => result.observe(5));
}

const MEASURED = { orders: [{ item: 'tea' }, 3], duration: [{}, 1], stock: [{}, 5] };
const viewsWith = ({ createAllowListAttributesProcessor }) => [
  { instrumentName: 'orders', attributesProcessors: [createAllowListAttributesProcessor(['item'])] },
];

for (const [line, { metrics }] of Object.entries(officialLines)) {
  describe(`metrics of the official SDK ${line}`, () => {
    it('its reader, exporter and attribute processor work in a provider of Sonde', async () => {
      const exporter = new metrics.InMemoryMetricExporter(CUMULATIVE);
      const reader = new metrics.PeriodicExportingMetricReader({ exporter });
      const provider = new sdk.MeterProvider({ readers: [reader], views: viewsWith(metrics) });
      measure(provider);
      await provider.forceFlush();
      assert.deepEqual(firstPoints(exporter.getMetrics()), MEASURED);
      await provider.shutdown();
    });

    it('its exporter works in a reader of Sonde', async () => {
      const exporter = new metrics.InMemoryMetricExporter(CUMULATIVE);
      const reader = new sdk.PeriodicExportingMetricReader({ exporter });
      const provider = new sdk.MeterProvider({ readers: [reader], views: viewsWith(sdk) });
      measure(provider);
      await provider.forceFlush();
      assert.deepEqual(firstPoints(exporter.getMetrics()), MEASURED);
      await provider.shutdown();
    });

    it("Sonde's readers, exporter and attribute processor work in its provider", async () => {
      const exporter = new sdk.InMemoryMetricExporter(CUMULATIVE);
      const manual = new sdk.ManualMetricReader();
      const readers = [new sdk.PeriodicExportingMetricReader({ exporter }), manual];
      const provider = new metrics.MeterProvider({ readers, views: viewsWith(sdk) });
      measure(provider);
      await provider.forceFlush();
      assert.deepEqual(firstPoints(exporter.getMetrics()), MEASURED);
      assert.deepEqual(firstPoints([(await manual.collect()).resourceMetrics]), MEASURED);
      await provider.shutdown();
      await assert.rejects(manual.collect());
    });
  });
}
