/** Rows PROM: what a scraper gets, over HTTP, from a MeterProvider with a PrometheusExporter. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, Server as TcpServer } from 'node:net';
import { afterEach, describe, it, mock } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Meter } from 'sonde';
import type { PrometheusExporterOptions } from 'sonde/prometheus';
import type { MeterProviderOptions, MetricProducer } from 'sonde/sdk';
import { api, prometheus, sdk } from './subject.ts';

const cleanUps: (() => unknown)[] = [];
const said: string[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  said.length = 0;
  mock.restoreAll();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

function get(port: number, headers: Record<string, string> = {}, host = '127.0.0.1'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path: '/metrics', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const raw = Buffer.concat(chunks);
        const bytes = response.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
        resolve({ status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** What a scraper sees after `measure` has run. */
class Target {
  readonly exporter: InstanceType<typeof prometheus.PrometheusExporter>;
  readonly provider: InstanceType<typeof sdk.MeterProvider>;
  readonly #server: Server;

  constructor(options: PrometheusExporterOptions = {}, of: Omit<MeterProviderOptions, 'readers'> = {}) {
    this.exporter = new prometheus.PrometheusExporter({
      preventServerStart: true,
      withoutScopeInfo: true,
      withoutTargetInfo: true,
      ...options,
    });
    this.provider = new sdk.MeterProvider({ ...of, readers: [this.exporter as never] });
    this.#server = createServer((incoming, response) => {
      this.exporter.getMetricsRequestHandler(incoming, response);
    }).listen(0, '127.0.0.1');
    cleanUps.push(async () => {
      this.#server.closeAllConnections();
      this.#server.close();
      await this.provider.shutdown().catch(() => {});
    });
  }

  async scrape(accept?: string, headers: Record<string, string> = {}): Promise<Answer> {
    if (!this.#server.listening) await new Promise((resolve) => this.#server.once('listening', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return get(port, { ...headers, ...(accept === undefined ? undefined : { accept }) });
  }

  /** The lines but those of the SDK's own metrics, and but help that says that there is none. */
  async lines(accept?: string): Promise<string[]> {
    const { text } = await this.scrape(accept);
    const left = /^$|otel[._]sdk[._]|description missing$/;
    return text.split('\n').filter((line) => !left.test(line));
  }
}

function target(
  measure: (meter: Meter) => void,
  options: PrometheusExporterOptions = {},
  of: Omit<MeterProviderOptions, 'readers'> = {},
): Target {
  const made = new Target(options, of);
  measure(made.provider.getMeter('till', '1'));
  return made;
}

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0';
const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

/** A bridge that gives this metric. */
function bridge(metric: object): MetricProducer {
  return {
    collect: async () => ({
      resourceMetrics: {
        resource: sdk.resourceFromAttributes({}),
        scopeMetrics: [{ scope: { name: 'bridge' }, metrics: [metric as never] }],
      },
      errors: [],
    }),
  };
}

const point = (value: unknown, attributes: object = {}) => ({
  startTime: [1_700_000_000, 0],
  endTime: [1_700_000_060, 0],
  attributes,
  value,
});

function bridged(kind: object, value: unknown, metadata?: object): object {
  const descriptor = { name: 'b', description: '', unit: '', valueType: api.ValueType.DOUBLE, metadata };
  return { descriptor, aggregationTemporality: 1, dataPoints: [point(value)], ...kind };
}

const sum = (over: object = {}) => ({ dataPointType: sdk.DataPointType.SUM, isMonotonic: true, ...over });

