/** Every example runs as it stands, in a folder of its own with the tarball, and shows what its README promises. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project, repositoryFolder, run } from './packed.ts';

interface PrintedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: string;
  readonly status: { readonly code: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
}

describe('examples', () => {
  let project: Project;
  before(() => {
    project = new Project();
    cpSync(join(repositoryFolder, 'examples'), join(project.folder, 'examples'), { recursive: true });
  });
  after(() => project.remove());

  const folderOf = (name: string) => join(project.folder, 'examples', name);
  const start = (name: string) => run(process.execPath, [`${name}.mjs`], folderOf(name), { NO_COLOR: '1' });

  it('the exercise prints two spans of one trace: a server with a client that failed', () => {
    const spans: PrintedSpan[] = start('exercise')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(spans.length, 2);
    const client = spans.find((span) => span.name === 'call-database');
    const server = spans.find((span) => span.name === 'handle-request');
    assert.ok(client !== undefined && server !== undefined);
    assert.equal(client.traceId, server.traceId);
    assert.equal(client.parentSpanId, server.spanId);
    assert.deepEqual([server.kind, client.kind], ['SERVER', 'CLIENT']);
    assert.equal(client.status.code, 'ERROR');
    assert.equal(client.attributes['db.system.name'], 'postgresql');
    assert.equal(client.events[0]?.name, 'exception');
    assert.equal(client.events[0]?.attributes['exception.message'], 'connection refused');
    for (const span of spans) assert.equal(span.resource.attributes['service.name'], 'exercise-svc');
  });

  it('the exercise sends the same spans to a collector with no change of code', async () => {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      bodies.push(Buffer.concat(parts).toString('utf8'));
      response.end('{}');
    });
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const child = spawn(process.execPath, ['exercise.mjs'], {
      cwd: folderOf('exercise'),
      env: {
        ...process.env,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${(server.address() as AddressInfo).port}`,
      },
    });
    const [code] = await once(child, 'close');
    server.close();
    assert.equal(code, 0);
    for (const word of ['handle-request', 'call-database', 'exercise-svc']) {
      assert.ok(bodies.join().includes(word), `${word} is not in:\n${bodies.join()}`);
    }
  });

  it('manual tracing prints three traces: one that went well, one that failed, and its linked retry', () => {
    const output = start('manual-tracing');
    assert.equal(output.match(/^shop {2}trace /gm)?.length, 3);
    assert.match(output, /● place order SERVER[\s\S]*├─● price tea/);
    assert.match(output, /● checkout INTERNAL ✗/);
    assert.match(output, /Caused by: RangeError: 13 is over the limit of 12/);
    assert.match(output, /↗ trace [0-9a-f]{32} span [0-9a-f]{16}/);
  });

  it('propagation by hand prints both halves of one trace, and baggage arrives', () => {
    const output = start('propagation-by-hand');
    const [first, second] = [...output.matchAll(/^(?:frontend|backend) {2}trace ([0-9a-f]{32})/gm)];
    assert.equal(first?.[1], second?.[1]);
    const parent = /remote parent ([0-9a-f]{16})/.exec(output)?.[1];
    assert.ok(parent !== undefined && output.includes(`${parent}\n`), output);
    assert.match(output, /user\.tier {2}gold/);
    assert.match(output, /The backend answered: hello, gold customer/);
  });
});
