/** Rows OTLPJ about protobuf, read field by field, and rows of what there is to export with. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { messagesAt, readAnyValue, readKeyValue, readMessage } from './protobuf.ts';
import { Receiver } from './receiver.ts';
import { api, otlp, prometheus, sdk, zipkin } from './subject.ts';

let receiver: Receiver;
before(async () => {
  receiver = await Receiver.start();
});
after(() => receiver.stop());
afterEach(() => {
  receiver.received.length = 0;
});

describe('protobuf on the wire', () => {
  it('OTLPJ-07 every kind of AnyValue, also inside each other', async () => {
    const exporter = new otlp.OTLPTraceExporter({ url: receiver.url, protocol: 'http/protobuf' });
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
    const values = {
      text: 'é😀',
      yes: true,
      no: false,
      integer: -42,
      most: 2n ** 63n - 1n,
      double: 0.5,
      bytes: new Uint8Array([0, 255]),
      nothing: null,
      list: ['a', 1, null, [2n]],
      map: { inner: { deep: new Uint8Array([7]) }, none: null },
      empty: {},
      none: [],
    };
    provider.getTracer('t').startSpan('s').setAttributes(values).end();
    await provider.shutdown();
    // ExportTraceServiceRequest.resource_spans.scope_spans.spans.attributes
    const read = new Map(messagesAt(receiver.received[0]!.body, 1, 2, 2, 9).map(readKeyValue));
    const expected = new Map<string, unknown>([
      ['text', 'é😀'],
      ['yes', true],
      ['no', false],
      ['integer', -42n],
      ['most', 2n ** 63n - 1n],
      ['double', 0.5],
      ['bytes', new Uint8Array([0, 255])],
      ['nothing', undefined],
      ['list', ['a', 1n, undefined, [2n]]],
      [
        'map',
        new Map<string, unknown>([
          ['inner', new Map([['deep', new Uint8Array([7])]])],
          ['none', undefined],
        ]),
      ],
      ['empty', new Map()],
      ['none', []],
    ]);
    assert.deepEqual(read, expected);
  });

  it('OTLPJ-11 the name of an event is a field of its record', async () => {
    const exporter = new otlp.OTLPLogExporter({
      url: `${receiver.origin}/v1/logs`,
      protocol: 'http/protobuf',
    });
    const provider = new sdk.LoggerProvider({ processors: [new sdk.BatchLogRecordProcessor({ exporter })] });
    provider.getLogger('l').emit({ eventName: 'order.placed', body: { id: 1 } });
    provider.getLogger('l').emit({ body: 'no event' });
    await provider.shutdown();
    const [event, plain] = messagesAt(receiver.received[0]!.body, 1, 2, 2);
    // LogRecord: 5 body, 12 event_name
    assert.equal(String(event?.get(12)?.[0]), 'order.placed');
    assert.deepEqual(readAnyValue(readMessage(event?.get(5)?.[0] as Buffer)), new Map([['id', 1n]]));
    assert.equal(plain?.get(12), undefined);
  });
});

describe('ways to export', () => {
  it('LIB-08 OTLP, the console, memory, Prometheus and Zipkin, for the signals they have', async () => {
    const exporters = [
      new otlp.OTLPTraceExporter(),
      new otlp.OTLPMetricExporter(),
      new otlp.OTLPLogExporter(),
      new sdk.ConsoleSpanExporter(),
      new sdk.ConsoleMetricExporter(),
      new sdk.ConsoleLogRecordExporter(),
      new sdk.InMemorySpanExporter(),
      new sdk.InMemoryMetricExporter(sdk.AggregationTemporality.CUMULATIVE),
      new sdk.InMemoryLogRecordExporter(),
      new zipkin.ZipkinExporter(),
    ];
    for (const exporter of exporters) {
      assert.equal(typeof exporter.export, 'function');
      await exporter.shutdown();
    }
    const scraped = new prometheus.PrometheusExporter({ preventServerStart: true });
    assert.equal(typeof scraped.collect, 'function');
    await scraped.shutdown();
  });

  it('SELF-16 Zipkin and Prometheus tell of themselves as OTLP does', async () => {
    const reader = new sdk.ManualMetricReader();
    const meterProvider = new sdk.MeterProvider({ readers: [reader] });
    api.metrics.disable();
    api.metrics.setGlobalMeterProvider(meterProvider);
    const exporter = new zipkin.ZipkinExporter({ url: `${receiver.origin}/api/v2/spans` });
    const tracing = new sdk.TracerProvider({
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
    });
    tracing.getTracer('t').startSpan('s').end();
    await tracing.forceFlush();
    const scraped = new prometheus.PrometheusExporter({ preventServerStart: true });
    const measured = new sdk.MeterProvider({ readers: [scraped] });
    measured.getMeter('m').createCounter('c').add(1);
    const server = createServer((request, response) => scraped.getMetricsRequestHandler(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const text = await (
      await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`)
    ).text();
    assert.match(text, /c_total/);
    server.closeAllConnections();
    server.close();
    const { resourceMetrics } = await reader.collect();
    const own = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const typesOf = (name: string): unknown[] =>
      (own.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []).map(
        ({ attributes }) => attributes['otel.component.type'],
      );
    assert.ok(typesOf('otel.sdk.exporter.span.exported').includes('zipkin_http_span_exporter'));
    assert.ok(
      typesOf('otel.sdk.exporter.metric_data_point.exported').includes(
        'prometheus_http_text_metric_exporter',
      ),
    );
    await tracing.shutdown();
    await measured.shutdown();
    api.metrics.disable();
  });
});