describe('the exporter', () => {
  it('MREAD-09 says of metrics that a scrape cannot have what is wrong with them, and serves the rest', async () => {
    sdk.setGlobalErrorHandler?.((error) => said.push(error.message));
    cleanUps.push(() => sdk.setGlobalErrorHandler?.(undefined));
    const falling = { isMonotonic: false, aggregationTemporality: sdk.AggregationTemporality.DELTA };
    const odd = (name: string, kind: object) =>
      bridge({ ...bridged(sum(kind), 5), descriptor: { name, description: '', unit: '', valueType: 1 } });
    const metricProducers = [
      odd('falling', falling),
      odd('timeless', { aggregationTemporality: 5 }),
      odd('kindless', { dataPointType: 6 }),
      bridge(bridged(sum(), 5)),
    ];
    const made = target(() => {}, { metricProducers });
    assert.deepEqual(await made.lines(), ['# TYPE b_total counter', 'b_total 5']);
    assert.match(said.join('\n'), /"falling" is left out: .*DELTA/);
    assert.match(said.join('\n'), /"timeless" is left out: .*aggregationTemporality 5; allowed are DELTA/);
    assert.match(said.join('\n'), /"kindless" is left out: .*dataPointType 6; allowed are HISTOGRAM/);
  });

  it('PROM-01 collects when it is scraped, and cumulative only', async () => {
    const made = target(() => {});
    const counter = made.provider.getMeter('till').createCounter('orders');
    counter.add(10);
    assert.deepEqual(await made.lines(), ['# TYPE orders_total counter', 'orders_total 10']);
    counter.add(20);
    assert.deepEqual(await made.lines(), ['# TYPE orders_total counter', 'orders_total 30']);
    for (const type of Object.values(sdk.InstrumentType)) {
      assert.equal(made.exporter.selectAggregationTemporality(type), sdk.AggregationTemporality.CUMULATIVE);
    }
  });

  it('PROM-02 listens on localhost, port 9464', async () => {
    // The port is a fixed one, which another program may hold: it is looked at, and a free one taken.
    const asked: { host?: string; port?: number }[] = [];
    const original = TcpServer.prototype.listen as (...args: unknown[]) => unknown;
    mock.method(TcpServer.prototype, 'listen', function (this: TcpServer, ...args: unknown[]) {
      const [where, ...rest] = args;
      asked.push(where as object);
      return original.call(this, { ...(where as object), port: 0 }, ...rest);
    });
    const exporter = new prometheus.PrometheusExporter();
    cleanUps.push(() => exporter.shutdown());
    await exporter.startServer();
    assert.equal(asked[0]?.port, 9464);
    assert.match(String(asked[0]?.host), /^(localhost|127\.0\.0\.1|::1)$/);
  });

  it('PROM-13 aggregates by what it is told', async () => {
    const aggregationSelector = () => ({ type: sdk.AggregationType.DROP }) as const;
    const made = target((meter) => meter.createHistogram('time').record(1), { aggregationSelector });
    assert.deepEqual(await made.lines(), []);
    const usual = target((meter) => meter.createHistogram('time').record(1));
    assert.match((await usual.lines()).join(), /time_bucket/);
  });

  it('PROM-28 adds differences of rising sums and of histograms up', async () => {
    const delta = { aggregationTemporality: sdk.AggregationTemporality.DELTA };
    const made = target(() => {}, { metricProducers: [bridge(bridged(sum(delta), 5))] });
    await made.lines();
    assert.deepEqual(await made.lines(), ['# TYPE b_total counter', 'b_total 10']);
    const histogram = { dataPointType: sdk.DataPointType.HISTOGRAM, ...delta };
    const value = { buckets: { boundaries: [1], counts: [1, 2] }, count: 3, sum: 9 };
    const times = target(() => {}, { metricProducers: [bridge(bridged(histogram, value))] });
    await times.lines();
    assert.deepEqual((await times.lines()).slice(1), [
      'b_bucket{le="1"} 2',
      'b_bucket{le="+Inf"} 6',
      'b_sum 18',
      'b_count 6',
    ]);
  });

  it('PROM-28 leaves differences out that add up to nothing', async () => {
    const falling = { isMonotonic: false, aggregationTemporality: sdk.AggregationTemporality.DELTA };
    const made = target(() => {}, { metricProducers: [bridge(bridged(sum(falling), 5))] });
    assert.deepEqual(await made.lines(), []);
  });
});

