/** Row MREAD-13: a producer's totals become differences, and differences totals. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Meter } from 'sonde';
import type { DataPoint, MetricData, ResourceMetrics, ViewOptions } from 'sonde/sdk';
import { DELTA, manualReader, metricsOf, pointsOf, valuesOf } from './metrics-bed.ts';
import { api, sdk } from './subject.ts';

const { AggregationTemporality, AggregationType, DataPointType } = sdk;

/** Both temporalities of the same measurements, collected after each round. */
async function both(
  rounds: readonly ((meter: Meter) => void)[],
  views: ViewOptions[] = [],
): Promise<{ deltas: ResourceMetrics[]; totals: ResourceMetrics[] }> {
  const readers = [manualReader(DELTA), manualReader()];
  const provider = new sdk.MeterProvider({ readers, views });
  const deltas: ResourceMetrics[] = [];
  const totals: ResourceMetrics[] = [];
  for (const measure of rounds) {
    measure(provider.getMeter('m'));
    // A millisecond apart: points have to be newer than those before.
    await new Promise((resolve) => setTimeout(resolve, 3));
    const [delta, total] = await Promise.all(readers.map((reader) => reader.collect()));
    deltas.push(delta!.resourceMetrics);
    totals.push(total!.resourceMetrics);
  }
  return { deltas, totals };
}

const metrics = (resourceMetrics: ResourceMetrics): MetricData[] =>
  metricsOf({ resourceMetrics, errors: [] });

/** Attributes -> value, of one metric. */
function table(collection: ResourceMetrics, name: string): Map<string, unknown> {
  const metric = metrics(collection).find(({ descriptor }) => descriptor.name === name);
  return new Map(pointsOf(metric).map(({ attributes, value }) => [JSON.stringify(attributes), value]));
}

function sumOf(value: number, start: number, end: number, more: object = {}): ResourceMetrics {
  const dataPoints: DataPoint<number>[] = [
    { startTime: [start, 0], endTime: [end, 0], attributes: { k: 1 }, value },
  ];
  const metric = {
    descriptor: { name: 'c', description: '', unit: '', valueType: api.ValueType.INT },
    dataPointType: DataPointType.SUM,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    isMonotonic: true,
    dataPoints,
    ...more,
  } as MetricData;
  return {
    resource: sdk.resourceFromAttributes({}),
    scopeMetrics: [{ scope: { name: 's' }, metrics: [metric] }],
  };
}

/** [value, start, end] of the only point; undefined where there is none. */
function only(collection: ResourceMetrics): unknown[] | undefined {
  const point = pointsOf(metrics(collection)[0])[0];
  return point && [point.value, point.startTime[0], point.endTime[0]];
}

const rounds = [
  (meter: Meter) => {
    meter.createCounter('c').add(10, { k: 1 });
    meter.createUpDownCounter('u').add(5);
    for (const value of [0, 3, 70_000]) meter.createHistogram('h').record(value);
    for (const value of [0, 1.5, 900]) meter.createHistogram('e').record(value);
  },
  (meter: Meter) => {
    meter.createCounter('c').add(20, { k: 1 });
    meter.createCounter('c').add(1, { k: 2 });
    meter.createUpDownCounter('u').add(-7);
  },
  (meter: Meter) => {
    meter.createCounter('c').add(5, { k: 1 });
    meter.createHistogram('h').record(12);
    for (const value of [0.000_1, 1e9, 0]) meter.createHistogram('e').record(value);
    meter.createUpDownCounter('u').add(1);
  },
];
const views = [{ instrumentName: 'e', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }];

