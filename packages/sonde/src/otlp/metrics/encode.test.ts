import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Attributes } from '../../api/common/attributes.ts';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import {
  collected,
  EXPONENTIAL_VALUE,
  everyKind,
  exponentialHistogram,
  gauge,
  HISTOGRAM_VALUE,
  histogram,
  point,
  sum,
} from '../../sdk/metrics/fake-metrics.fixture.ts';
import type { DataPoint, MetricData, ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import { attributesOf, type Fields, fieldsOf, textOf, uint64Of } from '../wire/protobuf-reader.fixture.ts';
import { metricsProtobuf } from './encode.ts';
import { halveRuns, type PointRun, pointsOf, sliceRuns } from './point-run.ts';

const said: string[] = [];
setGlobalErrorHandler((error) => said.push(error.message));
afterEach(() => {
  said.length = 0;
});

const messages = (values: readonly (bigint | Uint8Array)[] | undefined): Fields[] =>
  (values ?? []).map((bytes) => fieldsOf(bytes as Uint8Array));

/** The ScopeMetrics of a collection, decoded by a reader that shares nothing with the writer. */
function decode(metrics: ResourceMetrics): Fields[] {
  const runs = sliceRuns(metrics, Infinity).flat();
  return metricsProtobuf.encode(runs, runs.length).flatMap((batch) => messages(fieldsOf(batch.scopes)[2]));
}

const metricsOf = (metrics: ResourceMetrics): Fields[] =>
  decode(metrics).flatMap((scope) => messages(scope[2]));

/** The data (Gauge, Sum, …) of the only metric. */
function dataOf(metric: MetricData, field: number): Fields {
  const [only] = metricsOf(collected([metric]));
  return messages(only?.[field])[0]!;
}

const double = (bytes: unknown): number => Buffer.from(bytes as Uint8Array).readDoubleLE();
const int64 = (bytes: unknown): bigint => Buffer.from(bytes as Uint8Array).readBigInt64LE();
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');
const fixed = (bytes: unknown): bigint[] => {
  const all = Buffer.from(bytes as Uint8Array);
  return Array.from({ length: all.length / 8 }, (_, index) => all.readBigUInt64LE(index * 8));
};
const varints = (bytes: unknown): bigint[] => {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes as Uint8Array) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte > 127) continue;
    values.push(value);
    value = 0n;
    shift = 0n;
  }
  return values;
};
const unzigzag = (value: unknown): number =>
  Number((value as bigint) >> 1n) ^ -Number((value as bigint) & 1n);

