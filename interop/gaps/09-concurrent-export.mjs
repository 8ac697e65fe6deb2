/** Gap 9: exporters are called while an earlier call has not answered, and are not asked to flush. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { slowExporter } from './tools.mjs';

export const title = 'An exporter is never called concurrently';

function makeSpans({ sdk }, processor, count) {
  const provider = new sdk.TracerProvider({ spanProcessors: [processor] });
  const tracer = provider.getTracer('gaps');
  for (let index = 0; index < count; index++) tracer.startSpan(`span-${index}`).end();
  return provider;
}

export const checks = {
  'the simple processor waits for the answer before it exports again': async (subject) => {
    const exporter = slowExporter();
    const provider = makeSpans(subject, new subject.sdk.SimpleSpanProcessor({ exporter }), 5);
    await sleep(200);
    await provider.shutdown();
    assert.equal(exporter.counts.exports, 5);
    assert.equal(exporter.counts.most, 1);
  },
  'forceFlush of the batch processor exports one batch after the other': async (subject) => {
    const exporter = slowExporter();
    const options = { exporter, maxExportBatchSize: 2, maxQueueSize: 100 };
    const provider = makeSpans(subject, new subject.sdk.BatchSpanProcessor(options), 8);
    await provider.forceFlush();
    assert.equal(exporter.counts.exports, 4);
    assert.equal(exporter.counts.most, 1);
  },
  "forceFlush of the batch processor calls the exporter's": async (subject) => {
    const exporter = slowExporter();
    const provider = makeSpans(subject, new subject.sdk.BatchSpanProcessor({ exporter }), 1);
    await provider.forceFlush();
    assert.equal(exporter.counts.flushes, 1);
  },
};
