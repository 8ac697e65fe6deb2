/** A collection with every kind of point, in the form that any metric exporter takes, for the receivers of several suites. */

const START = [1_700_000_000, 123_456_789];
const END = [1_700_000_060, 987_654_321];
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const SPAN_ID = 'b7ad6b7169203331';

const point = (value, attributes, over) => ({ startTime: START, endTime: END, attributes, value, ...over });

const exemplar = {
  value: 7,
  timestamp: [1_700_000_030, 9],
  filteredAttributes: { 'user.name': 'ada' },
  traceId: TRACE_ID,
  spanId: SPAN_ID,
};

function metric(
  name,
  dataPointType,
  dataPoints,
  { unit = '', description = '', valueType = 1, ...over } = {},
) {
  const descriptor = { name, unit, description, valueType };
  return { descriptor, dataPointType, aggregationTemporality: 1, dataPoints, ...over };
}

/** Sums and gauges alone: what Rotel takes as JSON. */
export function numberMetrics() {
  return [
    metric(
      'requests.total',
      3,
      [point(12, { method: 'GET' }, { exemplars: [exemplar] }), point(2 ** 53, {})],
      {
        unit: '{request}',
        description: 'Requests, grüße 🚀',
        valueType: 0,
        isMonotonic: true,
      },
    ),
    metric('queue.depth', 3, [point(-2.5, {})], { isMonotonic: false, aggregationTemporality: 0 }),
    metric('temperature', 2, [point(21.5, { room: 'kitchen' })], { unit: 'Cel' }),
  ];
}

/** All kinds, with the numbers that JSON has no word for. */
export function everyMetric() {
  return [
    ...numberMetrics(),
    metric(
      'odd',
      2,
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324].map((v, i) => point(v, { i })),
    ),
    metric('request.duration', 0, [
      point(
        { buckets: { boundaries: [5, 10, 100], counts: [1, 1, 1, 1] }, count: 4, sum: 722, min: 3, max: 700 },
        { route: '/' },
        { exemplars: [exemplar] },
      ),
      point({ buckets: { boundaries: [], counts: [0] }, count: 0 }, { route: '/none' }),
    ]),
    metric('request.size', 1, [
      point(
        {
          count: 7,
          sum: 8.5,
          scale: -1,
          zeroCount: 3,
          zeroThreshold: 0.25,
          positive: { offset: -3, bucketCounts: [2, 0, 1] },
          negative: { offset: 2, bucketCounts: [1] },
          min: -1.5,
          max: 7,
        },
        {},
        { exemplars: [exemplar] },
      ),
    ]),
    metric('ended', 2, [point(0, {}, { flags: 1 })]),
  ];
}

/** As one collection of the subject's resource and a scope with everything a scope can have. */
export function sampleMetrics({ resources }, metrics = everyMetric()) {
  const scope = {
    name: 'interop',
    version: '1.2.3',
    schemaUrl: 'https://scope/1',
    attributes: { 'scope.kind': 'sample' },
  };
  const resource = resources.resourceFromAttributes({
    'service.name': 'interop-svc',
    'service.version': '4.5.6',
  });
  return { resource, scopeMetrics: [{ scope, metrics }] };
}

/** Exports, and resolves with the result. */
export const exported = (exporter, metrics) => new Promise((resolve) => exporter.export(metrics, resolve));
