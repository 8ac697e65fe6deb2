/**
 * Zero-code start as its users write it: every flag, both formats, threads and processes, beside a package manager and
 * under the permission model. The programs have no telemetry in them; what arrives at the receiver is looked at.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Project } from './packed.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  /** `service.instance.id` of its resource. */
  readonly instance: string;
  readonly pid: number;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string | number };
}

interface Message {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<Span, 'instance' | 'pid'>[] }[];
  }[];
}

const [SERVER, CLIENT] = [2, 3];

/** A server that is asked once, by fetch in ESM and by node:http in CommonJS, and then ends. */
const PROGRAMS = {
  mjs: `import { createServer } from 'node:http';
    const server = createServer((request, response) => response.end('ok'));
    server.listen(0, '127.0.0.1', async () => {
      await (await fetch('http://127.0.0.1:' + server.address().port)).text();
      server.close();
    });`,
  cjs: `const http = require('node:http');
    const server = http.createServer((request, response) => response.end('ok'));
    server.listen(0, '127.0.0.1', () => {
      http.get('http://127.0.0.1:' + server.address().port, (response) => {
        response.resume();
        response.on('end', () => process.exit(0));
      });
    });`,
};

const THREADS = `import { Worker, isMainThread } from 'node:worker_threads';
  if (isMainThread) for (let i = 0; i < 2; i++) new Worker(process.argv[1]);
  ${PROGRAMS.mjs}`;

const CLUSTER = `import cluster from 'node:cluster';
  import { createServer } from 'node:http';
  if (cluster.isPrimary) {
    const workers = [cluster.fork(), cluster.fork()];
    const addresses = await Promise.all(workers.map((worker) => new Promise((resolve) => worker.on('listening', resolve))));
    const ask = async () => (await fetch('http://127.0.0.1:' + addresses[0].port, { headers: { connection: 'close' } })).text();
    for (let i = 0; i < 6; i++) await ask();
    for (const worker of workers) worker.kill();
  } else createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1');`;

