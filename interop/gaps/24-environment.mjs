/** Gap 24: rules for values of environment variables. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCapture } from '../support/capture.mjs';
import { inject, recordingProvider, remoteParent } from './tools.mjs';

export const title = 'Values of environment variables';

async function exportOne({ sdk, otlp }, receiver) {
  const exporter = new otlp.OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  provider.getTracer('gaps').startSpan('span').end();
  await provider.shutdown();
}

export const checks = {
  'an enum is read in any case': async (subject) => {
    process.env.OTEL_EXPORTER_OTLP_COMPRESSION = 'GZIP';
    const receiver = await startCapture();
    await exportOne(subject, receiver);
    receiver.close();
    assert.equal(receiver.requests[0].headers['content-encoding'], 'gzip');
  },
  'a length limit may be 0': (subject) => {
    process.env.OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT = '0';
    const { tracer, spans } = recordingProvider(subject);
    tracer.startSpan('span', { attributes: { text: 'abc' } }).end();
    assert.equal(spans[0].attributes.text, '');
  },
  'a delay may be 0': async (subject) => {
    process.env.OTEL_BSP_SCHEDULE_DELAY = '0';
    const exporter = new subject.sdk.InMemorySpanExporter();
    const processor = new subject.sdk.BatchSpanProcessor({ exporter });
    const provider = new subject.sdk.TracerProvider({ spanProcessors: [processor] });
    provider.getTracer('gaps').startSpan('span').end();
    await sleep(500);
    assert.equal(exporter.getFinishedSpans().length, 1);
    await provider.shutdown();
  },
  'a timeout of 0 is no timeout': async (subject) => {
    process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '0';
    const receiver = await startCapture((response) => {
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(), 11_000);
    });
    const { tracer, spans } = recordingProvider(subject);
    tracer.startSpan('span').end();
    const exporter = new subject.otlp.OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
    const { code } = await new Promise((resolve) => exporter.export(spans, resolve));
    receiver.close();
    assert.equal(code, subject.sdk.ExportResultCode.SUCCESS);
  },
  'OTEL_SDK_DISABLED leaves propagation on': (subject) => {
    process.env.OTEL_SDK_DISABLED = 'true';
    subject.start();
    const headers = {};
    subject.api.propagation.inject(remoteParent(subject, '01'), headers);
    assert.equal(headers.traceparent, inject(subject, remoteParent(subject, '01')).traceparent);
  },
  'OTEL_PROPAGATORS knows xray and ottrace': (subject) => {
    process.env.OTEL_PROPAGATORS = 'xray,ottrace';
    subject.start();
    const headers = {};
    subject.api.propagation.inject(remoteParent(subject, '01'), headers);
    assert.ok('x-amzn-trace-id' in headers, Object.keys(headers).join());
    assert.ok('ot-tracer-traceid' in headers, Object.keys(headers).join());
  },
};
