/** Gap 12: the SDK goes on after shutdown. */
import assert from 'node:assert/strict';
import { startCapture } from '../support/capture.mjs';
import { recordingProvider } from './tools.mjs';

export const title = 'After shutdown nothing is recorded and nothing is sent';

export const checks = {
  'a tracer made before records no more': async (subject) => {
    const { provider, tracer } = recordingProvider(subject);
    await provider.shutdown();
    assert.equal(tracer.startSpan('late').isRecording(), false);
  },
  'a tracer asked for later records nothing': async (subject) => {
    const { provider } = recordingProvider(subject);
    await provider.shutdown();
    assert.equal(provider.getTracer('late').startSpan('late').isRecording(), false);
  },
  'the exporter sends nothing and reports failure': async (subject) => {
    const receiver = await startCapture();
    const { tracer, spans } = recordingProvider(subject);
    tracer.startSpan('span').end();
    const exporter = new subject.otlp.OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
    await exporter.shutdown();
    const result = await new Promise((resolve) => exporter.export(spans, resolve));
    receiver.close();
    assert.equal(receiver.requests.length, 0);
    assert.equal(result.code, subject.sdk.ExportResultCode.FAILED);
  },
};