describe('sonde/register', () => {
  let project: Project;
  let receiver: Server;
  let endpoint = '';
  let spans: Span[] = [];

  before(async () => {
    project = new Project();
    project.write('app.mjs', PROGRAMS.mjs);
    project.write('app.cjs', PROGRAMS.cjs);
    receiver = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      spans.push(...spansOf(JSON.parse(Buffer.concat(pieces).toString('utf8'))));
      response.end('{}');
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  });
  after(() => {
    receiver.closeAllConnections();
    receiver.close();
    project.remove();
  });

  /** Runs a program to its end; what it printed, and the spans that had arrived by then. */
  async function runProgram(
    args: readonly string[],
    variables: Record<string, string> = {},
    command: string = process.execPath,
  ): Promise<{ status: number | null; output: string; stderr: string; spans: Span[] }> {
    spans = [];
    const child = spawn(command, args, {
      cwd: project.folder,
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_METRICS_EXPORTER: 'none',
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (piece) => {
        output[name] += piece;
      });
    }
    const [status] = await once(child, 'close');
    return { status, output: output.stdout + output.stderr, stderr: output.stderr, spans };
  }

  const entryFile = () => join(project.folder, 'node_modules/sonde/dist/bundle/entry/register.mjs');
  const flags: Record<string, () => readonly [string[], Record<string, string>]> = {
    '--import': () => [['--import', 'sonde/register'], {}],
    '--require': () => [['--require', 'sonde/register'], {}],
    'NODE_OPTIONS with --import and a file URL': () => [
      [],
      { NODE_OPTIONS: `--import ${pathToFileURL(entryFile()).href}` },
    ],
    'NODE_OPTIONS with --require and an absolute path': () => [
      [],
      { NODE_OPTIONS: `--require ${entryFile()}` },
    ],
    '--import where ES modules are not required': () => [
      ['--import', 'sonde/register', '--no-experimental-require-module'],
      {},
    ],
    'both flags': () => [['--require', 'sonde/register', '--import', 'sonde/register'], {}],
  };

  for (const [name, settings] of Object.entries(flags)) {
    for (const file of ['app.mjs', 'app.cjs']) {
      it(`${name}: ${file} is seen from both sides, once`, async () => {
        const [args, variables] = settings();
        const run = await runProgram([...args, file], variables);
        assert.deepEqual([run.status, run.output], [0, '']);
        assertExchange(run.spans);
      });
    }
  }

  it('leaves a package manager alone that NODE_OPTIONS reaches, and not what it runs', async () => {
    project.write(
      'package.json',
      '{ "name": "project", "private": true, "scripts": { "app": "node app.mjs" } }',
    );
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    for (const option of [`--require ${entryFile()}`, `--import ${pathToFileURL(entryFile()).href}`]) {
      const variables = { NODE_OPTIONS: option, OTEL_LOG_LEVEL: 'debug' };
      const alone = await runProgram(['--version'], variables, npm);
      assert.deepEqual([alone.status, alone.stderr, alone.spans], [0, '', []]);
      const script = await runProgram(['run', 'app'], variables, npm);
      assert.equal(script.status, 0);
      assert.equal(script.stderr.match(/Started with/g)?.length, 1, script.stderr);
      assertExchange(script.spans);
    }
  });

  it('starts in worker threads too, each an instance of the service of its own', async () => {
    project.write('threads.mjs', THREADS);
    const run = await runProgram(['--import', 'sonde/register', 'threads.mjs']);
    assert.deepEqual([run.status, run.output], [0, '']);
    assert.equal(new Set(run.spans.map(({ pid }) => pid)).size, 1);
    const instances = groupByInstance(run.spans);
    assert.equal(instances.size, 3);
    for (const own of instances.values()) assertExchange(own);
  });

  it('starts in the processes of a cluster, each an instance of its own', async () => {
    project.write('cluster.mjs', CLUSTER);
    const run = await runProgram(['--import', 'sonde/register', 'cluster.mjs']);
    assert.deepEqual([run.status, run.output], [0, '']);
    const primary = new Set(run.spans.filter(({ kind }) => kind === CLIENT).map(({ instance }) => instance));
    const workers = new Set(run.spans.filter(({ kind }) => kind === SERVER).map(({ instance }) => instance));
    assert.deepEqual([primary.size, workers.size], [1, 2]);
    assert.equal(new Set([...primary, ...workers]).size, 3);
    assert.equal(run.spans.length, 12);
    const clients = new Map(run.spans.map((span) => [span.spanId, span]));
    for (const span of run.spans.filter(({ kind }) => kind === SERVER)) {
      assert.equal(clients.get(span.parentSpanId ?? '')?.kind, CLIENT);
    }
  });

  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  // Before, there is no --permission to be under (22.13).
  const hasPermissions = major >= 23 || (major === 22 && minor >= 13);
  // From 25 on the network has to be allowed too.
  const permissions = ['--permission', '--allow-fs-read=*', ...(major >= 25 ? ['--allow-net'] : [])];

  it('delivers at the natural end under --permission', { skip: !hasPermissions }, async () => {
    const run = await runProgram([...permissions, '--import', 'sonde/register', 'app.mjs']);
    assert.equal(run.status, 0);
    assert.doesNotMatch(run.output, /sonde/);
    assertExchange(run.spans);
  });

  it('says once what is lost in process.exit where no worker is allowed', {
    skip: !hasPermissions,
  }, async () => {
    const run = await runProgram([...permissions, '--import', 'sonde/register', 'app.cjs']);
    assert.equal(run.status, 0);
    assert.deepEqual(run.spans, []);
    assert.equal(run.stderr.match(/^sonde /gm)?.length, 1, run.stderr);
    assert.match(run.stderr, /Losing spans, 2 so far: .*no worker thread.*--allow-worker/);
    const allowed = await runProgram([
      ...permissions,
      '--allow-worker',
      '--import',
      'sonde/register',
      'app.cjs',
    ]);
    assertExchange(allowed.spans);
  });
});

function spansOf(message: Message): Span[] {
  return (message.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const of = (key: string) => resource.attributes.find((attribute) => attribute.key === key)?.value;
    const instance = of('service.instance.id')?.stringValue ?? '';
    const pid = Number(of('process.pid')?.intValue);
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, instance, pid })));
  });
}

function groupByInstance(all: readonly Span[]): Map<string, Span[]> {
  const groups = new Map<string, Span[]>();
  for (const span of all) groups.set(span.instance, [...(groups.get(span.instance) ?? []), span]);
  return groups;
}

/** One request as both sides saw it: a client span, and a server span that is its child. */
function assertExchange(seen: readonly Span[]): void {
  const [client, ...moreClients] = seen.filter(({ kind }) => kind === CLIENT);
  const [server, ...moreServers] = seen.filter(({ kind }) => kind === SERVER);
  assert.ok(client !== undefined && server !== undefined, `saw ${JSON.stringify(seen)}`);
  assert.deepEqual([...moreClients, ...moreServers], []);
  assert.equal(server.traceId, client.traceId);
  assert.equal(server.parentSpanId, client.spanId);
}
