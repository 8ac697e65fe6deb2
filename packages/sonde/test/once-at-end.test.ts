/**
 * What the end of a process sends, it sends once: metrics are collected once more for it, and no batch is under way on a
 * connection that is still open while the last delivery takes it too.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Project } from './packed.ts';

/** What each program records; `collections` counts how often a collection has asked for the gauge. */
const RECORD = `const meter = metrics.getMeter('app');
  meter.createCounter('work').add(1);
  let collections = 0;
  meter.createObservableGauge('asked').addCallback((result) => { collections++; result.observe(1); });
  process.on('exit', () => console.log(collections));
  trace.getTracer('app').startSpan('first').end();`;

const PROGRAMS = {
  /** Garbage is collected after the last flush, as it is by what that flush needs. */
  natural: `import 'sonde/register';
    import { metrics, trace } from 'sonde';
    ${RECORD}
    let isAgain = false;
    process.on('beforeExit', () => {
      gc();
      if (isAgain) return;
      isAgain = true;
      setTimeout(() => gc(), 100);
    });`,
  /** The flush of the natural end has left a connection open when the last span and the last metrics are handed over. */
  late: `import 'sonde/register';
    import { metrics, trace } from 'sonde';
    ${RECORD}
    process.on('exit', () => {
      meter.createCounter('work').add(1);
      trace.getTracer('app').startSpan('last').end();
    });`,
};

describe('the end of a process', () => {
  let project: Project;
  let receiver: Server;
  let paths: string[] = [];

  before(async () => {
    project = new Project();
    for (const [name, text] of Object.entries(PROGRAMS)) project.write(`${name}.mjs`, text);
    receiver = createServer((request, response) => {
      request.resume().on('end', () => {
        paths.push(request.url ?? '');
        response.end('{}');
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });
  after(() => {
    receiver.closeAllConnections();
    receiver.close();
    project.remove();
  });

  /** What arrived, by path, and how often metrics were collected when the process ended. */
  async function runProgram(name: string): Promise<[string[], number]> {
    paths = [];
    const { port } = receiver.address() as AddressInfo;
    const child = spawn(process.execPath, ['--expose-gc', name], {
      cwd: project.folder,
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (piece) => {
      output += piece;
    });
    const [status] = await once(child, 'close');
    assert.equal(status, 0);
    return [paths.toSorted(), Number(output)];
  }

  it('sends each signal once at the natural end of a program that imports sonde/register', async () => {
    assert.deepEqual(await runProgram('natural.mjs'), [['/v1/metrics', '/v1/traces'], 1]);
  });

  it('sends what is recorded at exit once, though a connection is open', async () => {
    const expected = ['/v1/metrics', '/v1/metrics', '/v1/traces', '/v1/traces'];
    assert.deepEqual(await runProgram('late.mjs'), [expected, 1]);
  });
});
