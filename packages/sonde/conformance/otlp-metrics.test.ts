/** Rows OTLPJ and OTLP of metrics: what a collection is on the wire, as protobuf and JSON, and what the exporter asks for. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Meter } from 'sonde';
import type { OTLPMetricExporterOptions } from 'sonde/otlp';
import type { ExportResult, MeterProviderOptions, MetricProducer } from 'sonde/sdk';
import { Receiver } from './receiver.ts';
import { api, otlp, sdk } from './subject.ts';

let receiver: Receiver;
before(async () => {
  receiver = await Receiver.start();
});
after(() => receiver.stop());
afterEach(() => {
  receiver.received.length = 0;
});

type Json = Record<string, unknown>;

interface JsonMetric {
  readonly name: string;
  readonly metadata?: unknown;
  readonly [kind: string]: unknown;
}

interface JsonRequest {
  readonly resourceMetrics: {
    resource: { attributes: { key: string; value: Json }[] };
    schemaUrl?: string;
    scopeMetrics: { scope: Json; schemaUrl?: string; metrics: JsonMetric[] }[];
  }[];
}

/** Collects once and sends it; what arrived. */
async function sent(
  measure: (meter: Meter) => void,
  options: OTLPMetricExporterOptions = {},
  of: Omit<MeterProviderOptions, 'readers'> & { readonly producers?: MetricProducer[] } = {},
): Promise<Buffer> {
  const { producers, ...provided } = of;
  const exporter = new otlp.OTLPMetricExporter({
    url: `${receiver.origin}/v1/metrics`,
    protocol: 'http/json',
    ...options,
  });
  const reader = new sdk.PeriodicExportingMetricReader({
    exporter: exporter as never,
    exportIntervalMillis: 3_600_000,
    exportTimeoutMillis: 10_000,
    ...(producers === undefined ? undefined : { metricProducers: producers }),
  } as never);
  const provider = new sdk.MeterProvider({ ...provided, readers: [reader] });
  measure(provider.getMeter('till', '1', { schemaUrl: 'https://scope/1' }));
  await provider.forceFlush();
  const { body } = receiver.received[0]!;
  await provider.shutdown();
  receiver.received.length = 0;
  return body;
}

async function request(...args: Parameters<typeof sent>): Promise<JsonRequest> {
  return JSON.parse(String(await sent(...args))) as JsonRequest;
}

/** The metric of this name, whatever scope it came under: the SDK may send some of its own. */
async function metric(name: string, ...args: Parameters<typeof sent>): Promise<JsonMetric> {
  const { resourceMetrics } = await request(...args);
  const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  const found = all.find((each) => each.name === name);
  assert.ok(found !== undefined, `no metric ${name} among ${all.map((each) => each.name)}`);
  return found;
}

const points = (of: JsonMetric, kind: string): Json[] => (of[kind] as { dataPoints: Json[] }).dataPoints;

/** A bridge whose one gauge has these points. */
function bridge(dataPoints: object[], descriptor: object = {}): MetricProducer {
  const usual = { name: 'bridged', description: '', unit: '', valueType: api.ValueType.DOUBLE };
  const made = {
    descriptor: { ...usual, ...descriptor },
    dataPointType: sdk.DataPointType.GAUGE,
    aggregationTemporality: 1,
    dataPoints,
  };
  return {
    collect: async () => ({
      resourceMetrics: {
        resource: sdk.resourceFromAttributes({}),
        scopeMetrics: [{ scope: { name: 'bridge' }, metrics: [made as never] }],
      },
      errors: [],
    }),
  };
}

const point = (value: unknown, over: object = {}) => ({
  startTime: [1_700_000_000, 123_456_789],
  endTime: [1_700_000_060, 987_654_321],
  attributes: {},
  value,
  ...over,
});

