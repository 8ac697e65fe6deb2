/** Rows MREAD: readers, the periodic one, producers and filters. */
import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  CollectionResult,
  ExportResult,
  MetricFilter,
  MetricProducer,
  PeriodicExportingMetricReaderOptions,
  PushMetricExporter,
  ResourceMetrics,
} from 'sonde/sdk';
import { Receiver, withSdk } from './environment-bed.ts';
import { bed, collect, DELTA, manualReader, metricsOf, pointsOf, valuesOf } from './metrics-bed.ts';
import { api, resources, sdk } from './subject.ts';

/** An exporter of somebody else's: it answers as it is told to, and keeps what it got. */
class TheirExporter implements PushMetricExporter {
  readonly exported: ResourceMetrics[] = [];
  readonly calls: string[] = [];
  readonly answers: ((result: ExportResult) => void)[] = [];
  mostAtOnce = 0;
  mode: 'succeed' | 'fail' | 'wait' = 'succeed';
  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.exported.push(metrics);
    if (this.mode === 'succeed') done({ code: 0 });
    else if (this.mode === 'fail') done({ code: 1, error: new Error('refused') });
    else {
      this.answers.push(done);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.answers.length);
    }
  }
  answer(): void {
    this.answers.shift()?.({ code: 0 });
  }
  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }
  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }
  get values(): unknown[] {
    return this.exported.map(
      (metrics) => valuesOf(metricsOf({ resourceMetrics: metrics, errors: [] }))['c']?.[0]?.[1],
    );
  }
}

function periodic(options: Partial<PeriodicExportingMetricReaderOptions> = {}) {
  const exporter = new TheirExporter();
  const reader = new sdk.PeriodicExportingMetricReader({ exporter, ...options });
  const provider = new sdk.MeterProvider({ readers: [reader] });
  return { exporter, reader, provider, counter: provider.getMeter('m').createCounter('c') };
}

/** A bridge that gives one metric of the scope `bridge`. */
function producer(errors: unknown[] = []): MetricProducer & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    async collect(options): Promise<CollectionResult> {
      asked.push(options);
      const { resourceMetrics } = await bridged.reader.collect();
      return { resourceMetrics, errors };
    },
  };
}
const bridged = bed({ resource: resources.resourceFromAttributes({ 'service.name': 'elsewhere' }) });
bridged.meter.createCounter('bridged').add(7);

