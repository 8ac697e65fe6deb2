/** Rows SELF: what the SDK tells about itself. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Attributes } from 'sonde';
import type { SpanExporter } from 'sonde/sdk';
import { Receiver } from './receiver.ts';
import { api, otlp, sdk } from './subject.ts';

type Reader = InstanceType<typeof sdk.ManualMetricReader>;

const receivers: Receiver[] = [];
afterEach(async () => {
  api.metrics.disable();
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

function meters(): { reader: Reader; meterProvider: InstanceType<typeof sdk.MeterProvider> } {
  const reader = new sdk.ManualMetricReader();
  return { reader, meterProvider: new sdk.MeterProvider({ readers: [reader] }) };
}

interface Point {
  readonly attributes: Attributes;
  readonly value: number;
}

/** The points of a metric, in the order of their attributes as text. */
async function points(reader: Reader, name: string): Promise<Point[]> {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  const found = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
  return found
    .map(({ attributes, value }) => ({ attributes, value: value as number }))
    .sort((a, b) => (JSON.stringify(a.attributes) < JSON.stringify(b.attributes) ? -1 : 1));
}

const component = (type: string, index = 0): Attributes => ({
  'otel.component.type': type,
  'otel.component.name': `${type}/${index}`,
});

const never: SpanExporter = { export: () => {}, shutdown: async () => {} };

describe('the traces SDK about itself', () => {
  it('SELF-01 SELF-02 spans started, by parent and decision, and those that are alive', async () => {
    const { reader, meterProvider } = meters();
    const tracer = new sdk.TracerProvider({ meterProvider }).getTracer('t');
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
    const context = api.trace.setSpanContext(api.ROOT_CONTEXT, remote);
    const root = tracer.startSpan('root');
    tracer.startSpan('child', {}, api.trace.setSpan(api.ROOT_CONTEXT, root)).end();
    tracer.startSpan('remote', {}, context).end();
    tracer.startSpan('dropped', {}, api.trace.setSpanContext(context, { ...remote, traceFlags: 0 })).end();
    const started = (origin: string, result: string, value: number) => ({
      attributes: { 'otel.span.parent.origin': origin, 'otel.span.sampling_result': result },
      value,
    });
    assert.deepEqual(await points(reader, 'otel.sdk.span.started'), [
      started('local', 'RECORD_AND_SAMPLE', 1),
      started('none', 'RECORD_AND_SAMPLE', 1),
      started('remote', 'DROP', 1),
      started('remote', 'RECORD_AND_SAMPLE', 1),
    ]);
    const live = { 'otel.span.sampling_result': 'RECORD_AND_SAMPLE' };
    assert.deepEqual(await points(reader, 'otel.sdk.span.live'), [{ attributes: live, value: 1 }]);
    root.end();
    assert.deepEqual(await points(reader, 'otel.sdk.span.live'), [{ attributes: live, value: 0 }]);
  });

  it('SELF-03 SELF-04 LIB-05 the queue of a processor, what it handed over and what it had to drop', async () => {
    const { reader, meterProvider } = meters();
    const processor = new sdk.BatchSpanProcessor({
      exporter: never,
      maxQueueSize: 4,
      maxExportBatchSize: 3,
      meterProvider,
    });
    const provider = new sdk.TracerProvider({
      spanProcessors: [processor],
      meterProvider: meters().meterProvider,
    });
    const end = (count: number) => {
      for (let index = 0; index < count; index++) provider.getTracer('t').startSpan('s').end();
    };
    const type = component('batching_span_processor');
    end(6);
    assert.deepEqual(await points(reader, 'otel.sdk.processor.span.queue.capacity'), [
      { attributes: type, value: 4 },
    ]);
    assert.deepEqual(await points(reader, 'otel.sdk.processor.span.queue.size'), [
      { attributes: type, value: 1 },
    ]);
    assert.deepEqual(await points(reader, 'otel.sdk.processor.span.processed'), [
      { attributes: { ...type, 'error.type': 'queue_full' }, value: 2 },
      { attributes: type, value: 3 },
    ]);
  });

  it('SELF-04 counts what is recorded and not sampled as processed, and what comes after shutdown as failed', async () => {
    const { reader, meterProvider } = meters();
    const done: SpanExporter = { export: (_spans, answer) => answer({ code: 0 }), shutdown: async () => {} };
    const processor = new sdk.SimpleSpanProcessor({ exporter: done, meterProvider });
    const provider = new sdk.TracerProvider({
      sampler: sdk.createAlwaysRecordSampler(new sdk.AlwaysOffSampler()),
      spanProcessors: [processor],
    });
    provider.getTracer('t').startSpan('recorded').end();
    await processor.shutdown();
    const type = component('simple_span_processor');
    assert.deepEqual(await points(reader, 'otel.sdk.processor.span.processed'), [
      { attributes: type, value: 1 },
    ]);
    const sampled = new sdk.TracerProvider({ spanProcessors: [processor] });
    sampled.getTracer('t').startSpan('late').end();
    const failed = { ...type, 'error.type': 'already_shutdown' };
    assert.deepEqual(await points(reader, 'otel.sdk.processor.span.processed'), [
      { attributes: failed, value: 1 },
      { attributes: type, value: 1 },
    ]);
  });
});

