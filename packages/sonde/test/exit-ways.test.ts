/**
 * The way out over every way to a receiver: the thread that sends what is left speaks gRPC, TLS with both sides'
 * certificates, and through proxies. Each program ends in the same tick as its span.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project } from './packed.ts';

interface Pem {
  readonly cert: string;
  readonly key: string;
}

interface Fixtures {
  readonly Authority: new () => { readonly cert: string; issue(name: string, options?: object): Pem };
  readonly TestProxy: new (
    tls?: Pem,
  ) => {
    listen(): Promise<{ port: number; asked: string[]; stop(): Promise<void> }>;
  };
}

// Helpers of the tests beside the source, which the tarball leaves out.
const load = (name: string) =>
  import(new URL(`../../dist/esm/platform/${name}.fixture.js`, import.meta.url).href);

/** Headers with a function that has to be asked, TLS and protocol from the environment. */
const PROGRAM = `
import { trace } from 'sonde';
import { BatchSpanProcessor, installExitHandlers, startSdk } from 'sonde/sdk';
import { OTLPTraceExporter } from 'sonde/otlp';
// A busy machine may take longer than the usual second: here it counts what arrives, not when.
installExitHandlers({ timeoutMillis: 15_000 });
const exporter = new OTLPTraceExporter({ headers: () => ({ 'x-token': 'asked at the end' }) });
startSdk({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
trace.getTracer('t').startSpan('last ' + process.env.RUN).end();
const host = process;
if (host.env.WITHOUT_GLOBAL === 'yes') delete globalThis.process;
host.exit(3);
`;

describe('the way out', { concurrency: 2 }, () => {
  const got: { body: string; headers: Record<string, unknown> }[] = [];
  const servers: Server[] = [];
  const ports = { http: 0, https: 0, grpc: 0, grpcs: 0 };
  const files = { ca: '', cert: '', key: '' };
  let folder = '';
  let project: Project;
  let proxy: Awaited<ReturnType<InstanceType<Fixtures['TestProxy']>['listen']>>;
  let secureProxy: typeof proxy;
  let program = '';

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  before(async () => {
    const { Authority } = (await load('certificates')) as Fixtures;
    const { TestProxy } = (await load('proxy')) as Fixtures;
    folder = mkdtempSync(join(tmpdir(), 'sonde-exit-'));
    const authority = new Authority();
    const client = authority.issue('client');
    for (const [name, text] of Object.entries({ ca: authority.cert, ...client })) {
      files[name as keyof typeof files] = join(folder, `${name}.pem`);
      writeFileSync(files[name as keyof typeof files], text);
    }
    const names = ['localhost', '127.0.0.1', 'collector.test'];
    const tls = {
      ...authority.issue('server', { names }),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    };
    for (const [name, server] of [
      ['http', createHttpServer()],
      ['https', createHttpsServer(tls)],
    ] as const) {
      server.on('request', (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
          got.push({ body: Buffer.concat(chunks).toString('latin1'), headers: request.headers });
          response.end();
        });
      });
      ports[name] = await listen(server);
    }
    for (const [name, server] of [
      ['grpc', createHttp2Server()],
      ['grpcs', createSecureServer(tls)],
    ] as const) {
      server.on('sessionError', () => undefined);
      server.on('stream', (stream, headers) => {
        const chunks: Buffer[] = [];
        stream.on('error', () => undefined);
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          got.push({ body: Buffer.concat(chunks).toString('latin1'), headers });
          stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
          stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
          stream.end(Buffer.alloc(5));
        });
      });
      ports[name] = await listen(server);
    }
    proxy = await new TestProxy().listen();
    secureProxy = await new TestProxy(authority.issue('proxy')).listen();
    project = new Project();
    program = project.write('exit-ways.mjs', PROGRAM);
  });

  after(async () => {
    for (const server of servers) server.close();
    await proxy.stop();
    await secureProxy.stop();
    project.remove();
    rmSync(folder, { recursive: true });
  });

  async function end(run: string, variables: Record<string, string>): Promise<string> {
    const child = spawn(process.execPath, [program], {
      cwd: project.folder,
      env: {
        PATH: process.env['PATH'],
        RUN: run,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        ...variables,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(status, 3, stderr);
    return stderr;
  }

  const mutual = () => ({
    OTEL_EXPORTER_OTLP_CERTIFICATE: files.ca,
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: files.cert,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: files.key,
  });
  const viaProxy = () => {
    const url = `http://me:hunter2@127.0.0.1:${proxy.port}`;
    return { HTTP_PROXY: url, HTTPS_PROXY: url };
  };

  const viaSecureProxy = () => {
    const url = `https://localhost:${secureProxy.port}`;
    return { HTTP_PROXY: url, HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: files.ca };
  };

  const ways: Record<string, () => Record<string, string>> = {
    gRPC: () => ({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${ports.grpc}`,
    }),
    'gRPC with mTLS': () => ({
      ...mutual(),
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `localhost:${ports.grpcs}`,
    }),
    'HTTP with mTLS': () => ({
      ...mutual(),
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${ports.https}`,
    }),
    'HTTP through a proxy': () => ({
      ...viaProxy(),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector.test:${ports.http}`,
    }),
    'HTTP through a proxy with TLS of its own': () => ({
      ...viaSecureProxy(),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector.test:${ports.http}`,
    }),
    'gRPC with mTLS through a proxy with TLS of its own': () => ({
      ...viaSecureProxy(),
      ...mutual(),
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `collector.test:${ports.grpcs}`,
    }),
    'HTTP with mTLS through a proxy': () => ({
      ...viaProxy(),
      ...mutual(),
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://collector.test:${ports.https}`,
    }),
    'HTTP after the global process is gone': () => ({
      WITHOUT_GLOBAL: 'yes',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${ports.http}`,
    }),
    'gRPC through a proxy': () => ({
      ...viaProxy(),
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector.test:${ports.grpc}`,
    }),
    'gRPC with mTLS through a proxy': () => ({
      ...viaProxy(),
      ...mutual(),
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `collector.test:${ports.grpcs}`,
    }),
  };

  for (const [name, variables] of Object.entries(ways)) {
    it(`delivers by ${name}`, async () => {
      const run = `run-${Object.keys(ways).indexOf(name)}.`;
      const between = name.includes('of its own') ? secureProxy : proxy;
      const before = between.asked.length;
      const stderr = await end(run, variables());
      assert.equal(stderr, '');
      const mine = got.filter(({ body }) => body.includes(`last ${run}`));
      assert.equal(mine.length, 1, 'the span was not delivered');
      assert.equal(mine[0]?.headers['x-token'], 'asked at the end');
      if (name.includes('proxy')) assert.ok(between.asked.length > before);
    });
  }

  it('says what a receiver of gRPC answered, and shows no secret', async () => {
    const refusing = createHttp2Server();
    refusing.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.respond(
        { ':status': 200, 'grpc-status': '16', 'grpc-message': 'no%20key' },
        { endStream: true },
      );
    });
    const port = await listen(refusing);
    const stderr = await end('refused', {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
    });
    assert.match(stderr, /gRPC UNAUTHENTICATED \(no key\)/);
    assert.ok(!stderr.includes('hunter2'));
  });
});
