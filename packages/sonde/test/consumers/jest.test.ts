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

/** Leaves behind patches of node:http, which keep the SDK alive, and stages that the garbage collector has not got yet. */
const leaving = `
const { HttpInstrumentation } = require('sonde/instrumentation/http');
const { BatchSpanProcessor, InMemorySpanExporter, TracerProvider, SimpleSpanProcessor } = require('sonde/sdk');
test('records and forgets', async () => {
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(new InMemorySpanExporter())] }).register();
  new HttpInstrumentation();
  for (let i = 0; i < 3; i++) {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    provider.getTracer('jest').startSpan('span').end();
    await provider.shutdown();
  }
  const server = require('node:http').createServer((_request, response) => response.end()).listen(0);
  await fetch('http://127.0.0.1:' + server.address().port);
  server.close();
});
`;

/** In the order of their names, that is after one another and the one that leaves something first. */
const sequencer = `
module.exports = class {
  sort(tests) { return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1)); }
  shard(tests) { return tests; }
  cacheResults() {}
  allFailedTests() { return []; }
};
`;

const collecting = `
const { setTimeout } = require('node:timers/promises');
test('runs on while what the file before left is collected', async () => {
  require('node:v8').setFlagsFromString('--expose-gc');
  for (let i = 0; i < 5; i++) {
    require('node:vm').runInNewContext('gc')();
    await setTimeout(5);
  }
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

  it('takes what test files leave behind with its strict cleaning of globals', () => {
    project.remove();
    project = new Project();
    for (const name of ['a', 'b', 'c']) project.write(`${name}.test.js`, name === 'a' ? leaving : collecting);
    project.write('sequencer.js', sequencer);
    const testSequencer = '<rootDir>/sequencer.js';
    const config = JSON.stringify({ testSequencer, testEnvironmentOptions: { globalsCleanup: 'on' } });
    const args = [installed('jest/bin/jest.js'), '--ci', '--no-cache', '-i', '--rootDir', project.folder];
    assert.equal(run(nodeOf(20), [...args, '--config', config], project.folder), '');
  });
});