describe('exporters about themselves', () => {
  it('SELF-05 SELF-11 spans on their way and exported, with reasons, and how long each request took', async () => {
    const { reader, meterProvider } = meters();
    const receiver = await Receiver.start();
    receivers.push(receiver);
    let answer: (() => void) | undefined;
    receiver.answer = (response, _request, index) => {
      if (index === 0) answer = () => void response.end();
      else response.writeHead(400).end();
    };
    const exporter = new otlp.OTLPTraceExporter({ url: receiver.url, meterProvider });
    const processor = new sdk.BatchSpanProcessor({ exporter, meterProvider });
    const provider = new sdk.TracerProvider({ spanProcessors: [processor] });
    provider.getTracer('t').startSpan('s').end();
    const flushed = processor.forceFlush();
    while (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    const place = {
      ...component('otlp_http_span_exporter'),
      'server.address': '127.0.0.1',
      'server.port': receiver.port,
    };
    assert.deepEqual(await points(reader, 'otel.sdk.exporter.span.inflight'), [
      { attributes: place, value: 1 },
    ]);
    answer();
    await flushed;
    provider.getTracer('t').startSpan('refused').end();
    await assert.rejects(processor.forceFlush());
    assert.deepEqual(await points(reader, 'otel.sdk.exporter.span.inflight'), [
      { attributes: place, value: 0 },
    ]);
    assert.deepEqual(await points(reader, 'otel.sdk.exporter.span.exported'), [
      { attributes: { ...place, 'error.type': '400' }, value: 1 },
      { attributes: place, value: 1 },
    ]);
    const durations = await points(reader, 'otel.sdk.exporter.operation.duration');
    assert.deepEqual(
      durations.map(({ attributes }) => attributes),
      [
        { ...place, 'http.response.status_code': 200 },
        { ...place, 'http.response.status_code': 400, 'error.type': '400' },
      ],
    );
  });

  it('SELF-05 SELF-11 the cause is the status of the last attempt, and rejected where a part was refused', async () => {
    const { reader, meterProvider } = meters();
    const receiver = await Receiver.start();
    receivers.push(receiver);
    const partial = JSON.stringify({ partialSuccess: { rejectedSpans: '1', errorMessage: 'too old' } });
    receiver.answer = (response, _request, index) => {
      if (index === 0) response.writeHead(200, { 'content-type': 'application/json' }).end(partial);
      else response.writeHead(503, { 'retry-after': '3600' }).end();
    };
    const exporter = new otlp.OTLPTraceExporter({ url: receiver.url, meterProvider });
    const provider = new sdk.TracerProvider({
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter, meterProvider })],
    });
    for (const names of [['kept', 'refused'], ['given up']]) {
      for (const name of names) provider.getTracer('t').startSpan(name).end();
      await provider.forceFlush().catch(() => {});
    }
    const exported = await points(reader, 'otel.sdk.exporter.span.exported');
    assert.deepEqual(
      exported.map(({ attributes, value }) => [attributes['error.type'], value]),
      [
        ['503', 1],
        ['rejected', 1],
        [undefined, 1],
      ],
    );
    const durations = await points(reader, 'otel.sdk.exporter.operation.duration');
    assert.deepEqual(
      durations.map(({ attributes }) => [attributes['http.response.status_code'], attributes['error.type']]),
      [
        [200, 'rejected'],
        [503, '503'],
      ],
    );
  });

  it('SELF-12 components are counted up from 0 within a meter provider, by type', async () => {
    const { reader, meterProvider } = meters();
    const batching = [0, 1].map(() => new sdk.BatchSpanProcessor({ exporter: never, meterProvider }));
    const simple = new sdk.SimpleSpanProcessor({ exporter: never, meterProvider });
    const names = (await points(reader, 'otel.sdk.processor.span.processed')).map(
      ({ attributes }) => attributes['otel.component.name'],
    );
    assert.deepEqual(names.sort(), [
      'batching_span_processor/0',
      'batching_span_processor/1',
      'simple_span_processor/0',
    ]);
    assert.ok(batching.length + Number(simple !== undefined) === 3, 'all are alive until here');
  });
});