describe('readers', () => {
  it('MREAD-01 there may be several for a provider, and each is for one provider only', async () => {
    const readers = [manualReader(), manualReader(DELTA)];
    const provider = new sdk.MeterProvider({ readers });
    provider.getMeter('m').createCounter('c').add(1);
    for (const reader of readers) assert.deepEqual(valuesOf(await collect(reader)), { c: [[{}, 1]] });
    assert.throws(() => new sdk.MeterProvider({ readers: [readers[0]!] }));
  });

  it('MREAD-02 take aggregation, temporality, limits and producers', async () => {
    const reader = manualReader({
      aggregationSelector: () => ({ type: sdk.AggregationType.LAST_VALUE }),
      aggregationTemporalitySelector: () => sdk.AggregationTemporality.DELTA,
      cardinalitySelector: () => 4,
      metricProducers: [producer()],
    });
    const provider = new sdk.MeterProvider({ readers: [reader] });
    const counter = provider.getMeter('m').createCounter('c');
    for (const set of [1, 1, 2, 3, 4, 5, 6, 7]) counter.add(set, { set });
    const { c, bridged: others } = valuesOf(await collect(reader));
    assert.ok(c !== undefined && c.length <= 5, 'the limit');
    assert.deepEqual([c[0], others], [[{ set: 1 }, 1], [[{}, 7]]]);
    assert.deepEqual(valuesOf(await collect(reader))['c'], undefined);
  });

  it('MREAD-03 collect from producers too, tell of errors, and do nothing after shutdown', async () => {
    const reader = manualReader({ metricProducers: [producer(['told'])] });
    const provider = new sdk.MeterProvider({ readers: [reader] });
    provider.getMeter('m').createCounter('c').add(1);
    const { resourceMetrics, errors } = await reader.collect();
    assert.deepEqual(errors, ['told']);
    assert.deepEqual(Object.keys(valuesOf(metricsOf({ resourceMetrics, errors }))), ['c', 'bridged']);
    await provider.shutdown();
    await assert.rejects(reader.collect());
  });

  it('MREAD-09 the console answers with an error for a temporality that there is not', async () => {
    const written: string[] = [];
    const exporter = new sdk.ConsoleMetricExporter({
      stream: { write: (text: string) => written.push(text) } as never,
    });
    const metricOf = (name: string, aggregationTemporality: number): object => ({
      descriptor: { name, description: '', unit: '', valueType: api.ValueType.INT },
      dataPointType: sdk.DataPointType.SUM,
      aggregationTemporality,
      isMonotonic: true,
      dataPoints: [{ startTime: [1, 0], endTime: [2, 0], attributes: {}, value: 1 }],
    });
    const metrics = [metricOf('odd', 7), metricOf('sound', 1)];
    const resource = resources.resourceFromAttributes({});
    const collection = { resource, scopeMetrics: [{ scope: { name: 'bridge' }, metrics }] } as never;
    const result = await new Promise<ExportResult>((resolve) => exporter.export(collection, resolve));
    assert.equal(result.code, 1);
    assert.match(
      result.error?.message ?? '',
      /"odd".*aggregationTemporality 7.*DELTA \(0\), CUMULATIVE \(1\)/,
    );
    assert.match(written.join(''), /sound/);
    assert.doesNotMatch(written.join(''), /odd/);
  });

  it('MREAD-10 collect from producers too, with what failed', async () => {
    const failing: MetricProducer = { collect: () => Promise.reject(new Error('producer')) };
    const reader = manualReader({ metricProducers: [producer(['told']), failing] });
    const provider = new sdk.MeterProvider({ readers: [reader] });
    provider.getMeter('m').createCounter('c').add(1);
    provider
      .getMeter('m')
      .createObservableGauge('g')
      .addCallback(() => {
        throw new Error('callback');
      });
    const { resourceMetrics, errors } = await reader.collect();
    assert.deepEqual(
      errors.map((error) => (error instanceof Error ? error.message : error)),
      ['callback', 'told', 'producer'],
    );
    assert.deepEqual(Object.keys(valuesOf(metricsOf({ resourceMetrics, errors }))), ['c', 'bridged']);
    assert.notEqual(resourceMetrics.resource.attributes['service.name'], 'elsewhere');
    assert.equal(
      new Set(resourceMetrics.scopeMetrics.map(({ scope }) => scope)).size,
      resourceMetrics.scopeMetrics.length,
    );
    await provider.shutdown();
    await assert.rejects(reader.collect());
  });

  it('lose nothing of their own by a producer that answers with nonsense, and say so', async () => {
    const point = { startTime: [1, 1], endTime: [2, 2], attributes: {}, value: 1 };
    const metric = {
      descriptor: { name: 'g' },
      aggregationTemporality: 1,
      dataPointType: sdk.DataPointType.GAUGE,
      dataPoints: [point],
    };
    const scopes = (...scopeMetrics: unknown[]): unknown => ({
      resourceMetrics: { scopeMetrics },
      errors: [],
    });
    const scope = (...metrics: unknown[]): unknown => scopes({ scope: { name: 'x' }, metrics });
    const answers: readonly unknown[] = [
      undefined,
      5,
      { resourceMetrics: null, errors: 5 },
      { resourceMetrics: { scopeMetrics: 5 } },
      scopes(null, { metrics: [] }, { scope: { name: 'x' } }),
      scope(null, { ...metric, descriptor: undefined }, { ...metric, dataPoints: 5 }),
      scope({ ...metric, dataPoints: [null, 5, {}, { ...point, startTime: 5 }, { ...point, value: '1' }] }),
      scope({ ...metric, dataPointType: sdk.DataPointType.HISTOGRAM }),
      scope({ ...metric, dataPointType: sdk.DataPointType.EXPONENTIAL_HISTOGRAM }),
      scope({ ...metric, dataPoints: [{ ...point, exemplars: [{}] }] }),
      new Proxy(
        {},
        {
          get: (_target, key) => {
            if (key === 'then') return undefined;
            throw new Error('hostile');
          },
        },
      ),
    ];
    const said: string[] = [];
    sdk.setGlobalErrorHandler?.((error) => said.push(error.message));
    for (const answer of answers) {
      said.length = 0;
      const odd = { collect: async () => answer } as unknown as MetricProducer;
      const reader = manualReader({ metricProducers: [odd, producer()] });
      new sdk.MeterProvider({ readers: [reader] }).getMeter('m').createCounter('c').add(1);
      const { c, bridged, ...others } = valuesOf(await collect(reader));
      assert.deepEqual([c, bridged, Object.values(others).flat()], [[[{}, 1]], [[{}, 7]], []]);
      assert.match(said.join(), /metricProducers\[0\]/);
      const exporter = new sdk.ConsoleMetricExporter({ stream: { write: () => true } as never });
      const { resourceMetrics } = await reader.collect();
      const result = await new Promise<ExportResult>((resolve) => exporter.export(resourceMetrics, resolve));
      assert.equal(result.code, 0);
    }
    sdk.setGlobalErrorHandler?.(undefined);
    const lean = manualReader({ metricProducers: [{ collect: async () => scope(metric) } as never] });
    new sdk.MeterProvider({ readers: [lean] });
    const [given] = await collect(lean);
    const { name, unit, description } = given!.descriptor;
    assert.deepEqual([name, unit, description], ['g', '', '']);
  });

  it('do not wait for a producer that hangs, nor ask it again meanwhile', async () => {
    let answer = (): void => {};
    let asked = 0;
    const slow = {
      collect: () => {
        asked++;
        return new Promise((resolve) => {
          answer = () => resolve({ resourceMetrics: { scopeMetrics: [] }, errors: [] });
        });
      },
    } as unknown as MetricProducer;
    const reader = manualReader({ metricProducers: [slow] });
    new sdk.MeterProvider({ readers: [reader] }).getMeter('m').createCounter('c').add(1);
    for (const _ of [1, 2]) {
      const result = await Promise.race([
        reader.collect({ timeoutMillis: 20 }),
        delay(10_000, undefined, { ref: false }),
      ]);
      assert.ok(result !== undefined, 'the collection waits for the producer');
      assert.deepEqual([valuesOf(metricsOf(result))['c'], result.errors.length], [[[{}, 1]], 1]);
    }
    assert.equal(asked, 1);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    const last = reader.collect({ timeoutMillis: 2_000 });
    answer();
    assert.deepEqual([(await last).errors, asked], [[], 2]);
  });

  it('MREAD-11 MREAD-12 pass a filter on, which keeps metrics, points and callbacks out', async () => {
    const metricFilter: MetricFilter = {
      testMetric: (_scope, name) => (name === 'part' ? 'accept_partial' : name === 'no' ? 'drop' : 'accept'),
      testAttributes: (_scope, _name, _kind, _unit, attributes) => attributes['keep'] === true,
    };
    const other = producer();
    const reader = manualReader({ metricFilter, metricProducers: [other] });
    const meter = new sdk.MeterProvider({ readers: [reader] }).getMeter('m');
    let calls = 0;
    for (const name of ['part', 'no', 'yes']) {
      meter.createObservableGauge(name).addCallback((result) => {
        if (name === 'no') calls++;
        result.observe(1, { keep: true });
        result.observe(2, { keep: false });
      });
    }
    const { part, no, yes } = valuesOf(await collect(reader));
    assert.deepEqual([part, no, yes?.length, calls], [[[{ keep: true }, 1]], undefined, 2, 0]);
    assert.equal((other.asked[0] as { metricFilter: unknown }).metricFilter, metricFilter);
  });

  it('MREAD-14 give one stream for each metric and set of attributes', async () => {
    const { meter, collect } = bed();
    for (const order of [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ])
      meter.createCounter('c').add(1, order);
    assert.deepEqual(valuesOf(await collect()), { c: [[{ a: 1, b: 2 }, 2]] });
  });
});

