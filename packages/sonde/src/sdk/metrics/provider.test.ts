import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Attributes } from '../../api/common/attributes.ts';
import { setGlobalErrorHandler, type TelemetryError } from '../common/diagnostics.ts';
import { resourceFromAttributes } from '../common/resource.ts';
import { ManualMetricReader } from './manual-reader.ts';
import { AggregationTemporality, type CollectionResult, type DataPoint } from './metric-data.ts';
import { MeterProvider, type MeterProviderOptions } from './provider.ts';
import type { MetricReaderOptions } from './reader.ts';

const said: TelemetryError[] = [];

beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(error));
});
afterEach(() => setGlobalErrorHandler(undefined));

function bed(options: MeterProviderOptions = {}, readerOptions: MetricReaderOptions = {}) {
  const reader = new ManualMetricReader(readerOptions);
  const provider = new MeterProvider({ ...options, readers: [reader] });
  return { reader, provider, meter: provider.getMeter('meter', '1.0.0') };
}

type Points = [attributes: Attributes, value: unknown][];

/** Name -> points, of all scopes. */
function pointsOf({ resourceMetrics }: CollectionResult): Record<string, Points> {
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      (dataPoints as readonly DataPoint<unknown>[]).map(({ attributes, value }) => [
        { ...attributes },
        value,
      ]),
    ]),
  );
}

const delta: MetricReaderOptions = { aggregationTemporalitySelector: () => AggregationTemporality.DELTA };

describe('MeterProvider', () => {
  it('gives its resource and the scopes of its meters', async () => {
    const resource = resourceFromAttributes({ 'service.name': 'shop' });
    const { provider, reader } = bed({ resource });
    provider
      .getMeter('a', '1', { attributes: { shard: 1 } })
      .createCounter('c')
      .add(1);
    provider.getMeter('b').createCounter('c').add(2);
    const { resourceMetrics, errors } = await reader.collect();
    assert.equal(resourceMetrics.resource.attributes['service.name'], 'shop');
    assert.deepEqual(
      resourceMetrics.scopeMetrics.map(({ scope }) => ({ ...scope, attributes: { ...scope.attributes } })),
      [
        { name: 'a', version: '1', attributes: { shard: 1 } },
        { name: 'b', attributes: {} },
      ],
    );
    assert.deepEqual(errors, []);
  });

  it('records with all kinds of instruments', async () => {
    const { meter, reader } = bed();
    meter.createCounter('counter').add(2, { a: 1 });
    meter.createUpDownCounter('up_down').add(-3);
    meter.createGauge('gauge').record(7);
    meter.createHistogram('histogram', { advice: { explicitBucketBoundaries: [10, 20] } }).record(15);
    meter.createObservableCounter('o_counter', {}, (result) => result.observe(4));
    meter.createObservableUpDownCounter('o_up_down', {}, (result) => result.observe(-5));
    meter.createObservableGauge('o_gauge', {}, (result) => result.observe(6, { b: 'x' }));
    assert.deepEqual(pointsOf(await reader.collect()), {
      counter: [[{ a: 1 }, 2]],
      up_down: [[{}, -3]],
      gauge: [[{}, 7]],
      histogram: [
        [{}, { buckets: { boundaries: [10, 20], counts: [0, 1, 0] }, count: 1, sum: 15, min: 15, max: 15 }],
      ],
      o_counter: [[{}, 4]],
      o_up_down: [[{}, -5]],
      o_gauge: [[{ b: 'x' }, 6]],
    });
  });

  it('reports 10, 30, 35 cumulative and 10, 20, 5 as deltas', async () => {
    const readers = [new ManualMetricReader(), new ManualMetricReader(delta)];
    const counter = new MeterProvider({ readers }).getMeter('m').createCounter('c');
    const seen: unknown[][] = [[], []];
    for (const value of [10, 20, 5]) {
      counter.add(value);
      for (const [index, reader] of readers.entries()) {
        seen[index]!.push(pointsOf(await reader.collect())['c']![0]![1]);
      }
    }
    assert.deepEqual(seen, [
      [10, 30, 35],
      [10, 20, 5],
    ]);
  });

  it('blames nobody when a process ends in the middle of a collection', async () => {
    const { reader, meter } = bed();
    const gauge = meter.createObservableGauge('queue');
    gauge.addCallback((result) => result.observe(7, { name: 'orders' }));
    meter.createObservableGauge('slow').addCallback(() => new Promise(() => {}));
    void reader.collect({ timeoutMillis: 50 });
    const last = reader.collectNow();
    assert.ok(last !== undefined);
    assert.deepEqual(pointsOf(last)['queue'], [[{ name: 'orders' }, 7]]);
    assert.deepEqual(
      said.filter(({ message }) => message.includes('more than once')),
      [],
    );
    const other = bed();
    const twice = other.meter.createObservableGauge('twice');
    for (const value of [7, 8]) twice.addCallback((result) => result.observe(value, { name: 'orders' }));
    other.reader.collectNow();
    assert.equal(said.filter(({ message }) => message.includes('more than once')).length, 1);
  });

  it('does nothing after shutdown', async () => {
    const { provider, meter, reader } = bed();
    const counter = meter.createCounter('c');
    counter.add(1);
    await provider.shutdown();
    counter.add(1);
    assert.equal(counter.enabled(), false);
    assert.equal(provider.getMeter('later').createCounter('x').enabled(), false);
    await assert.rejects(reader.collect(), /shut down/);
    await provider.forceFlush();
  });

  it('refuses what cannot work, by name', () => {
    assert.throws(() => new MeterProvider({ readers: [{} as never] }), /readers\[0\]/);
    assert.throws(() => new MeterProvider({ views: [{}] }), /views\[0\] selects nothing/);
    assert.throws(
      () => new MeterProvider({ views: [{ instrumentName: 'a', name: '' }] }),
      /views\[0\]\.name must not be empty/,
    );
    assert.throws(
      () => new MeterProvider({ exemplarFilter: 'sometimes' as never }),
      /exemplarFilter.*"sometimes"/,
    );
    assert.throws(() => new MeterProvider({ meterConfigurator: 1 as never }), /meterConfigurator/);
    const reader = new ManualMetricReader();
    new MeterProvider({ readers: [reader] });
    assert.throws(() => new MeterProvider({ readers: [reader] }), /serves one provider/);
  });
});
