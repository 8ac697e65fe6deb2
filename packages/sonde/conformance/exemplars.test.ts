/** Rows EXEM: the measurements that are kept as examples of those behind a point. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Attributes, Context } from 'sonde';
import type { DataPoint, Exemplar, ExemplarReservoir, MeterProviderOptions } from 'sonde/sdk';
import { assertBetween, bed, collect, DELTA, manualReader, pointsOf } from './metrics-bed.ts';
import { Receiver } from './receiver.ts';
import { api, otlp, sdk } from './subject.ts';

const spanContext = (flags: number) => ({
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: flags,
});
const inSpan = (flags: number): Context => api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext(flags));
const [SAMPLED, NOT_SAMPLED] = [inSpan(1), inSpan(0)];

const exemplarsOf = (point: DataPoint<unknown> | undefined): readonly Exemplar[] => point?.exemplars ?? [];

/** OTLP/JSON, as far as the test looks. */
interface WireMetrics {
  resourceMetrics: {
    scopeMetrics: { metrics: { sum?: { dataPoints: { exemplars?: WireExemplar[] }[] } }[] }[];
  }[];
}
interface WireExemplar {
  asDouble: number;
  traceId: string;
  spanId: string;
  timeUnixNano: string;
  filteredAttributes: { key: string }[];
}

/** The values kept of one measurement in each context. */
async function keptBy(options: MeterProviderOptions): Promise<number[]> {
  const reservoir = () => new sdk.SimpleFixedSizeExemplarReservoir(10);
  const { meter, collect } = bed({
    ...options,
    views: [{ instrumentName: '*', exemplarReservoir: reservoir }],
  });
  const counter = meter.createCounter('c');
  counter.add(1, {}, SAMPLED);
  counter.add(2, {}, NOT_SAMPLED);
  counter.add(3, {}, api.ROOT_CONTEXT);
  return exemplarsOf(pointsOf((await collect())[0])[0]).map(({ value }) => value);
}