describe('the logs SDK about itself', () => {
  it('SELF-06 SELF-07 SELF-08 records created, queued, processed and exported', async () => {
    const { reader, meterProvider } = meters();
    const receiver = await Receiver.start();
    receivers.push(receiver);
    const exporter = new otlp.OTLPLogExporter({ url: receiver.url, meterProvider });
    const processor = new sdk.BatchLogRecordProcessor({
      exporter,
      maxQueueSize: 9,
      maxExportBatchSize: 9,
      meterProvider,
    });
    const provider = new sdk.LoggerProvider({
      processors: [processor],
      meterProvider,
      loggerConfigurator: ({ name }) => (name === 'off' ? { enabled: false } : { minimumSeverity: 9 }),
    });
    provider.getLogger('off').emit({ body: 'not counted' });
    provider.getLogger('on').emit({ body: 'filtered', severityNumber: 1 });
    provider.getLogger('on').emit({ body: 'kept', severityNumber: 9 });
    assert.deepEqual(await points(reader, 'otel.sdk.log.created'), [{ attributes: {}, value: 2 }]);
    const type = component('batching_log_processor');
    assert.deepEqual(await points(reader, 'otel.sdk.processor.log.queue.size'), [
      { attributes: type, value: 1 },
    ]);
    assert.deepEqual(await points(reader, 'otel.sdk.processor.log.queue.capacity'), [
      { attributes: type, value: 9 },
    ]);
    await processor.forceFlush();
    assert.deepEqual(await points(reader, 'otel.sdk.processor.log.processed'), [
      { attributes: type, value: 1 },
    ]);
    const [exported] = await points(reader, 'otel.sdk.exporter.log.exported');
    assert.equal(exported?.value, 1);
    assert.equal(exported?.attributes['otel.component.name'], 'otlp_http_log_exporter/0');
    const [inflight] = await points(reader, 'otel.sdk.exporter.log.inflight');
    assert.equal(inflight?.value, 0);
  });
});

describe('the metrics SDK about itself', () => {
  it('SELF-09 SELF-10 data points exported, and how long collections take', async () => {
    const { reader, meterProvider } = meters();
    const receiver = await Receiver.start();
    receivers.push(receiver);
    const exporter = new otlp.OTLPMetricExporter({ url: receiver.url, meterProvider });
    const pushing = new sdk.PeriodicExportingMetricReader({ exporter });
    const provider = new sdk.MeterProvider({ readers: [pushing] });
    const counter = provider.getMeter('m').createCounter('c');
    counter.add(1, { a: 1 });
    counter.add(1, { a: 2 });
    await pushing.forceFlush();
    const [exported] = await points(reader, 'otel.sdk.exporter.metric_data_point.exported');
    assert.equal(exported?.value, 2);
    assert.equal(exported?.attributes['otel.component.type'], 'otlp_http_metric_exporter');
    const [inflight] = await points(reader, 'otel.sdk.exporter.metric_data_point.inflight');
    assert.equal(inflight?.value, 0);
    const { resourceMetrics } = await pushing.collect();
    const own = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    const duration = own.find(
      ({ descriptor }) => descriptor.name === 'otel.sdk.metric_reader.collection.duration',
    );
    assert.equal(duration?.descriptor.unit, 's');
    assert.deepEqual(
      duration?.dataPoints.map(({ attributes }) => attributes),
      [component('periodic_metric_reader')],
    );
    await provider.shutdown();
  });
});

describe('where it goes', () => {
  it('SELF-13 to the global meter provider where none was given, also when that comes later', async () => {
    const processor = new sdk.BatchSpanProcessor({ exporter: never });
    const { reader, meterProvider } = meters();
    api.metrics.setGlobalMeterProvider(meterProvider);
    const found = await points(reader, 'otel.sdk.processor.span.queue.capacity');
    assert.ok(found.some(({ value }) => value === 2048));
    await processor.shutdown({ timeoutMillis: 10 }).catch(() => {});
    const explicit = meters();
    const mine = new sdk.BatchSpanProcessor({ exporter: never, meterProvider: explicit.meterProvider });
    assert.equal((await points(explicit.reader, 'otel.sdk.processor.span.queue.capacity')).length, 1);
    assert.equal((await points(reader, 'otel.sdk.processor.span.queue.capacity')).length, found.length);
    await mine.shutdown({ timeoutMillis: 10 }).catch(() => {});
  });

  it('SELF-12 what was shut down is told of twice more and gives its name to the next', async () => {
    const { reader, meterProvider } = meters();
    for (let round = 0; round < 5; round++) {
      const processor = new sdk.BatchSpanProcessor({ exporter: { ...never }, meterProvider });
      const names = async (): Promise<unknown[]> =>
        (await points(reader, 'otel.sdk.processor.span.queue.capacity')).map(
          ({ attributes }) => attributes['otel.component.name'],
        );
      const own = ['batching_span_processor/0'];
      assert.deepEqual(await names(), own);
      await processor.shutdown();
      assert.deepEqual([await names(), await names(), await names()], [own, own, []]);
    }
  });

  it('SELF-14 telling about itself makes no spans, records or further requests', async () => {
    const { reader, meterProvider } = meters();
    api.metrics.setGlobalMeterProvider(meterProvider);
    const receiver = await Receiver.start();
    receivers.push(receiver);
    const exporter = new otlp.OTLPMetricExporter({ url: receiver.url });
    const pushing = new sdk.PeriodicExportingMetricReader({ exporter });
    const provider = new sdk.MeterProvider({ readers: [pushing] });
    provider.getMeter('m').createCounter('c').add(1);
    await pushing.forceFlush();
    await points(reader, 'otel.sdk.exporter.metric_data_point.exported');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(receiver.received.length, 1);
    await provider.shutdown();
  });
});