describe('the format', () => {
  const counted = () => target((meter) => meter.createCounter('orders', { unit: '{order}' }).add(1));

  it('PROM-03 PROM-05 is text 0.0.4 with underscores where nothing else is asked for', async () => {
    const { headers, text } = await counted().scrape();
    assert.match(headers['content-type'] ?? '', /^text\/plain; ?version=0\.0\.4/);
    assert.match(text, /^# TYPE orders_total counter\norders_total 1$/m);
    const dotted = target((meter) => meter.createCounter('my.orders').add(1, { 'a.b': 1 }));
    assert.deepEqual(await dotted.lines(), ['# TYPE my_orders_total counter', 'my_orders_total{a_b="1"} 1']);
  });

  it('PROM-04 is the one of highest quality, the first of several, text where none can be had', async () => {
    const made = counted();
    const typeFor = async (accept: string) => (await made.scrape(accept)).headers['content-type'] ?? '';
    assert.match(
      await typeFor(`${OPENMETRICS};q=0.5,text/plain;version=0.0.4;q=0.4`),
      /^application\/openmetrics-text/,
    );
    assert.match(await typeFor(`${OPENMETRICS};q=0.4,text/plain;version=0.0.4;q=0.5`), /^text\/plain/);
    assert.match(await typeFor(`text/plain;version=0.0.4,${OPENMETRICS}`), /^text\/plain/);
    assert.match(
      await typeFor(`${PROTOBUF},${OPENMETRICS};q=0.8,*/*;q=0.1`),
      /^application\/vnd\.google\.protobuf/,
    );
    assert.match(await typeFor('application/openmetrics-text;version=0.0.1'), /version=0\.0\.1/);
    assert.match(await typeFor('text/plain;version=1.0.0'), /^text\/plain; ?version=1\.0\.0/);
    assert.match(await typeFor('image/png'), /^text\/plain; ?version=0\.0\.4/);
    assert.match(await typeFor(`${OPENMETRICS};q=0`), /^text\/plain/);
  });

  it('PROM-06 is OpenMetrics 1.0: an end, times of creation, units, exemplars', async () => {
    const made = target(() => {});
    const counter = made.provider.getMeter('till').createCounter('sent', { unit: 'By', description: 'Sent' });
    const context = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    };
    counter.add(7, {}, api.trace.setSpanContext(api.ROOT_CONTEXT, context));
    const lines = await made.lines(OPENMETRICS);
    assert.deepEqual(lines.slice(0, 3), [
      '# HELP sent_bytes Sent',
      '# TYPE sent_bytes counter',
      '# UNIT sent_bytes bytes',
    ]);
    assert.match(
      lines[3] ?? '',
      /^sent_bytes_total 7 # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} 7 \d+(\.\d+)?$/,
    );
    assert.match(lines[4] ?? '', /^sent_bytes_created \d{10}(\.\d+)?$/);
    assert.equal(lines.at(-1), '# EOF');
  });

  it('PROM-07 escapes names as the scraper asks, after the strategy', async () => {
    const measure = (meter: Meter) => meter.createCounter('my.orders').add(1, { 'a.b': 1 });
    const plain = target(measure, { translationStrategy: 'NoUTF8EscapingWithSuffixes' });
    const seriesFor = async (made: Target, scheme: string) =>
      (await made.lines(`text/plain;version=1.0.0;escaping=${scheme}`))[1];
    assert.equal(await seriesFor(plain, 'allow-utf-8'), '{"my.orders_total","a.b"="1"} 1');
    assert.equal(await seriesFor(plain, 'underscores'), 'my_orders_total{a_b="1"} 1');
    assert.equal(await seriesFor(plain, 'dots'), 'my_dot_orders_total{a_dot_b="1"} 1');
    assert.equal(await seriesFor(plain, 'values'), 'U__my_2e_orders_total{U__a_2e_b="1"} 1');
    assert.equal(await seriesFor(target(measure), 'allow-utf-8'), 'my_orders_total{a_b="1"} 1');
    const { headers } = await plain.scrape('text/plain;version=1.0.0;escaping=values');
    assert.match(headers['content-type'] ?? '', /escaping=values/);
  });

  it('PROM-08 is compressed where the scraper takes gzip', async () => {
    const made = counted();
    const packed = await made.scrape(undefined, { 'accept-encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.match(packed.text, /^orders_total 1$/m);
    assert.equal((await made.scrape()).headers['content-encoding'], undefined);
    assert.equal(
      (await made.scrape(undefined, { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'],
      undefined,
    );
  });

  it('PROM-14 has no timestamps', async () => {
    for (const line of await counted().lines()) assert.match(line, /^#|^\S+ 1$/);
    const [, , sample] = await counted()
      .lines(OPENMETRICS)
      .then((lines) => ['', ...lines]);
    assert.match(sample ?? '', /^orders_total 1$/);
  });

  it('PROM-32 is neither remote write nor the protobuf form of OpenMetrics', async () => {
    const made = counted();
    for (const accept of [
      'application/openmetrics-protobuf;version=1.0.0',
      'application/x-protobuf',
      'application/x-protobuf;proto=io.prometheus.write.v2.Request',
    ]) {
      assert.match((await made.scrape(accept)).headers['content-type'] ?? '', /^text\/plain/);
    }
  });

  it('PROM-33 is empty where there is nothing, with no comments about it', async () => {
    const made = new Target({}, { resource: sdk.resourceFromAttributes({}) });
    assert.deepEqual(await made.lines(), []);
    assert.deepEqual(await made.lines(OPENMETRICS), ['# EOF']);
  });
});

describe('names of metrics', () => {
  const nameOf = async (measure: (meter: Meter) => void, options: PrometheusExporterOptions = {}) =>
    /# TYPE (\S+) /.exec((await target(measure, options).lines())[0] ?? '')?.[1];
  const gauge =
    (name: string, unit = '') =>
    (meter: Meter) =>
      meter.createGauge(name, { unit }).record(1);
  const counter =
    (name: string, unit = '') =>
    (meter: Meter) =>
      meter.createCounter(name, { unit }).add(1);

  it('PROM-09 follow the translation strategy', async () => {
    const utf8 = 'text/plain;version=1.0.0;escaping=allow-utf-8';
    const typed = async (translationStrategy: PrometheusExporterOptions['translationStrategy']) =>
      (await target(counter('my.sent', 'By'), { translationStrategy }).lines(utf8))[0];
    assert.equal(await typed('UnderscoreEscapingWithSuffixes'), '# TYPE my_sent_bytes_total counter');
    assert.equal(await typed('UnderscoreEscapingWithoutSuffixes'), '# TYPE my_sent counter');
    assert.equal(await typed('NoUTF8EscapingWithSuffixes'), '# TYPE "my.sent_bytes_total" counter');
    assert.equal(await typed('NoTranslation'), '# TYPE "my.sent" counter');
  });

  it('PROM-18 have no discouraged characters, no runs of underscores, and may have colons', async () => {
    // The API takes letters, digits, `_`, `.`, `-` and `/`; a bridge may have named a metric anything.
    assert.equal(await nameOf(gauge('a.b-c/d')), 'a_b_c_d');
    assert.equal(await nameOf(gauge('a..b_-c')), 'a_b_c');
    const odd = { ...bridged({ dataPointType: sdk.DataPointType.GAUGE }, 1) } as { descriptor: object };
    odd.descriptor = { ...odd.descriptor, name: 'job:rate é' };
    assert.equal(await nameOf(() => {}, { metricProducers: [bridge(odd)] }), 'job:rate_');
  });

  it('PROM-19 end in their unit as a word, once', async () => {
    assert.equal(await nameOf(gauge('a', 's')), 'a_seconds');
    assert.equal(await nameOf(gauge('a', 'By')), 'a_bytes');
    assert.equal(await nameOf(gauge('a', 'm/s')), 'a_meters_per_second');
    assert.equal(await nameOf(gauge('a', '{packet}')), 'a');
    assert.equal(await nameOf(gauge('a', '{packet}/s')), 'a_per_second');
    assert.equal(await nameOf(gauge('a_seconds', 's')), 'a_seconds');
    assert.equal(await nameOf(gauge('a', '1')), 'a_ratio');
    assert.equal(await nameOf(counter('a', 'ms')), 'a_milliseconds_total');
  });

  it('PROM-20 end in _total where sums only rise, once', async () => {
    assert.equal(await nameOf(counter('a')), 'a_total');
    assert.equal(await nameOf(counter('a_total')), 'a_total');
    assert.equal(
      await nameOf((meter) => meter.createObservableCounter('a').addCallback((result) => result.observe(1))),
      'a_total',
    );
    assert.equal(await nameOf((meter) => meter.createUpDownCounter('a').add(1)), 'a');
  });

  it('PROM-21 do not end in _total where that is switched off', async () => {
    assert.equal(
      await nameOf(counter('a'), { translationStrategy: 'UnderscoreEscapingWithoutSuffixes' }),
      'a',
    );
  });
});

describe('resource and scope', () => {
  const resource = () => sdk.resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'h', n: [1, 2] });
  const measured = (options: PrometheusExporterOptions) => {
    const made = new Target(options, { resource: resource() });
    made.provider.getMeter('till', '1').createCounter('orders').add(1);
    return made;
  };

  it('PROM-10 PROM-22 scope labels are on every point, unless they are switched off', async () => {
    const [, labelled] = await measured({ withoutScopeInfo: false }).lines();
    assert.equal(labelled, 'orders_total{otel_scope_name="till",otel_scope_version="1"} 1');
    const [, bare] = await measured({ withoutScopeInfo: true }).lines();
    assert.equal(bare, 'orders_total 1');
    const made = new Target({ withoutScopeInfo: false });
    made.provider.getMeter('a', '2', { schemaUrl: 'https://s' }).createHistogram('h').record(1);
    const lines = (await made.lines()).filter((line) => !line.startsWith('#'));
    assert.ok(lines.length > 2);
    const labels = ['otel_scope_name="a"', 'otel_scope_version="2"', 'otel_scope_schema_url="https://s"'];
    for (const line of lines)
      for (const label of labels) assert.ok(line.includes(label), `${label} in ${line}`);
  });

  it('PROM-23 scope attributes are labels, but those that a scope has anyway', async () => {
    const made = new Target({ withoutScopeInfo: false });
    const attributes = { 'team.name': 'x', name: 'hidden', version: 'hidden', schema_url: 'hidden' };
    made.provider
      .getMeter('a', '2', { attributes } as never)
      .createGauge('g')
      .record(1);
    assert.equal(
      (await made.lines())[1],
      'g{otel_scope_name="a",otel_scope_version="2",otel_scope_team_name="x"} 1',
    );
  });

  it('PROM-11 PROM-15 PROM-16 the resource is one target_info, a gauge of 1, unless it is empty or switched off', async () => {
    const made = measured({ withoutTargetInfo: false });
    made.provider.getMeter('other').createCounter('more').add(1);
    const text = (await made.scrape()).text;
    assert.equal(text.match(/^target_info\{/gm)?.length, 1);
    assert.match(text, /^# TYPE target_info gauge\ntarget_info\{.*\} 1$/m);
    assert.match(text, /^target_info\{[^}]*service_name="shop"/m);
    assert.match(text, /^target_info\{[^}]*host_name="h"/m);
    assert.match(text, /^target_info\{[^}]*n="\[1,2\]"/m);
    assert.match((await made.scrape(OPENMETRICS)).text, /^# TYPE target info\ntarget_info\{/m);
    assert.doesNotMatch((await measured({ withoutTargetInfo: true }).scrape()).text, /target_info/);
  });

  it('PROM-15 an empty resource has no target_info', async () => {
    // Providers complete a resource by the SDK's own attributes, so the empty one is that of a bridge's collection.
    const exporter = new prometheus.PrometheusExporter({ preventServerStart: true });
    cleanUps.push(() => exporter.shutdown());
    exporter.setMetricProducer(bridge(bridged(sum(), 1)) as never);
    const server = createServer((incoming, response) =>
      exporter.getMetricsRequestHandler(incoming, response),
    );
    cleanUps.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { text } = await get((server.address() as AddressInfo).port, { connection: 'close' });
    assert.match(text, /^b_total/m);
    assert.doesNotMatch(text, /target_info/);
  });

  it('PROM-12 attributes of the resource become labels where that is asked for, and stay in target_info', async () => {
    const made = measured({ withResourceConstantLabels: /^service\./, withoutTargetInfo: false });
    const { text } = await made.scrape();
    assert.match(text, /^orders_total\{service_name="shop"\} 1$/m);
    assert.match(text, /^target_info\{[^}]*service_name="shop"/m);
    const patterns = measured({
      withResourceConstantLabels: { included: ['*.name'], excluded: ['host.*', 'telemetry.*'] },
    });
    assert.equal((await patterns.lines())[1], 'orders_total{service_name="shop"} 1');
    assert.equal((await measured({}).lines())[1], 'orders_total 1');
  });
});

describe('conflicts', () => {
  it('PROM-17 of types drop the later metric whole, with a warning; no comment comes twice', async () => {
    sdk.setGlobalErrorHandler?.((error) => said.push(error.message));
    const made = target(() => {});
    const meter = made.provider.getMeter('one');
    meter.createGauge('a.b', { description: 'x' }).record(1);
    made.provider.getMeter('two').createHistogram('a_b').record(1);
    made.provider.getMeter('three').createGauge('a-b', { description: 'y' }).record(2, { k: 1 });
    const lines = await made.lines();
    sdk.setGlobalErrorHandler?.(undefined);
    assert.deepEqual(lines, ['# HELP a_b x', '# TYPE a_b gauge', 'a_b 1', 'a_b{k="1"} 2']);
    assert.match(said.join('\n'), /a_b.*left out/);
  });
});

describe('labels', () => {
  const labels = async (attributes: object) =>
    /\{(.*)\}/.exec(
      (await target((meter) => meter.createGauge('g').record(1, attributes as never)).lines())[1] ?? '',
    )?.[1];

  it('PROM-24 of keys that become one are joined by `;` in the order of the keys', async () => {
    assert.equal(await labels({ 'a.b': '2', a_b: '3', 'a-b': '1' }), 'a_b="1;2;3"');
  });

  it('PROM-25 of values that are no strings follow the rules for AnyValue', async () => {
    assert.equal(
      await labels({ a: true, b: 1.5, c: [1, Number.NaN], d: ['x', null] }),
      'a="true",b="1.5",c="[1,\\"NaN\\"]",d="[\\"x\\",null]"',
    );
  });
});

describe('points', () => {
  it('PROM-26 of sums, gauges and histograms are counters, gauges and histograms', async () => {
    const made = target((meter) => {
      meter.createCounter('c').add(1);
      meter.createUpDownCounter('u').add(-1);
      meter.createGauge('g').record(2);
      meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 10] } }).record(5);
    });
    assert.deepEqual(
      new Set(await made.lines()),
      new Set([
        '# TYPE c_total counter',
        'c_total 1',
        '# TYPE u gauge',
        'u -1',
        '# TYPE g gauge',
        'g 2',
        '# TYPE h histogram',
        'h_bucket{le="1"} 0',
        'h_bucket{le="10"} 1',
        'h_bucket{le="+Inf"} 1',
        'h_sum 5',
        'h_count 1',
      ]),
    );
  });

  it('PROM-27 take their type from prometheus.type, where a bridge knows it', async () => {
    const typed = async (kind: object, type: string) =>
      (
        await target(() => {}, {
          metricProducers: [bridge(bridged(kind, 1, { 'prometheus.type': type }))],
        }).lines(OPENMETRICS)
      ).slice(0, 2);
    assert.deepEqual(await typed({ dataPointType: sdk.DataPointType.GAUGE }, 'unknown'), [
      '# TYPE b unknown',
      'b 1',
    ]);
    assert.deepEqual(await typed(sum({ isMonotonic: false }), 'info'), ['# TYPE b info', 'b_info 1']);
    assert.deepEqual(await typed(sum({ isMonotonic: false }), 'stateset'), ['# TYPE b stateset', 'b 1']);
  });

  it('PROM-29 have exemplars: ids first, what the view left out as far as 128 characters go, largest of a bucket', async () => {
    const made = new Target(
      {},
      {
        views: [{ instrumentName: 'h', attributesProcessors: [sdk.createAllowListAttributesProcessor([])] }],
      },
    );
    const histogram = made.provider
      .getMeter('m')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [10, 100] } });
    const within = (traceId: string) =>
      api.trace.setSpanContext(api.ROOT_CONTEXT, { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 });
    const [small, large] = ['0af7651916cd43dd8448eb211c80319c', '1af7651916cd43dd8448eb211c80319c'];
    histogram.record(5, { user: 'ada' }, within(small));
    histogram.record(50, { user: 'x'.repeat(200) }, within(large));
    const lines = await made.lines(OPENMETRICS);
    const bucket = (le: string) => lines.find((line) => line.includes(`le="${le}"`)) ?? '';
    assert.match(
      bucket('10.0'),
      new RegExp(`# \\{trace_id="${small}",span_id="b7ad6b7169203331",user="ada"\\} 5 `),
    );
    assert.match(bucket('100.0'), new RegExp(`# \\{trace_id="${large}",span_id="b7ad6b7169203331"\\} 50 `));
    assert.doesNotMatch((await made.lines()).join(), /trace_id/);
  });

  const exponential = () => {
    const made = new Target(
      {},
      {
        views: [
          {
            instrumentName: 'h',
            aggregation: {
              type: sdk.AggregationType.EXPONENTIAL_HISTOGRAM,
              options: { maxScale: 0, maxSize: 160 },
            } as never,
          },
        ],
      },
    );
    const histogram = made.provider.getMeter('m').createHistogram('h');
    for (const value of [0, 1.5, 3, 3, 7]) histogram.record(value);
    return made;
  };

  it('PROM-30 of exponential histograms are native in protobuf', async () => {
    const { bytes, headers } = await exponential().scrape(PROTOBUF);
    assert.match(headers['content-type'] ?? '', /io\.prometheus\.client\.MetricFamily; ?encoding=delimited/);
    // sample_count 5, schema 0 (zigzag), zero_threshold 1e-128, zero_count 1, spans: from bucket 1, three in a row.
    const threshold = Buffer.alloc(8);
    threshold.writeDoubleLE(1e-128);
    const at = bytes.indexOf(Buffer.concat([Buffer.from([0x31]), threshold]));
    assert.ok(at > 0, 'no zero_threshold of 1e-128');
    assert.deepEqual([...bytes.subarray(at - 2, at)], [0x28, 0]);
    assert.deepEqual([...bytes.subarray(at + 9, at + 11)], [0x38, 1]);
    assert.deepEqual([...bytes.subarray(at + 11, at + 12)], [0x62]);
    assert.ok(bytes.includes(Buffer.from([0x08, 2, 0x10, 3])), 'no span of three buckets from the first on');
    assert.ok(bytes.includes(Buffer.from([0x68, 2, 0x68, 2, 0x68, 1])), 'no differences 1, 1, -1');
  });

  it('PROM-30 of exponential histograms are fixed buckets in text', async () => {
    assert.deepEqual(await exponential().lines(), [
      '# TYPE h histogram',
      'h_bucket{le="0"} 1',
      'h_bucket{le="2"} 2',
      'h_bucket{le="4"} 4',
      'h_bucket{le="8"} 5',
      'h_bucket{le="+Inf"} 5',
      'h_sum 14.5',
      'h_count 5',
    ]);
  });
});