describe('metrics in protobuf', () => {
  it('have name, description and unit, and leave out what is empty', () => {
    const [full, bare] = metricsOf(
      collected([sum('a', [point(1)], { description: 'über', unit: 'By' }), gauge('b', [point(1)])]),
    );
    assert.deepEqual(
      [full?.[1], full?.[2], full?.[3]].map((field) => textOf(field?.[0])),
      ['a', 'über', 'By'],
    );
    assert.deepEqual(Object.keys(bare!), ['1', '5']);
  });

  it('carry the metadata of a bridge', () => {
    const [metric] = metricsOf(
      collected([gauge('a', [point(1)], { metadata: { 'prometheus.type': 'info' } })]),
    );
    assert.deepEqual(attributesOf(metric?.[12]), { 'prometheus.type': 'info' });
  });

  it('say temporality and monotonicity by the numbers of the protocol', () => {
    const cumulative = dataOf(sum('a', [point(1)]), 7);
    assert.deepEqual([cumulative[2], cumulative[3]], [[2n], [1n]]);
    const delta = dataOf(sum('a', [point(1)], { temporality: 0, isMonotonic: false }), 7);
    assert.deepEqual([delta[2], delta[3]], [[1n], undefined]);
    assert.deepEqual(dataOf(histogram('a', [point(HISTOGRAM_VALUE)], { temporality: 0 }), 9)[2], [1n]);
    assert.deepEqual(dataOf(exponentialHistogram('a', [point(EXPONENTIAL_VALUE)]), 10)[2], [2n]);
    assert.equal(dataOf(gauge('a', [point(1)]), 5)[2], undefined);
  });

  it('have times exact to the nanosecond, also where points differ in them', () => {
    const other = point(2, {}, { startTime: [1_700_000_001, 999_999_999], endTime: [1_700_000_002, 1] });
    const points = messages(dataOf(sum('a', [point(1), other, point(3)]), 7)[1]);
    assert.deepEqual(
      points.map((each) => [uint64Of(each[2]?.[0]), uint64Of(each[3]?.[0])]),
      [
        [1_700_000_000_000_000_005n, 1_700_000_060_000_000_007n],
        [1_700_000_001_999_999_999n, 1_700_000_002_000_000_001n],
        [1_700_000_000_000_000_005n, 1_700_000_060_000_000_007n],
      ],
    );
  });

  it('keep a changed time apart when the same tuple comes again in a later message', () => {
    const endTime: [number, number] = [1, 0];
    const metric = gauge('a', [point(1, {}, { endTime })]);
    dataOf(metric, 5);
    endTime[0] = 2;
    assert.equal(uint64Of(messages(dataOf(metric, 5)[1])[0]?.[3]?.[0]), 2_000_000_000n);
  });

  it('write integers of integer instruments, exactly, and everything else as doubles', () => {
    const ints = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, -(2 ** 63), 2 ** 63 - 1024];
    const points = messages(
      dataOf(
        sum(
          'a',
          ints.map((value) => point(value)),
          { valueType: 0 },
        ),
        7,
      )[1],
    );
    assert.deepEqual(
      points.map((each) => int64(each[6]?.[0])),
      ints.map(BigInt),
    );
    const doubles = [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 63, 1e300];
    const rest = messages(
      dataOf(
        sum(
          'a',
          doubles.map((value) => point(value)),
          { valueType: 0 },
        ),
        7,
      )[1],
    );
    assert.deepEqual(
      rest.map((each) => double(each[4]?.[0])),
      doubles,
    );
    assert.equal(double(messages(dataOf(gauge('a', [point(7)]), 5)[1])[0]?.[4]?.[0]), 7);
  });

  it('hold a histogram whole', () => {
    const [only] = messages(dataOf(histogram('a', [point(HISTOGRAM_VALUE, { k: 'v' })]), 9)[1]);
    assert.deepEqual(
      [4, 5, 6, 7, 11, 12].map((field) => only?.[field]?.length),
      [1, 1, 1, 1, 1, 1],
    );
    assert.equal(uint64Of(only?.[4]?.[0]), 4n);
    assert.equal(double(only?.[5]?.[0]), 722);
    assert.deepEqual(fixed(only?.[6]?.[0]), [1n, 1n, 1n, 1n]);
    assert.deepEqual(
      fixed(only?.[7]?.[0]).map((bits) => new Float64Array(new BigUint64Array([bits]).buffer)[0]),
      [5, 10, 100],
    );
    assert.equal(double(only?.[11]?.[0]), 3);
    assert.equal(double(only?.[12]?.[0]), 700);
    assert.deepEqual(attributesOf(only?.[9]), { k: 'v' });
  });

  it('leave out of a histogram what it does not have: sum, extremes, bounds', () => {
    const value = { buckets: { boundaries: [], counts: [4] }, count: 4 };
    const [only] = messages(dataOf(histogram('a', [point(value)]), 9)[1]);
    assert.deepEqual(Object.keys(only!).sort(), ['2', '3', '4', '6']);
  });

  it('take the bounds of each metric, of more than a few buckets too', () => {
    const many = Array.from({ length: 300 }, (_, index) => index);
    const value = { ...HISTOGRAM_VALUE, buckets: { boundaries: many, counts: [...many, 2 ** 40] } };
    const [first, second] = metricsOf(
      collected([histogram('a', [point(HISTOGRAM_VALUE)]), histogram('b', [point(value)])]),
    ).map((metric) => messages(messages(metric[9])[0]?.[1])[0]);
    assert.equal(fixed(first?.[7]?.[0]).length, 3);
    assert.equal(fixed(second?.[7]?.[0]).length, 300);
    assert.equal(fixed(second?.[6]?.[0])[300], 2n ** 40n);
  });

  it('hold an exponential histogram whole', () => {
    const value = {
      ...EXPONENTIAL_VALUE,
      scale: -3,
      positive: { offset: -1_000, bucketCounts: [2, 0, 2 ** 40] },
    };
    const [only] = messages(dataOf(exponentialHistogram('a', [point(value, { k: 'v' })]), 10)[1]);
    assert.equal(unzigzag(only?.[6]?.[0]), -3);
    assert.equal(uint64Of(only?.[7]?.[0]), 3n);
    assert.equal(double(only?.[14]?.[0]), 0.25);
    assert.deepEqual([double(only?.[12]?.[0]), double(only?.[13]?.[0])], [-1.5, 7]);
    const [positive] = messages(only?.[8]);
    assert.equal(unzigzag(positive?.[1]?.[0]), -1_000);
    assert.deepEqual(varints(positive?.[2]?.[0]), [2n, 0n, 2n ** 40n]);
    const [negative] = messages(only?.[9]);
    assert.deepEqual(varints(negative?.[2]?.[0]), [1n]);
    assert.deepEqual(attributesOf(only?.[1]), { k: 'v' });
  });

  it('carry exemplars with their span, and without one', () => {
    const exemplars = [
      {
        value: 2.5,
        timestamp: [1_700_000_030, 9] as [number, number],
        filteredAttributes: { user: 'ada' },
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
      },
      { value: 3, timestamp: [1, 0] as [number, number], filteredAttributes: {} },
    ];
    const over = { exemplars };
    const fields: readonly [MetricData, number, number][] = [
      [gauge('a', [point(1, {}, over)]), 5, 5],
      [sum('a', [point(1, {}, over)]), 7, 5],
      [histogram('a', [point(HISTOGRAM_VALUE, {}, over)]), 9, 8],
      [exponentialHistogram('a', [point(EXPONENTIAL_VALUE, {}, over)]), 10, 11],
    ];
    for (const [metric, field, exemplarField] of fields) {
      const [inSpan, outside] = messages(messages(dataOf(metric, field)[1])[0]?.[exemplarField]);
      assert.equal(double(inSpan?.[3]?.[0]), 2.5);
      assert.equal(uint64Of(inSpan?.[2]?.[0]), 1_700_000_030_000_000_009n);
      assert.equal(hex(inSpan?.[5]?.[0]), '0af7651916cd43dd8448eb211c80319c');
      assert.equal(hex(inSpan?.[4]?.[0]), 'b7ad6b7169203331');
      assert.deepEqual(attributesOf(inSpan?.[7]), { user: 'ada' });
      assert.deepEqual(Object.keys(outside!).sort(), ['2', '3']);
    }
    const ofInts = messages(dataOf(sum('a', [point(1, {}, over)], { valueType: 0 }), 7)[1])[0];
    assert.equal(int64(messages(ofInts?.[5])[1]?.[6]?.[0]), 3n);
  });

  it('carry the flag of a point without a value', () => {
    const [only] = messages(dataOf(gauge('a', [point(0, {}, { flags: 1 })]), 5)[1]);
    assert.deepEqual(only?.[8], [1n]);
  });

  it('come under their scopes, with version, attributes and schema', () => {
    const scope = { name: 'till', version: '2', schemaUrl: 'https://s/1', attributes: { team: 'a' } };
    const metrics: ResourceMetrics = {
      resource: everyKind().resource,
      scopeMetrics: [
        { scope, metrics: [sum('a', [point(1)])] },
        { scope: { name: 'other' }, metrics: [sum('a', [point(1)]), sum('b', [])] },
        { scope: { name: 'idle' }, metrics: [] },
      ],
    };
    const scopes = decode(metrics);
    const [first] = messages(scopes[0]?.[1]);
    assert.deepEqual([textOf(first?.[1]?.[0]), textOf(first?.[2]?.[0])], ['till', '2']);
    assert.deepEqual(attributesOf(first?.[3]), { team: 'a' });
    assert.equal(textOf(scopes[0]?.[3]?.[0]), 'https://s/1');
    assert.deepEqual(
      scopes.map((each) => each[2]?.length),
      [1, 1],
    );
  });

  it('leave out a point that cannot be encoded, and say so', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('hostile');
        },
      },
    );
    const metrics = collected([
      sum('a', [point(1), point(2, hostile), point(3)]),
      sum('b', [point(4, hostile)]),
    ]);
    const runs = sliceRuns(metrics, Infinity).flat();
    const [batch] = metricsProtobuf.encode(runs, runs.length);
    assert.equal(batch?.count, 2);
    assert.deepEqual(
      metricsOf(metrics).map((metric) => textOf(metric[1]?.[0])),
      ['a'],
    );
    assert.match(said[0] ?? '', /data point of a could not be encoded/);
  });

  it('leave out a metric of a kind that does not exist', () => {
    const odd = { ...gauge('odd', [point(1)]), dataPointType: 9 } as unknown as MetricData;
    assert.equal(metricsOf(collected([odd, gauge('a', [point(1)])])).length, 1);
    assert.match(said[0] ?? '', /metric could not be encoded/);
  });

  it('never break a message by the counts of a foreign producer', () => {
    for (const count of [
      Number.NaN,
      -1,
      1.5,
      1e300,
      Number.POSITIVE_INFINITY,
      undefined as unknown as number,
    ]) {
      const value = {
        ...EXPONENTIAL_VALUE,
        count,
        zeroCount: count,
        positive: { offset: 0, bucketCounts: [count, 1] },
      };
      const [only] = messages(dataOf(exponentialHistogram('a', [point(value)]), 10)[1]);
      assert.equal(varints(messages(only?.[8])[0]?.[2]?.[0]).at(-1), 1n);
      const buckets = { boundaries: [1], counts: [count, 1] };
      const [classic] = messages(dataOf(histogram('a', [point({ buckets, count })]), 9)[1]);
      assert.equal(fixed(classic?.[6]?.[0])[1], 1n);
    }
  });

  it('carry any attributes and any number', () => {
    const attributes = fc.dictionary(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.maxSafeInteger(), fc.double({ noNaN: true })),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(attributes, fc.double()), { maxLength: 4 }), (given) => {
        const dataPoints = given.map(([each, value]) => point(value, each as Attributes));
        const [metric] = metricsOf(collected([gauge('a', dataPoints)]));
        const points = messages(messages(metric?.[5])[0]?.[1]);
        assert.deepEqual(
          points.map((each) => double(each[4]?.[0])),
          given.map(([, value]) => value),
        );
        assert.deepEqual(
          points.map((each) => Object.keys(attributesOf(each[7])).length),
          given.map(
            ([each]) => new Set(Object.keys(each).map((key) => key.replace(/\p{Cs}/gu, '\ufffd'))).size,
          ),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('runs of points', () => {
  const metrics = collected([
    sum('a', [point(1), point(2), point(3)]),
    sum('b', [point(4)]),
    sum('c', [point(5), point(6), point(7), point(8)]),
  ]);
  const valuesOf = (runs: readonly PointRun[]): number[] =>
    runs.flatMap(({ metric, from, to }) =>
      (metric.dataPoints as readonly DataPoint<number>[]).slice(from, to).map(({ value }) => value),
    );

  it('are slices of at most so many points, in order, with nothing twice', () => {
    assert.deepEqual(sliceRuns(metrics, 3).map(valuesOf), [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
    assert.deepEqual(sliceRuns(metrics, 8).map(valuesOf), [[1, 2, 3, 4, 5, 6, 7, 8]]);
    assert.deepEqual(sliceRuns(collected([]), 3), []);
  });

  it('are halved by points, down to one', () => {
    const [all] = sliceRuns(metrics, Infinity);
    const halves = halveRuns(all!, all!.length);
    assert.deepEqual(halves.map(valuesOf), [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    const [left, right] = halveRuns(halves[0], 2);
    assert.deepEqual(
      [valuesOf(left), valuesOf(right)],
      [
        [1, 2],
        [3, 4],
      ],
    );
    assert.deepEqual(halveRuns(sliceRuns(metrics, 2)[0]!, 1).map(valuesOf), [[1], [2]]);
    assert.equal(pointsOf(all!, all!.length), 8);
  });
});