describe('a collection in JSON', () => {
  it('OTLPJ-02 has counts, buckets, integers and times as decimal strings', async () => {
    const counter = await metric('orders', (meter) =>
      meter.createCounter('orders', { valueType: api.ValueType.INT }).add(7),
    );
    const [order] = points(counter, 'sum');
    assert.equal(order?.['asInt'], '7');
    assert.match(String(order?.['timeUnixNano']), /^\d{19}$/);
    assert.equal(typeof order?.['startTimeUnixNano'], 'string');
    const time = await metric('time', (meter) =>
      meter.createHistogram('time', { advice: { explicitBucketBoundaries: [1, 10] } }).record(5),
    );
    const [only] = points(time, 'histogram');
    assert.deepEqual([only?.['count'], only?.['bucketCounts']], ['1', ['0', '1', '0']]);
    assert.deepEqual(only?.['explicitBounds'], [1, 10]);
  });

  it('OTLPJ-03 has NaN and the infinities as strings', async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const gauge = await metric(
      'bridged',
      () => {},
      {},
      { producers: [bridge(values.map((value) => point(value)))] },
    );
    assert.deepEqual(
      points(gauge, 'gauge').map(({ asDouble }) => asDouble),
      ['NaN', 'Infinity', '-Infinity'],
    );
  });

  it('OTLPJ-04 has integral numbers beyond int64 as doubles', async () => {
    const producers = [bridge([point(1e300), point(2 ** 62)], { valueType: api.ValueType.INT })];
    const gauge = await metric('bridged', () => {}, {}, { producers });
    assert.deepEqual(
      points(gauge, 'gauge').map(({ asInt, asDouble }) => asInt ?? asDouble),
      [1e300, '4611686018427387904'],
    );
  });

  it('OTLPJ-08 has integers of integer instruments, and doubles of the others', async () => {
    const measure = (meter: Meter): void => {
      meter.createCounter('int', { valueType: api.ValueType.INT }).add(3);
      meter.createCounter('double', { valueType: api.ValueType.DOUBLE }).add(3);
      meter.createCounter('usual').add(3);
    };
    const valuesOf = async (name: string) => points(await metric(name, measure), 'sum')[0];
    assert.equal(String((await valuesOf('int'))?.['asInt']), '3');
    assert.equal((await valuesOf('double'))?.['asDouble'], 3);
    assert.equal((await valuesOf('usual'))?.['asDouble'], 3);
  });

  it('OTLPJ-09 has exemplars with their span', async () => {
    const context = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    };
    const time = await metric(
      'time',
      (meter) =>
        meter
          .createHistogram('time')
          .record(5, { user: 'ada' }, api.trace.setSpanContext(api.ROOT_CONTEXT, context)),
      {},
      {
        views: [
          { instrumentName: 'time', attributesProcessors: [sdk.createAllowListAttributesProcessor([])] },
        ],
      },
    );
    const [exemplar] = (points(time, 'histogram')[0]?.['exemplars'] ?? []) as Json[];
    assert.equal(exemplar?.['traceId'], context.traceId);
    assert.equal(exemplar?.['spanId'], context.spanId);
    assert.equal(exemplar?.['asDouble'], 5);
    assert.deepEqual(exemplar?.['filteredAttributes'], [{ key: 'user', value: { stringValue: 'ada' } }]);
  });

  it('OTLPJ-09 has the zero threshold, the metadata of a metric and the flag of a point without a value', async () => {
    const aggregation = { type: sdk.AggregationType.EXPONENTIAL_HISTOGRAM, options: { zeroThreshold: 0.25 } };
    const time = await metric(
      'time',
      (meter) => meter.createHistogram('time').record(0.1),
      {},
      { views: [{ instrumentName: 'time', aggregation: aggregation as never }] },
    );
    const [only] = points(time, 'exponentialHistogram');
    assert.deepEqual([only?.['zeroThreshold'], only?.['zeroCount']], [0.25, '1']);
    const producers = [bridge([point(0, { flags: 1 })], { metadata: { 'prometheus.type': 'unknown' } })];
    const gauge = await metric('bridged', () => {}, {}, { producers });
    assert.deepEqual(gauge.metadata, [{ key: 'prometheus.type', value: { stringValue: 'unknown' } }]);
    assert.equal(points(gauge, 'gauge')[0]?.['flags'], 1);
  });

  it('OTLPJ-12 OTLPJ-14 OTLP-33 has each scope with its version, attributes and schema, once', async () => {
    const { resourceMetrics } = await request(
      (meter) => meter.createCounter('orders').add(1),
      {},
      {
        resource: sdk.resourceFromAttributes({ 'service.name': 'shop' }, { schemaUrl: 'https://resource/1' }),
      },
    );
    const [only] = resourceMetrics;
    assert.equal(resourceMetrics.length, 1);
    assert.equal(only?.schemaUrl, 'https://resource/1');
    assert.ok(
      only?.resource.attributes.some(
        ({ key, value }) => key === 'service.name' && value['stringValue'] === 'shop',
      ),
    );
    const till = only?.scopeMetrics.filter(({ scope }) => scope['name'] === 'till') ?? [];
    assert.deepEqual(
      till.map(({ scope, schemaUrl }) => [scope, schemaUrl]),
      [[{ name: 'till', version: '1' }, 'https://scope/1']],
    );
    const producer = bridge([point(1)]);
    const attributed: MetricProducer = {
      collect: async (options) => {
        const { resourceMetrics: given, errors } = await producer.collect(options);
        const scopeMetrics = given.scopeMetrics.map(({ metrics }) => ({
          scope: { name: 'bridge', attributes: { team: 'a' } },
          metrics,
        }));
        return { resourceMetrics: { ...given, scopeMetrics }, errors };
      },
    };
    const again = await request(() => {}, {}, { producers: [attributed] });
    const bridged = again.resourceMetrics[0]?.scopeMetrics.find(({ scope }) => scope['name'] === 'bridge');
    assert.deepEqual(bridged?.scope['attributes'], [{ key: 'team', value: { stringValue: 'a' } }]);
  });

  it('OTLPJ-15 has times exact to the nanosecond', async () => {
    const gauge = await metric('bridged', () => {}, {}, { producers: [bridge([point(1)])] });
    const [only] = points(gauge, 'gauge');
    assert.equal(only?.['startTimeUnixNano'], '1700000000123456789');
    assert.equal(only?.['timeUnixNano'], '1700000060987654321');
  });
});

