import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
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
import type { MetricData, ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import { metricsJson } from './encode-json.ts';
import { sliceRuns } from './point-run.ts';

type Json = Record<string, unknown>;

function textOf(metrics: ResourceMetrics): string {
  const runs = sliceRuns(metrics, Infinity).flat();
  const [batch] = metricsJson.encode(runs, runs.length);
  return batch === undefined ? '' : Buffer.concat(metricsJson.complete(batch)).toString();
}

interface Message {
  readonly resourceMetrics: {
    resource: Json;
    scopeMetrics: { scope: Json; metrics: Json[]; schemaUrl?: string }[];
  }[];
}

const parsed = (metrics: ResourceMetrics): Message => JSON.parse(textOf(metrics)) as Message;

function only(metric: MetricData): Json {
  return parsed(collected([metric])).resourceMetrics[0]!.scopeMetrics[0]!.metrics[0]!;
}

const TIMES = { startTimeUnixNano: '1700000000000000005', timeUnixNano: '1700000060000000007' };

describe('metrics in JSON', () => {
  it('are sums and gauges with 64-bit integers as strings', () => {
    const [requests, queue, temperature] = parsed(everyKind()).resourceMetrics[0]!.scopeMetrics[0]!.metrics;
    assert.deepEqual(requests, {
      name: 'requests',
      description: 'Requests',
      unit: '{request}',
      sum: {
        dataPoints: [
          { attributes: [{ key: 'method', value: { stringValue: 'GET' } }], ...TIMES, asInt: '7' },
        ],
        aggregationTemporality: 2,
        isMonotonic: true,
      },
    });
    assert.deepEqual(queue?.['sum'], {
      dataPoints: [{ attributes: [], ...TIMES, asDouble: -2.5 }],
      aggregationTemporality: 2,
      isMonotonic: false,
    });
    assert.deepEqual(Object.keys(temperature ?? {}), ['name', 'unit', 'gauge']);
  });

  it('are histograms of both kinds', () => {
    assert.deepEqual(only(histogram('a', [point(HISTOGRAM_VALUE)], { temporality: 0 }))['histogram'], {
      dataPoints: [
        {
          attributes: [],
          ...TIMES,
          count: '4',
          sum: 722,
          min: 3,
          max: 700,
          bucketCounts: ['1', '1', '1', '1'],
          explicitBounds: [5, 10, 100],
        },
      ],
      aggregationTemporality: 1,
    });
    assert.deepEqual(only(exponentialHistogram('a', [point(EXPONENTIAL_VALUE)]))['exponentialHistogram'], {
      dataPoints: [
        {
          attributes: [],
          ...TIMES,
          count: '7',
          sum: 8.5,
          min: -1.5,
          max: 7,
          scale: 0,
          zeroCount: '3',
          zeroThreshold: 0.25,
          positive: { offset: 0, bucketCounts: ['2', '0', '1'] },
          negative: { offset: 0, bucketCounts: ['1'] },
        },
      ],
      aggregationTemporality: 2,
    });
  });

  it('write NaN and the infinities as strings, and large integers digit by digit', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 62, 1e300];
    const metric = only(
      gauge(
        'a',
        values.map((value) => point(value)),
        { valueType: 0 },
      ),
    );
    const { dataPoints } = metric['gauge'] as { dataPoints: Json[] };
    assert.deepEqual(
      dataPoints.map(({ asInt, asDouble }) => asInt ?? asDouble),
      ['NaN', 'Infinity', '-Infinity', '4611686018427387904', 1e300],
    );
  });

  it('carry exemplars, flags and metadata', () => {
    const exemplar = {
      value: 2.5,
      timestamp: [1_700_000_030, 9] as [number, number],
      filteredAttributes: { user: 'ada' },
      traceId: '0AF7651916CD43DD8448EB211C80319C',
      spanId: 'b7ad6b7169203331',
    };
    const invalid = { ...exemplar, traceId: 'no', filteredAttributes: {} };
    const metric = only(
      gauge('a', [point(1, {}, { exemplars: [exemplar, invalid], flags: 1 })], {
        metadata: { 'prometheus.type': 'info' },
      }),
    );
    const [first] = (metric['gauge'] as { dataPoints: Json[] }).dataPoints;
    assert.equal(first?.['flags'], 1);
    assert.deepEqual(metric['metadata'], [{ key: 'prometheus.type', value: { stringValue: 'info' } }]);
    const user = [{ key: 'user', value: { stringValue: 'ada' } }];
    assert.deepEqual(first?.['exemplars'], [
      {
        filteredAttributes: user,
        timeUnixNano: '1700000030000000009',
        asDouble: 2.5,
        spanId: 'b7ad6b7169203331',
        traceId: '0af7651916cd43dd8448eb211c80319c',
      },
      { filteredAttributes: [], timeUnixNano: '1700000030000000009', asDouble: 2.5 },
    ]);
  });

  it('leave out a point that cannot be written, and a metric of which nothing is left', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('hostile');
        },
      },
    );
    const metrics = collected([sum('a', [point(1), point(2, hostile)]), sum('b', [point(3, hostile)])]);
    const runs = sliceRuns(metrics, Infinity).flat();
    assert.equal(metricsJson.encode(runs, runs.length)[0]?.count, 1);
    const [scope] = parsed(metrics).resourceMetrics[0]!.scopeMetrics;
    assert.deepEqual(
      scope?.metrics.map(({ name }) => name),
      ['a'],
    );
  });

  it('are JSON for any names, numbers and attributes', () => {
    const value = fc.record({
      name: fc.string({ unit: 'binary' }),
      unit: fc.string({ unit: 'binary' }),
      attributes: fc.dictionary(fc.string({ unit: 'binary' }), fc.anything(), { noNullPrototype: true }),
      number: fc.double(),
      counts: fc.array(fc.oneof(fc.double(), fc.nat())),
    });
    fc.assert(
      fc.property(value, ({ name, unit, attributes, number, counts }) => {
        const histogramValue = {
          buckets: { boundaries: [1], counts },
          count: number,
          sum: number,
          min: number,
        };
        const text = textOf(
          collected([
            gauge(name, [point(number, attributes as never)], { unit, valueType: 0 }),
            histogram(name, [point(histogramValue)]),
          ]),
        );
        JSON.parse(text);
      }),
      { numRuns: 1000 },
    );
  });
});