describe('the periodic reader', () => {
  afterEach(() => mock.timers.reset());

  it('MREAD-04 collects every minute and waits 30 seconds, unless told otherwise; one export at a time', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    const { exporter, counter } = periodic();
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    counter.add(1);
    mock.timers.tick(59_999);
    await turn();
    assert.equal(exporter.exported.length, 0);
    mock.timers.tick(1);
    await turn();
    assert.equal(exporter.exported.length, 1);
    exporter.mode = 'wait';
    mock.timers.tick(60_000);
    await turn();
    mock.timers.tick(29_999);
    await turn();
    assert.equal(exporter.exported.length, 2);
    assert.equal(exporter.mostAtOnce, 1);
  });

  it('MREAD-04 never has two exports at a time', async () => {
    const { exporter, counter, provider } = periodic({ exportIntervalMillis: 10, exportTimeoutMillis: 10 });
    counter.add(1);
    exporter.mode = 'wait';
    const flushes = [provider.forceFlush(), provider.forceFlush()];
    for (let round = 0; round < 10; round++) {
      await delay(4);
      exporter.answer();
    }
    await Promise.allSettled(flushes);
    assert.equal(exporter.mostAtOnce, 1);
    exporter.mode = 'succeed';
    await provider.shutdown();
  });

  it('does not give an export up because the next collection is due, where no timeout was asked for', async () => {
    const { exporter, reader, counter, provider } = periodic({ exportIntervalMillis: 10 });
    exporter.mode = 'wait';
    counter.add(1);
    const answering = setInterval(() => exporter.answer(), 60);
    await reader.forceFlush();
    exporter.mode = 'succeed';
    await provider.shutdown();
    clearInterval(answering);
    assert.equal(exporter.mostAtOnce, 1);
  });

  it('MREAD-05 gives an export up when its time is over', async () => {
    const { exporter, counter, provider } = periodic({
      exportIntervalMillis: 60_000,
      exportTimeoutMillis: 20,
    });
    exporter.mode = 'wait';
    counter.add(1);
    const started = Date.now();
    await assert.rejects(provider.forceFlush(), /20 ms/);
    assert.ok(Date.now() - started < 30_000);
    exporter.mode = 'succeed';
    await provider.forceFlush();
    assert.equal(exporter.exported.length, 2);
    await provider.shutdown();
  });

  it('MREAD-06 splits a collection into full batches, in order, and never mixes two', async () => {
    const { exporter, counter, provider } = periodic({ maxExportBatchSize: 4 });
    for (let set = 0; set < 10; set++) counter.add(set, { set });
    await provider.forceFlush();
    const batches = exporter.exported.map((metrics) => {
      const all = metricsOf({ resourceMetrics: metrics, errors: [] }).flatMap((metric) => pointsOf(metric));
      return all.map(({ attributes }) => attributes['set']).filter((set) => set !== undefined);
    });
    assert.deepEqual(
      batches.flat(),
      Array.from({ length: 10 }, (_, set) => set),
    );
    assert.ok(batches.every((batch) => batch.length <= 4));
    for (const refused of [0, -1, 1.5])
      assert.throws(() => periodic({ maxExportBatchSize: refused }), /maxExportBatchSize/);
    await provider.shutdown();
  });

  it('MREAD-07 MREAD-08 a flush collects, exports and flushes the exporter, also when the export failed', async () => {
    const { exporter, counter, provider } = periodic();
    counter.add(1);
    await provider.forceFlush();
    assert.deepEqual([exporter.values, exporter.calls], [[1], ['forceFlush']]);
    exporter.mode = 'fail';
    counter.add(1);
    await assert.rejects(provider.forceFlush(), /refused/);
    assert.deepEqual(exporter.calls, ['forceFlush', 'forceFlush']);
    exporter.mode = 'succeed';
    counter.add(1);
    await provider.shutdown();
    assert.deepEqual([exporter.values, exporter.calls.at(-1)], [[1, 2, 3], 'shutdown']);
    assert.equal(exporter.exported[0]?.scopeMetrics[0]?.scope.name, 'm');
  });

  it('MREAD-08 exporters of ours fail after shutdown', async () => {
    const exporter = new sdk.InMemoryMetricExporter(sdk.AggregationTemporality.CUMULATIVE);
    const { resourceMetrics } = await bridged.reader.collect();
    const code = (): Promise<number> =>
      new Promise((resolve) => exporter.export(resourceMetrics, (result) => resolve(result.code)));
    assert.equal(await code(), sdk.ExportResultCode.SUCCESS);
    await exporter.shutdown();
    assert.equal(await code(), sdk.ExportResultCode.FAILED);
  });

  it('MREAD-04 refuses intervals and timeouts that cannot work, by name', async () => {
    assert.throws(() => periodic({ exportIntervalMillis: 0 }), /exportIntervalMillis/);
    assert.throws(() => periodic({ exportTimeoutMillis: 0 }), /exportTimeoutMillis/);
    assert.throws(
      () => periodic({ exportIntervalMillis: 10, exportTimeoutMillis: 11 }),
      /exportTimeoutMillis/,
    );
    const allowed = periodic({ exportIntervalMillis: 10, exportTimeoutMillis: 10 });
    await allowed.provider.shutdown();
  });

  it('OTLP-35 the exporter that the environment names is paired with a periodic reader', async () => {
    const receiver = await new Receiver().listen();
    const variables = {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_METRIC_EXPORT_INTERVAL: '40',
    };
    await withSdk(variables, {}, async () => {
      api.metrics.getMeter('m').createCounter('c').add(1);
      for (let round = 0; round < 1_000 && receiver.requests.length < 2; round++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return {};
    });
    receiver.close();
    assert.ok(receiver.requests.length >= 2, 'collected and sent again and again');
    assert.equal(receiver.requests[0]?.path, '/v1/metrics');
  });
});