describe('a collection in protobuf', () => {
  it('OTLPJ-08 OTLPJ-15 has as_int and as_double by instrument, and times exact to the nanosecond', async () => {
    const protocol = 'http/protobuf';
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE(1_700_000_060_987_654_321n);
    const double = Buffer.alloc(8);
    double.writeDoubleLE(3);
    const integer = Buffer.alloc(8);
    integer.writeBigInt64LE(3n);
    const doubles = await sent(() => {}, { protocol }, { producers: [bridge([point(3)])] });
    assert.ok(doubles.includes(Buffer.concat([Buffer.from([0x19]), time])), 'time_unix_nano');
    assert.ok(doubles.includes(Buffer.concat([Buffer.from([0x21]), double])), 'as_double');
    const producers = [bridge([point(3)], { valueType: api.ValueType.INT })];
    const integers = await sent(() => {}, { protocol }, { producers });
    assert.ok(integers.includes(Buffer.concat([Buffer.from([0x31]), integer])), 'as_int');
  });
});

describe('the exporter of metrics', () => {
  const exporter = (options: OTLPMetricExporterOptions = {}) => {
    const made = new otlp.OTLPMetricExporter({ url: receiver.url, ...options });
    after(() => made.shutdown());
    return made;
  };

  it('OTLP-34 asks for the temporality that is preferred', () => {
    const { DELTA, CUMULATIVE } = sdk.AggregationTemporality;
    const deltas = (options?: OTLPMetricExporterOptions) => {
      const made = exporter(options);
      const sums = [
        'COUNTER',
        'UP_DOWN_COUNTER',
        'HISTOGRAM',
        'OBSERVABLE_COUNTER',
        'OBSERVABLE_UP_DOWN_COUNTER',
      ] as const;
      const found = sums.filter(
        (type) => made.selectAggregationTemporality(sdk.InstrumentType[type]) === DELTA,
      );
      assert.ok(
        sums.every((type) => [DELTA, CUMULATIVE].includes(made.selectAggregationTemporality(type) as never)),
      );
      return found;
    };
    const { AggregationTemporalityPreference: preference } = otlp;
    assert.deepEqual(deltas(), []);
    assert.deepEqual(deltas({ temporalityPreference: preference.CUMULATIVE }), []);
    assert.deepEqual(deltas({ temporalityPreference: preference.DELTA }), [
      'COUNTER',
      'HISTOGRAM',
      'OBSERVABLE_COUNTER',
    ]);
    assert.deepEqual(deltas({ temporalityPreference: preference.LOWMEMORY }), ['COUNTER', 'HISTOGRAM']);
  });

  it('OTLP-34 asks for the aggregation that is preferred', async () => {
    const aggregationPreference = () => ({ type: sdk.AggregationType.DROP });
    assert.equal(
      exporter({ aggregationPreference }).selectAggregation('HISTOGRAM').type,
      sdk.AggregationType.DROP,
    );
    assert.equal(exporter().selectAggregation('HISTOGRAM').type, sdk.AggregationType.DEFAULT);
  });

  it('OTLP-34 sends differences where those are preferred', async () => {
    const { DELTA } = otlp.AggregationTemporalityPreference;
    const measure = (meter: Meter): void => meter.createCounter('orders').add(1);
    const cumulative = await metric('orders', measure);
    assert.equal((cumulative['sum'] as Json)['aggregationTemporality'], 2);
    const delta = await metric('orders', measure, { temporalityPreference: DELTA });
    assert.equal((delta['sum'] as Json)['aggregationTemporality'], 1);
  });

  it('MREAD-09 an exporter answers with an error for what it does not support, and sends the rest', async () => {
    const CUMULATIVE = sdk.AggregationTemporality.CUMULATIVE;
    const metricOf = (name: string, kind: object): object => ({
      descriptor: { name, description: '', unit: '', valueType: api.ValueType.INT },
      dataPoints: [{ startTime: [1, 0], endTime: [2, 0], attributes: {}, value: 1 }],
      aggregationTemporality: CUMULATIVE,
      dataPointType: sdk.DataPointType.SUM,
      isMonotonic: true,
      ...kind,
    });
    const exported = async (protocol: 'http/json' | 'http/protobuf', kind: object) => {
      const made = new otlp.OTLPMetricExporter({ url: `${receiver.origin}/v1/metrics`, protocol });
      const metrics = [metricOf('sound', {}), metricOf('odd', kind)] as never[];
      const resource = sdk.resourceFromAttributes({});
      const scopeMetrics = [{ scope: { name: 'bridge' }, metrics }];
      const result = await new Promise<ExportResult>((resolve) =>
        made.export({ resource, scopeMetrics } as never, resolve),
      );
      const text = receiver.received.map(({ body }) => body.toString('latin1')).join();
      receiver.received.length = 0;
      await made.shutdown();
      return { result, isSound: text.includes('sound'), isOdd: text.includes('odd') };
    };
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      for (const kind of [
        { dataPointType: 4 },
        { dataPointType: -1 },
        { aggregationTemporality: 2 },
        { aggregationTemporality: undefined },
      ]) {
        const { result, isSound, isOdd } = await exported(protocol, kind);
        assert.deepEqual([result.code, isSound, isOdd], [1, true, false], JSON.stringify([protocol, kind]));
        assert.ok(result.error instanceof Error);
      }
      const { result, isOdd } = await exported(protocol, { dataPointType: 2, aggregationTemporality: 2 });
      assert.deepEqual([result.code, isOdd], [0, true], 'the temporality of a gauge means nothing');
    }
  });
});
