/** Gap 10: tracers and meters cannot be given scope attributes. */
import assert from 'node:assert/strict';
import { startCapture } from '../support/capture.mjs';
import { recordingProvider } from './tools.mjs';

export const title = 'Attributes of the instrumentation scope';

export const checks = {
  'reach the span': (subject) => {
    const { provider, spans } = recordingProvider(subject);
    provider
      .getTracer('library', '1.0.0', { attributes: { shard: 'a' } })
      .startSpan('span')
      .end();
    assert.deepEqual({ ...spans[0].instrumentationScope.attributes }, { shard: 'a' });
  },
  'tell tracers apart': (subject) => {
    const { provider } = recordingProvider(subject);
    const [a, b] = ['a', 'b'].map((shard) =>
      provider.getTracer('library', '1.0.0', { attributes: { shard } }),
    );
    assert.notEqual(a, b);
  },
  'tell meters apart': ({ sdk }) => {
    const provider = new sdk.MeterProvider();
    const [a, b] = ['a', 'b'].map((shard) =>
      provider.getMeter('library', '1.0.0', { attributes: { shard } }),
    );
    assert.notEqual(a, b);
  },
  'reach the receiver': async ({ sdk, otlp }) => {
    const receiver = await startCapture();
    const exporter = new otlp.OTLPTraceExporter({ protocol: 'http/json', url: `${receiver.url}/v1/traces` });
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
    provider
      .getTracer('library', '1.0.0', { attributes: { shard: 'a' } })
      .startSpan('span')
      .end();
    await provider.shutdown();
    receiver.close();
    const [{ scopeSpans }] = JSON.parse(receiver.requests[0].body).resourceSpans;
    assert.deepEqual(scopeSpans[0].scope.attributes, [{ key: 'shard', value: { stringValue: 'a' } }]);
  },
};
