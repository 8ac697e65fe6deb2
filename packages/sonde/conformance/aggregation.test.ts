/** Rows AGG, START and CARD: what measurements come to, since when, and how many series there may be. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExponentialHistogramValue, MetricData, SumMetricData } from 'sonde/sdk';
import {
  assertBetween,
  bed,
  collect,
  DELTA,
  freshName,
  heard,
  histogramOf,
  manualReader,
  pointsOf,
  valuesOf,
} from './metrics-bed.ts';
import { sdk } from './subject.ts';

const { AggregationType, DataPointType, InstrumentType, MeterProvider } = sdk;

const kindOf = (metric: MetricData | undefined): [number | undefined, boolean | undefined] => [
  metric?.dataPointType,
  (metric as SumMetricData | undefined)?.isMonotonic,
];

/** One measurement with each kind of instrument, in the order of InstrumentType. */
async function allKinds(views: { aggregation: { type: 0 | 1 | 2 | 3 | 4 } } | undefined) {
  const { meter, collect } = bed(views === undefined ? {} : { views: [{ instrumentName: '*', ...views }] });
  meter.createCounter('counter').add(2);
  meter.createGauge('gauge').record(2);
  meter.createHistogram('histogram').record(2);
  meter.createUpDownCounter('upDown').add(2);
  meter.createObservableCounter('oCounter').addCallback((result) => result.observe(2));
  meter.createObservableGauge('oGauge').addCallback((result) => result.observe(2));
  meter.createObservableUpDownCounter('oUpDown').addCallback((result) => result.observe(2));
  return Object.fromEntries((await collect()).map((metric) => [metric.descriptor.name, kindOf(metric)]));
}

describe('aggregations', () => {
  const { SUM, GAUGE, HISTOGRAM } = DataPointType;

  it('AGG-01 AGG-03 are by default those of the kind of instrument', async () => {
    const defaults = {
      counter: [SUM, true],
      gauge: [GAUGE, undefined],
      histogram: [HISTOGRAM, undefined],
      upDown: [SUM, false],
      oCounter: [SUM, true],
      oGauge: [GAUGE, undefined],
      oUpDown: [SUM, false],
    };
    assert.deepEqual(await allKinds(undefined), defaults);
    assert.deepEqual(await allKinds({ aggregation: { type: AggregationType.DEFAULT } }), defaults);
    assert.deepEqual(await allKinds({ aggregation: { type: AggregationType.DROP } }), {});
    const last = await allKinds({ aggregation: { type: AggregationType.LAST_VALUE } });
    assert.deepEqual(new Set(Object.values(last).map(([kind]) => kind)), new Set([GAUGE]));
  });

  it('AGG-04 sums are monotonic for what only rises', async () => {
    const sums = await allKinds({ aggregation: { type: AggregationType.SUM } });
    const monotonic = Object.entries(sums).filter(([, [kind, isMonotonic]]) => kind === SUM && isMonotonic);
    assert.deepEqual(monotonic.map(([name]) => name).sort(), ['counter', 'histogram', 'oCounter']);
  });

  it('AGG-05 AGG-07 histograms have count, sum, smallest and largest, where these mean something', async () => {
    const type = AggregationType.EXPLICIT_BUCKET_HISTOGRAM;
    const { meter, collect } = bed({
      views: [
        { instrumentType: InstrumentType.UP_DOWN_COUNTER, aggregation: { type } },
        { instrumentName: 'bare', aggregation: { type, options: { boundaries: [1], recordMinMax: false } } },
      ],
    });
    for (const value of [3, 1, 2]) {
      meter.createHistogram('h').record(value);
      meter.createHistogram('bare').record(value);
      meter.createUpDownCounter('u').add(-value);
    }
    const values = Object.fromEntries(
      (await collect()).map((metric) => {
        const { count, sum, min, max } = histogramOf(metric);
        return [metric.descriptor.name, [count, sum, min, max]];
      }),
    );
    assert.deepEqual(values, {
      h: [3, 6, 1, 3],
      bare: [3, 6, undefined, undefined],
      u: [3, undefined, -3, -1],
    });
  });

  it('AGG-06 explicit buckets include their upper bound, and have fifteen bounds by default', async () => {
    const { meter, collect } = bed();
    const boundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
    const histogram = meter.createHistogram('h');
    for (const bound of boundaries) histogram.record(bound);
    histogram.record(10_000.1);
    const { buckets } = histogramOf((await collect())[0]);
    assert.deepEqual([...buckets.boundaries], boundaries);
    assert.deepEqual(buckets.counts, new Array(16).fill(1));
  });
});