describe('exemplars', () => {
  beforeEach(() => {
    api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager());
  });
  afterEach(() => api.context.disable());

  it('EXEM-01 EXEM-06 have value, time, the ids of their span, and attributes that the view left out', async () => {
    const keep = sdk.createAllowListAttributesProcessor(['x', 'y']);
    const { meter, collect } = bed({ views: [{ instrumentName: '*', attributesProcessors: [keep] }] });
    const before = Date.now();
    api.context.with(SAMPLED, () => meter.createCounter('c').add(1, { x: 'x', y: 'y', z: 'z' }));
    const after = Date.now();
    const [point] = pointsOf((await collect())[0]);
    assert.deepEqual({ ...point?.attributes }, { x: 'x', y: 'y' });
    const [exemplar] = exemplarsOf(point);
    const { timestamp, filteredAttributes, ...rest } = exemplar!;
    const { traceId, spanId } = spanContext(1);
    assert.deepEqual({ ...rest }, { value: 1, traceId, spanId });
    assert.deepEqual({ ...filteredAttributes }, { z: 'z' });
    assertBetween(timestamp, before, after);
  });

  it('EXEM-01 have no ids of a span that has none', async () => {
    const { meter, collect } = bed({ exemplarFilter: 'always_on' });
    const counter = meter.createCounter('c');
    const foreign = { traceId: 5, spanId: 'b'.repeat(16), traceFlags: 1 } as never;
    for (const context of [
      api.trace.setSpanContext(api.ROOT_CONTEXT, api.INVALID_SPAN_CONTEXT),
      api.trace.setSpanContext(api.ROOT_CONTEXT, foreign),
    ]) {
      counter.add(1, {}, context);
      const [exemplar] = exemplarsOf(pointsOf((await collect())[0])[0]);
      assert.deepEqual([exemplar!.value, exemplar!.traceId, exemplar!.spanId], [1, undefined, undefined]);
    }
  });

  it('EXEM-02 EXEM-03 are of sampled spans by default, of all or no measurements when that is chosen', async () => {
    assert.deepEqual(await keptBy({}), [1]);
    assert.deepEqual(await keptBy({ exemplarFilter: 'trace_based' }), [1]);
    assert.deepEqual(await keptBy({ exemplarFilter: 'always_on' }), [1, 2, 3]);
    assert.deepEqual(await keptBy({ exemplarFilter: 'always_off' }), []);
    let made = 0;
    const views = [{ instrumentName: '*', exemplarReservoir: () => made++ as never }];
    bed({ exemplarFilter: 'always_off', views }).meter.createCounter('c').add(1, {}, SAMPLED);
    assert.equal(made, 0, 'off means that nothing is made');
  });

  it('EXEM-04 EXEM-05 EXEM-10 come from a reservoir per series, which a view can choose', async () => {
    const made: Own[] = [];
    class Own implements ExemplarReservoir {
      readonly offered: unknown[] = [];
      offer(value: number, timestamp: [number, number], attributes: Attributes, context: Context): void {
        this.offered.push([value, timestamp.length, { ...attributes }, context === SAMPLED]);
      }
      collect(pointAttributes: Attributes): Exemplar[] {
        return [{ value: 42, timestamp: [1, 2], filteredAttributes: { ...pointAttributes } }];
      }
    }
    const exemplarReservoir = (): ExemplarReservoir => {
      const own = new Own();
      made.push(own);
      return own;
    };
    const { meter, collect } = bed({ views: [{ instrumentName: '*', exemplarReservoir }] });
    for (const set of [1, 2]) meter.createCounter('c').add(set, { set }, SAMPLED);
    const points = pointsOf((await collect())[0]);
    assert.deepEqual(
      made.map(({ offered }) => offered),
      [[[1, 2, { set: 1 }, true]], [[2, 2, { set: 2 }, true]]],
    );
    assert.deepEqual(
      points.map((point) => exemplarsOf(point).map((one) => [one.value, one.filteredAttributes])),
      [[[42, { set: 1 }]], [[42, { set: 2 }]]],
    );
  });

  it('EXEM-07 are sampled uniformly, one by default, anew for each collection', async () => {
    const { meter, collect } = bed({ exemplarFilter: 'always_on' }, DELTA);
    const counter = meter.createCounter('c');
    const kept = new Map<number, number>();
    for (let round = 0; round < 2_000; round++) {
      for (let value = 0; value < 4; value++) counter.add(value);
      const exemplars = exemplarsOf(pointsOf((await collect())[0])[0]);
      assert.equal(exemplars.length, 1);
      kept.set(exemplars[0]!.value, (kept.get(exemplars[0]!.value) ?? 0) + 1);
    }
    for (let value = 0; value < 4; value++) {
      const times = kept.get(value) ?? 0;
      assert.ok(times > 350 && times < 650, `${value} was kept ${times} times of 2,000, expected about 500`);
    }
  });

  it('EXEM-08 EXEM-09 of explicit buckets are at most one for each bucket', async () => {
    const { meter, collect } = bed({ exemplarFilter: 'always_on' });
    const advice = { explicitBucketBoundaries: [10, 20] };
    const histogram = meter.createHistogram('h', { advice });
    for (const value of [1, 2, 3, 15, 16, 99]) histogram.record(value);
    const values = exemplarsOf(pointsOf((await collect())[0])[0]).map(({ value }) => value);
    assert.deepEqual(values.map((value) => (value <= 10 ? 0 : value <= 20 ? 1 : 2)).sort(), [0, 1, 2]);
    const aligned = new sdk.AlignedHistogramBucketExemplarReservoir([10]);
    for (const value of [1, 2, 11]) aligned.offer(value, [0, 0], {}, api.ROOT_CONTEXT);
    assert.equal(aligned.collect({}).length, 2);
  });

  it('EXEM-09 of exponential buckets are at most twenty, or as many as there are buckets', async () => {
    for (const [maxSize, most] of [
      [160, 20],
      [4, 4],
    ] as const) {
      const aggregation = { type: sdk.AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize } } as const;
      const { meter, collect } = bed({
        exemplarFilter: 'always_on',
        views: [{ instrumentName: '*', aggregation }],
      });
      for (let value = 1; value < 100; value++) meter.createHistogram('h').record(value);
      assert.equal(exemplarsOf(pointsOf((await collect())[0])[0]).length, most);
    }
  });

  it('EXEM-11 are kept of observations too, without a span', async () => {
    const { meter, reader } = bed({ exemplarFilter: 'always_on' });
    meter.createObservableGauge('g').addCallback((result) => result.observe(5, { a: 1 }));
    const metrics = await api.context.with(SAMPLED, () => collect(reader));
    const [exemplar] = exemplarsOf(pointsOf(metrics[0])[0]);
    assert.deepEqual([exemplar?.value, exemplar?.traceId, exemplar?.spanId], [5, undefined, undefined]);
  });

  it('EXEM-12 arrive at an OTLP receiver with all their fields', async () => {
    const receiver = await Receiver.start();
    const exporter = new otlp.OTLPMetricExporter({
      protocol: 'http/json',
      url: `${receiver.origin}/v1/metrics`,
    });
    const provider = new sdk.MeterProvider({
      readers: [new sdk.PeriodicExportingMetricReader({ exporter })],
      views: [{ instrumentName: '*', attributesProcessors: [sdk.createDenyListAttributesProcessor(['z'])] }],
    });
    provider.getMeter('m').createCounter('c').add(1.5, { z: 'left out' }, SAMPLED);
    await provider.shutdown();
    await receiver.stop();
    const bodies = receiver.received.map((one) => JSON.parse(one.body.toString()) as WireMetrics);
    const points = bodies.flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(({ sum }) => sum?.dataPoints ?? [])),
      ),
    );
    const exemplar = points.find(({ exemplars }) => exemplars !== undefined)?.exemplars?.[0];
    const { traceId, spanId } = spanContext(1);
    assert.deepEqual(
      [exemplar?.asDouble, exemplar?.traceId, exemplar?.spanId, exemplar?.filteredAttributes[0]?.key],
      [1.5, traceId, spanId, 'z'],
    );
    assert.match(String(exemplar?.timeUnixNano), /^\d{19}$/);
  });

  it('survive a reservoir that throws', async () => {
    const exemplarReservoir = (): ExemplarReservoir => ({
      offer: () => {
        throw new Error('by design');
      },
      collect: () => {
        throw new Error('by design');
      },
    });
    const reader = manualReader();
    const provider = new sdk.MeterProvider({
      readers: [reader],
      views: [{ instrumentName: '*', exemplarReservoir }],
    });
    provider.getMeter('m').createCounter('c').add(1, {}, SAMPLED);
    assert.equal(pointsOf((await collect(reader))[0])[0]?.value, 1);
  });

  it('survive a reservoir that gives nonsense, or is none', async () => {
    const odd: readonly unknown[] = [
      undefined,
      5,
      { offer: () => {} },
      ...[undefined, 5, [null], [{}], [{ value: 1 }], { length: 1, 0: {} }].map((given) => ({
        offer: () => {},
        collect: () => given,
      })),
    ];
    for (const reservoir of odd) {
      const reader = manualReader();
      const provider = new sdk.MeterProvider({
        readers: [reader],
        views: [{ instrumentName: '*', exemplarReservoir: () => reservoir as ExemplarReservoir }],
      });
      provider.getMeter('m').createCounter('c').add(1, {}, SAMPLED);
      const point = pointsOf((await collect(reader))[0])[0];
      assert.equal(point?.value, 1);
      for (const { value, timestamp } of point?.exemplars ?? [])
        assert.ok(value === 1 && timestamp.length === 2);
    }
  });
});