describe('conversion between temporalities', () => {
  it('MREAD-13 makes of differences the totals that the SDK itself would have', async () => {
    const { deltas, totals } = await both(rounds, views);
    const converter = new sdk.TemporalityConverter(AggregationTemporality.CUMULATIVE);
    for (const [round, delta] of deltas.entries()) {
      const made = converter.convert(delta);
      for (const metric of metrics(made)) {
        const { name } = metric.descriptor;
        assert.equal(metric.aggregationTemporality, AggregationTemporality.CUMULATIVE);
        assert.deepEqual(table(made, name), table(totals[round]!, name), `${name} in round ${round}`);
      }
      assert.equal(metrics(made).length, metrics(delta).length);
    }
  });

  it('MREAD-13 makes of totals the differences that the SDK itself would have', async () => {
    const { deltas, totals } = await both(rounds, views);
    const converter = new sdk.TemporalityConverter(AggregationTemporality.DELTA);
    for (const [round, total] of totals.entries()) {
      const made = converter.convert(total);
      for (const name of ['c', 'u']) assert.deepEqual(table(made, name), table(deltas[round]!, name));
      for (const name of ['h', 'e']) {
        type Counted = { count: number; sum: number; buckets?: { counts: number[] }; zeroCount?: number };
        const pick = (value: unknown) => {
          const { count, sum, buckets, zeroCount } = value as Counted;
          return { count, sum: Math.round(sum * 1e4), counts: buckets?.counts, zeroCount };
        };
        const [found, expected] = [made, deltas[round]!].map((each) =>
          [...table(each, name).values()].map(pick),
        );
        assert.deepEqual(found, expected, `${name} in round ${round}`);
      }
      for (const metric of metrics(made))
        assert.equal(metric.aggregationTemporality, AggregationTemporality.DELTA);
    }
  });

  it('MREAD-13 follows a source that begins anew, and leaves out what is not newer', () => {
    const converter = new sdk.TemporalityConverter(AggregationTemporality.DELTA);
    const steps: [ResourceMetrics, unknown[] | undefined][] = [
      [sumOf(10, 1, 2), [10, 1, 2]],
      [sumOf(14, 1, 3), [4, 2, 3]],
      [sumOf(14, 1, 4), undefined],
      [sumOf(99, 1, 4), undefined],
      [sumOf(3, 5, 6), [3, 5, 6]],
      [sumOf(2, 5, 7), [2, 6, 7]],
    ];
    for (const [given, expected] of steps) assert.deepEqual(only(converter.convert(given)), expected);
    const baseless = new sdk.TemporalityConverter(AggregationTemporality.DELTA);
    assert.equal(only(baseless.convert(sumOf(10, 0, 2))), undefined, 'nobody knows since when');
    assert.deepEqual(only(baseless.convert(sumOf(15, 0, 3))), [5, 2, 3]);
  });

  it('MREAD-13 converts for a producer, passes gauges on and keeps no more series than it may', async () => {
    const gauge = { dataPointType: DataPointType.GAUGE };
    const converter = new sdk.TemporalityConverter(AggregationTemporality.DELTA, { maxSeries: 1 });
    const given = sumOf(7, 1, 2, gauge);
    assert.deepEqual(metrics(converter.convert(given)), metrics(given));
    assert.deepEqual(only(converter.convert(sumOf(1, 1, 2))), [1, 1, 2]);
    const another = { descriptor: { name: 'd', description: '', unit: '', valueType: api.ValueType.INT } };
    assert.equal(only(converter.convert(sumOf(1, 1, 2, another))), undefined);
    assert.deepEqual(only(converter.convert(sumOf(3, 1, 3))), [2, 2, 3]);
    let total = 0;
    const source = {
      collect: async () => {
        total += 5;
        return { resourceMetrics: sumOf(total, 1, 1 + total), errors: ['told'] };
      },
    };
    const reader = manualReader({
      metricProducers: [sdk.producerWithTemporality(source, AggregationTemporality.DELTA)],
    });
    new sdk.MeterProvider({ readers: [reader] });
    const first = await reader.collect();
    assert.deepEqual([valuesOf(metricsOf(first)), first.errors], [{ c: [[{ k: 1 }, 5]] }, ['told']]);
    assert.deepEqual(valuesOf(metricsOf(await reader.collect())), { c: [[{ k: 1 }, 5]] });
    assert.throws(() => new sdk.TemporalityConverter(2 as never), /temporality is 2.*DELTA \(0\)/);
    assert.throws(() => new sdk.TemporalityConverter(0, { maxSeries: 0 }), /maxSeries .* from 1 on, got 0/);
  });
});