describe('exponential histograms', () => {
  const type = AggregationType.EXPONENTIAL_HISTOGRAM;
  const record = async (
    values: readonly number[],
    options: { maxSize?: number; maxScale?: number; zeroThreshold?: number } = {},
  ): Promise<ExponentialHistogramValue> => {
    const { meter, collect } = bed({ views: [{ instrumentName: '*', aggregation: { type, options } }] });
    const instrument = meter.createUpDownCounter('h');
    for (const value of values) instrument.add(value);
    return pointsOf((await collect())[0])[0]?.value as ExponentialHistogramValue;
  };
  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

  /** Whether a value lies in one of the buckets that were counted. */
  const holds = ({ scale, positive }: ExponentialHistogramValue, value: number): boolean => {
    const index = Math.log2(value) * 2 ** scale;
    return positive.bucketCounts.some((count, at) => {
      const lower = positive.offset + at;
      return count > 0 && index > lower - 1e-6 && index <= lower + 1 + 1e-6;
    });
  };

  it('AGG-02 AGG-10 take every normal number, in its bucket, and nothing that is none', async () => {
    const values = [1, 2, 4, 1e-300, 1e300, Number.MAX_VALUE, 2 ** -1022, 0.1, 12345.678];
    for (const value of values) assert.ok(holds(await record([value]), value), String(value));
    const all = await record([...values, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    assert.equal(total(all.positive.bucketCounts), values.length);
    for (const value of values) assert.ok(holds(all, value), String(value));
    assert.deepEqual([all.min, all.max], [2 ** -1022, Number.MAX_VALUE]);
  });

  it('AGG-02 count negative values and zero apart', async () => {
    const { positive, negative, zeroCount, count } = await record([1, -1, -1, 0, 2]);
    assert.deepEqual(
      [total(positive.bucketCounts), total(negative.bucketCounts), zeroCount, count],
      [2, 2, 1, 5],
    );
  });

  it('AGG-08 have at most 160 buckets, or as many as they are told', async () => {
    const values = Array.from({ length: 2_000 }, (_, index) => 1.01 ** index);
    assert.ok((await record(values)).positive.bucketCounts.length <= 160);
    const few = await record(values, { maxSize: 4 });
    assert.ok(few.positive.bucketCounts.length <= 4);
    assert.equal(total(few.positive.bucketCounts), values.length);
  });

  it('AGG-09 begin at the largest scale that they are told', async () => {
    assert.equal((await record([7], { maxScale: 3 })).scale, 3);
    assert.equal((await record([7], { maxScale: -2 })).scale, -2);
  });

  it('AGG-11 begin at the largest scale, and keep the finest that fits', async () => {
    assert.equal((await record([7])).scale, 20);
    assert.equal((await record([7, 7, 7])).scale, 20);
    // From 1 ms to 100 s: the specification's table says 3 for 160 buckets.
    const range = await record([0.001, 0.01, 0.1, 1, 10, 100]);
    assert.equal(range.scale, 3);
    assert.ok(range.positive.bucketCounts.length > 80);
    const widest = await record([Number.MAX_VALUE, 2 ** -1022], { maxSize: 2 });
    assert.deepEqual([widest.scale, widest.positive.bucketCounts], [-10, [1, 1]]);
  });

  it('AGG-12 count what is not above a threshold as zero', async () => {
    const { zeroCount, zeroThreshold, positive } = await record([0, 0.5, -0.5, 1, 1.5], { zeroThreshold: 1 });
    assert.deepEqual([zeroCount, zeroThreshold, total(positive.bucketCounts)], [4, 1, 1]);
  });
});

describe('temporality', () => {
  it('AGG-13 is chosen by the reader for each kind of instrument', async () => {
    const { meter, collect } = bed(
      {},
      {
        aggregationTemporalitySelector: (kind) =>
          kind === InstrumentType.COUNTER
            ? sdk.AggregationTemporality.DELTA
            : sdk.AggregationTemporality.CUMULATIVE,
      },
    );
    const [counter, upDown] = [meter.createCounter('c'), meter.createUpDownCounter('u')];
    for (const value of [10, 20, 5]) {
      counter.add(value);
      upDown.add(value);
      await collect();
    }
    counter.add(1);
    upDown.add(1);
    const metrics = await collect();
    assert.deepEqual(valuesOf(metrics), { c: [[{}, 1]], u: [[{}, 36]] });
    assert.deepEqual(
      metrics.map((metric) => metric.aggregationTemporality),
      [sdk.AggregationTemporality.DELTA, sdk.AggregationTemporality.CUMULATIVE],
    );
  });

  it('AGG-14 repeats cumulative points and gives delta points only of what was measured', async () => {
    const readers = [manualReader(), manualReader(DELTA)];
    const counter = new MeterProvider({ readers }).getMeter('m').createCounter('c');
    counter.add(1, { a: 1 });
    for (const reader of readers) assert.deepEqual(valuesOf(await collect(reader)), { c: [[{ a: 1 }, 1]] });
    counter.add(2, { a: 2 });
    assert.deepEqual(valuesOf(await collect(readers[0]!)), {
      c: [
        [{ a: 1 }, 1],
        [{ a: 2 }, 2],
      ],
    });
    assert.deepEqual(valuesOf(await collect(readers[1]!)), { c: [[{ a: 2 }, 2]] });
    assert.deepEqual(valuesOf(await collect(readers[1]!)), {});
  });

  it('AGG-13 turns observed totals into differences', async () => {
    const { meter, collect } = bed({}, DELTA);
    let total = 10;
    meter.createObservableCounter('c').addCallback((result) => result.observe(total));
    const seen: unknown[] = [];
    for (const next of [30, 35, 35]) {
      seen.push(valuesOf(await collect())['c']?.[0]?.[1]);
      total = next;
    }
    assert.deepEqual(seen, [10, 20, 5]);
  });
});

describe('observable instruments', () => {
  it('that can only rise count anew when they fall, as a source does that was started again', async () => {
    for (const options of [{}, DELTA]) {
      const { meter, collect } = bed({}, options);
      let total = 0;
      meter.createObservableCounter('c').addCallback((result) => result.observe(total));
      meter.createObservableUpDownCounter('u').addCallback((result) => result.observe(total));
      const seen: unknown[] = [];
      const starts: string[] = [];
      for (total of [100, 150, 20, 30]) {
        const metrics = await collect();
        seen.push(metrics.map((metric) => pointsOf(metric)[0]?.value));
        starts.push(String(pointsOf(metrics[0])[0]?.startTime));
        await delay(3);
      }
      if (options === DELTA) {
        assert.deepEqual(seen, [
          [100, 100],
          [50, 50],
          [20, -130],
          [10, 10],
        ]);
        continue;
      }
      assert.deepEqual(seen, [
        [100, 100],
        [150, 150],
        [20, 20],
        [30, 30],
      ]);
      assert.equal(starts[0], starts[1]);
      assert.notEqual(starts[1], starts[2]);
      assert.equal(starts[2], starts[3]);
    }
  });

  it('that a view merges count anew when one of them is gone', async () => {
    const attributesProcessors = [sdk.createAllowListAttributesProcessor([])];
    const { meter, collect } = bed({ views: [{ instrumentName: 'c', attributesProcessors }] }, DELTA);
    let processes = [10, 20];
    meter.createObservableCounter('c').addCallback((result) => {
      for (const [pid, value] of processes.entries()) result.observe(value, { pid });
    });
    assert.deepEqual(valuesOf(await collect()), { c: [[{}, 30]] });
    processes = [12];
    assert.deepEqual(valuesOf(await collect()), { c: [[{}, 12]] });
  });

  it('AGG-15 give exactly what was observed in this collection', async () => {
    for (const options of [{}, DELTA]) {
      const { meter, collect } = bed({}, options);
      let sets = [1, 2];
      meter.createObservableGauge('g').addCallback((result) => {
        for (const set of sets) result.observe(set, { set });
      });
      await collect();
      sets = [2, 3];
      assert.deepEqual(valuesOf(await collect()), {
        g: [
          [{ set: 2 }, 2],
          [{ set: 3 }, 3],
        ],
      });
      sets = [];
      assert.deepEqual(valuesOf(await collect()), {});
    }
  });

  it('AGG-16 AGG-20 are observed for the reader that collects, which changes nothing for others', async () => {
    const readers = [manualReader(DELTA), manualReader(DELTA)];
    const meter = new MeterProvider({ readers }).getMeter('m');
    let calls = 0;
    meter.createObservableGauge('g').addCallback((result) => {
      calls++;
      result.observe(calls, { call: calls });
    });
    const counter = meter.createCounter('c');
    counter.add(1);
    await collect(readers[0]!);
    await collect(readers[0]!);
    counter.add(2);
    assert.deepEqual(valuesOf(await collect(readers[1]!)), { g: [[{ call: 3 }, 3]], c: [[{}, 3]] });
    assert.deepEqual(valuesOf(await collect(readers[0]!)), { g: [[{ call: 4 }, 4]], c: [[{}, 2]] });
  });

  it('AGG-17 do not wait for a callback that hangs', async () => {
    const { meter, reader } = bed();
    meter.createObservableGauge('hangs').addCallback(() => new Promise(() => {}));
    meter.createObservableGauge('works').addCallback((result) => result.observe(1));
    const holding = setTimeout(() => {}, 5_000);
    const { resourceMetrics, errors } = await reader.collect({ timeoutMillis: 20 });
    clearTimeout(holding);
    assert.equal(errors.length, 1);
    const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.map((one) => one.descriptor.name),
    );
    assert.ok(names.includes('works'));
  });

  it('AGG-19 are not called again while they hang, and what they observe late is disregarded', async () => {
    const { meter, reader } = bed();
    let calls = 0;
    let release: () => void = () => {};
    meter.createObservableGauge('hangs').addCallback(async (result) => {
      calls++;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      result.observe(calls, { late: true });
    });
    meter.createObservableGauge('works').addCallback((result) => result.observe(1));
    const { resourceMetrics, errors } = await reader.collect({ timeoutMillis: 20 });
    assert.equal(errors.length, 1);
    assert.deepEqual(
      resourceMetrics.scopeMetrics.map(({ metrics }) => valuesOf(metrics)),
      [{ works: [[{}, 1]] }],
    );
    await reader.collect({ timeoutMillis: 20 });
    assert.equal(calls, 1);
    release();
    await delay(1);
    const third = collect(reader);
    await delay(1);
    release();
    assert.deepEqual(valuesOf(await third)['hangs'], [[{ late: true }, 2]]);
  });

  it('AGG-18 disregard what is observed outside a collection', async () => {
    const { meter, collect } = bed();
    let kept: { observe(value: number): void } = { observe: () => {} };
    const callback = (result: { observe(value: number): void }): void => {
      kept = result;
      result.observe(1);
    };
    meter.createObservableGauge(freshName()).addCallback(callback);
    await collect();
    kept.observe(99);
    const values = Object.values(valuesOf(await collect()));
    assert.deepEqual(values, [[[{}, 1]]]);
  });

  it('MAPI-15 MAPI-17 call each callback once for a collection, and its observations have one time', async () => {
    const { meter, collect } = bed();
    let calls = 0;
    const gauges = ['a', 'b', 'c'].map((name) => meter.createObservableGauge(name));
    const callback = (): void => {
      calls++;
    };
    gauges[0]!.addCallback(callback);
    gauges[0]!.addCallback(callback);
    meter.addBatchObservableCallback((result) => {
      calls++;
      for (const gauge of gauges) result.observe(gauge, calls);
    }, gauges);
    const metrics = await collect();
    assert.equal(calls, 2);
    const times = metrics.map((metric) => pointsOf(metric)[0]?.endTime.join('.'));
    assert.deepEqual([metrics.length, new Set(times).size], [3, 1]);
  });

  it('MAPI-16 take batch callbacks for instruments of their own meter only, which is said', async () => {
    const { provider, meter, collect } = bed();
    const [own, other] = [
      meter.createObservableGauge('own'),
      provider.getMeter('other').createObservableGauge('other'),
    ];
    const said = await heard(() =>
      meter.addBatchObservableCallback(
        (result) => {
          result.observe(own, 1);
          result.observe(other, 2);
        },
        [own, other],
      ),
    );
    assert.equal(said.length, 1);
    assert.deepEqual(valuesOf(await collect()), { own: [[{}, 1]] });
  });
});

const at = ([seconds, nanos]: readonly [number, number]): number => seconds * 1e3 + nanos / 1e6;

describe('start times', () => {
  it('START-01 of deltas are the last collection, or the creation of the instrument', async () => {
    const { meter, collect } = bed({}, DELTA);
    const before = Date.now();
    const counter = meter.createCounter('c');
    const made = Date.now();
    await delay(60);
    counter.add(1, { a: 1 });
    const [first] = pointsOf((await collect())[0]);
    assertBetween(first!.startTime, before, made);
    await delay(20);
    counter.add(1, { a: 1 });
    counter.add(1, { a: 2 });
    const points = pointsOf((await collect())[0]);
    assert.deepEqual(
      points.map((point) => point.startTime),
      [first!.endTime, first!.endTime],
    );
  });

  it('START-02 START-04 of cumulative series are their first measurement, for ever', async () => {
    const { meter, collect } = bed();
    const counter = meter.createCounter('c');
    await delay(60);
    const asked = Date.now();
    counter.add(1, { a: 1 });
    const measured = Date.now();
    await delay(60);
    counter.add(1, { a: 2 });
    const before = pointsOf((await collect())[0]);
    assertBetween(before[0]!.startTime, asked, measured);
    assert.ok(at(before[1]!.startTime) - at(before[0]!.startTime) >= 40);
    await delay(5);
    counter.add(1, { a: 1 });
    const after = pointsOf((await collect())[0]);
    assert.deepEqual(
      after.map((point) => point.startTime),
      before.map((point) => point.startTime),
    );
    assert.ok(at(after[0]!.endTime) > at(before[0]!.endTime));
  });

  it('START-02 START-04 of what was bound long before are the last collection without it, for ever', async () => {
    const { meter, collect } = bed();
    const counter = meter.createCounter('c');
    counter.add(1, { a: 1 });
    const [early, late] = [{ a: 1 }, { a: 2 }].map((attributes) => counter.bind(attributes));
    await collect();
    await delay(20);
    const [first] = pointsOf((await collect())[0]);
    await delay(20);
    for (const bound of [early, late]) bound!.add(1);
    const points = pointsOf((await collect())[0]);
    assert.deepEqual(
      points.map((point) => point.startTime),
      [first!.startTime, first!.endTime],
    );
    await delay(20);
    assert.deepEqual(
      pointsOf((await collect())[0]).map((point) => point.startTime),
      [first!.startTime, first!.endTime],
    );
  });

  it('START-03 of observed totals are the creation, or the collection before the first observation', async () => {
    const { meter, collect } = bed();
    let sets = [1];
    const before = Date.now();
    meter.createObservableCounter('c').addCallback((result) => {
      for (const set of sets) result.observe(set, { set });
    });
    const made = Date.now();
    await delay(60);
    const [first] = pointsOf((await collect())[0]);
    assertBetween(first!.startTime, before, made);
    sets = [1, 2];
    await delay(20);
    const points = pointsOf((await collect())[0]);
    assert.deepEqual(
      points.map((point) => point.startTime),
      [first!.startTime, first!.endTime],
    );
  });

  it('START-05 the time of all points is the time at which the collection began', async () => {
    const { meter, collect } = bed();
    meter.createCounter('c').add(1);
    meter.createObservableGauge('slow').addCallback(async (result) => {
      await delay(80);
      result.observe(1);
    });
    const asked = Date.now();
    const collected = collect();
    const begun = Date.now();
    const metrics = await collected;
    const times = metrics.flatMap((metric) => pointsOf(metric).map((point) => point.endTime));
    assert.equal(new Set(times.map((time) => time.join())).size, 1);
    assertBetween(times[0]!, asked, begun);
  });
});

describe('cardinality limits', () => {
  const OVERFLOW = { 'otel.metric.overflow': true };
  const sets = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, at) => from + at);

  it('CARD-01 come from the view, else the reader, else are 2000, and count what is left after filtering', async () => {
    const keep = sdk.createAllowListAttributesProcessor(['kept']);
    const views = [
      { instrumentName: 'view', aggregationCardinalityLimit: 1 },
      { instrumentName: 'filtered', aggregationCardinalityLimit: 1, attributesProcessors: [keep] },
    ];
    const cardinalitySelector = () => 2;
    const count = async (name: string, options: object): Promise<number | undefined> => {
      const { meter, collect } = bed({ views }, options);
      for (const set of sets(0, 2_100)) meter.createCounter(name).add(1, { kept: 'same', set });
      return valuesOf(await collect())[name]?.length;
    };
    assert.equal(await count('view', { cardinalitySelector }), 2);
    assert.equal(await count('filtered', { cardinalitySelector }), 1);
    assert.equal(await count('reader', { cardinalitySelector }), 3);
    assert.equal(await count('plain', {}), 2_001);
  });

  it('CARD-02 beyond the limit, and not at it, one series with otel.metric.overflow takes the rest', async () => {
    const { meter, collect } = bed({}, { cardinalitySelector: () => 3 });
    const counter = meter.createCounter('c');
    for (const set of sets(0, 3)) counter.add(1, { set });
    const three = sets(0, 3).map((set) => [{ set }, 1]);
    assert.deepEqual(valuesOf(await collect())['c'], three);
    for (const set of sets(3, 10)) counter.add(1, { set });
    assert.deepEqual(valuesOf(await collect())['c'], [...three, [OVERFLOW, 7]]);
  });

  it('CARD-03 CARD-04 bounds cumulative series over all collections, and the first ones stay', async () => {
    const { meter, collect } = bed({}, { cardinalitySelector: () => 3 });
    const counter = meter.createCounter('c');
    for (let round = 0; round < 4; round++) {
      for (const set of sets(round * 2, round * 2 + 2)) counter.add(1, { set });
      await collect();
    }
    counter.add(10, { set: 0 });
    assert.deepEqual(valuesOf(await collect())['c'], [
      [{ set: 0 }, 11],
      [{ set: 1 }, 1],
      [{ set: 2 }, 1],
      [OVERFLOW, 5],
    ]);
  });

  it('CARD-03 bounds delta series in each collection', async () => {
    const { meter, collect } = bed({}, { ...DELTA, cardinalitySelector: () => 3 });
    const counter = meter.createCounter('c');
    for (let round = 0; round < 4; round++) {
      for (const set of sets(round * 4, round * 4 + 4)) counter.add(1, { set });
      const values = valuesOf(await collect())['c'];
      assert.deepEqual(values, [...sets(round * 4, round * 4 + 3).map((set) => [{ set }, 1]), [OVERFLOW, 1]]);
    }
  });

  it('CARD-05 every measurement lands in one series, at the limit as before it', async () => {
    const { meter, collect } = bed({}, { cardinalitySelector: () => 3 });
    for (const set of sets(0, 10)) meter.createCounter('c').add(1, { set });
    const points = valuesOf(await collect())['c'] ?? [];
    assert.equal(
      points.reduce((sum, [, value]) => sum + (value as number), 0),
      10,
    );
  });

  it('CARD-06 keeps the set that is observed first', async () => {
    const { meter, collect } = bed({}, { cardinalitySelector: () => 3 });
    meter.createObservableCounter('c').addCallback((result) => {
      for (const set of sets(0, 9)) result.observe(1, { set });
    });
    const points = valuesOf(await collect())['c'] ?? [];
    assert.deepEqual(points[0], [{ set: 0 }, 1]);
    assert.ok(!points.some(([attributes]) => (attributes as { set?: number }).set === 8));
  });

  it('CARD-03 prefers what is observed first', async () => {
    const { meter, collect } = bed({}, { cardinalitySelector: () => 2 });
    let from = 0;
    meter.createObservableCounter('c').addCallback((result) => {
      for (const set of sets(from, from + 4)) result.observe(1, { set });
    });
    for (from of [0, 4]) {
      const points = valuesOf(await collect())['c']?.map((point) => JSON.stringify(point));
      const expected = [
        [{ set: from }, 1],
        [{ set: from + 1 }, 1],
        [OVERFLOW, 2],
      ];
      assert.deepEqual(points?.sort(), expected.map((point) => JSON.stringify(point)).sort());
    }
  });
});
