/** Gap 13: OTEL_RESOURCE_ATTRIBUTES overrides the resource that the code gives. */
import assert from 'node:assert/strict';

export const title = "The code's resource wins over the environment's";

export const checks = {
  'service.name of the code stays': async (subject) => {
    process.env.OTEL_RESOURCE_ATTRIBUTES = 'service.name=from-env,only.env=kept';
    const exporter = new subject.sdk.InMemorySpanExporter();
    const sdk = subject.start({
      resource: subject.resources.resourceFromAttributes({ 'service.name': 'from-code' }),
      spanProcessors: [new subject.sdk.SimpleSpanProcessor({ exporter })],
    });
    subject.api.trace.getTracer('gaps').startSpan('span').end();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const [span] = exporter.getFinishedSpans();
    assert.equal(span.resource.attributes['only.env'], 'kept');
    assert.equal(span.resource.attributes['service.name'], 'from-code');
    await sdk.shutdown();
  },
};
