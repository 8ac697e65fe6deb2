/** Jest 30 on Node 20: it takes the CommonJS build, in a sandbox with globals of its own. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Project, run } from '../packed.ts';
import { installed, nodeOf } from './installed.ts';

const suite = `
const { trace, context, SpanStatusCode } = require('sonde');
const { TracerProvider, SimpleSpanProcessor, InMemorySpanExporter } = require('sonde/sdk');

test('records a span with its parent', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  trace.getTracer('jest').startActiveSpan('outer', (outer) => {
    trace.getTracer('jest').startActiveSpan('inner', (inner) => inner.end());
    outer.setStatus({ code: SpanStatusCode.ERROR }).end();
  });
  const [inner, outer] = exporter.getFinishedSpans();
  expect(inner.parentSpanContext.spanId).toBe(outer.spanContext().spanId);
  expect(outer.status.code).toBe(SpanStatusCode.ERROR);
});
`;

describe('Jest 30 on Node 20', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  it('runs a suite that uses the API and the SDK', () => {
    project.write('span.test.js', suite);
    const jest = installed('jest/bin/jest.js');
    const args = [jest, '--ci', '--no-cache', '--rootDir', project.folder, '--config', '{}'];
    assert.equal(run(nodeOf(20), args, project.folder), '');
  });
});
