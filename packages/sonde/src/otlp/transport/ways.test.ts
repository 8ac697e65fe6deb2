/** The ways to a receiver, with TLS and through proxies, for HTTP and gRPC alike: through an exporter's own options. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Authority, encrypted } from '../../platform/certificates.fixture.ts';
import { TestProxy } from '../../platform/proxy.fixture.ts';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import { type OTLPExporterOptions, resolveOptions } from '../options.ts';
import { GrpcReceiver } from './grpc-receiver.fixture.ts';
import { openTransport } from './open.ts';
import type { SendResult } from './send.ts';

const authority = new Authority('the root');
const said: string[] = [];
const opened: (() => unknown)[] = [];
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-ways-'));
  setGlobalErrorHandler((error) => said.push(error.message));
});
after(() => {
  rmSync(folder, { recursive: true });
  setGlobalErrorHandler(undefined);
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (/^OTEL_|_proxy$/i.test(name)) delete process.env[name];
  said.length = 0;
  for (const end of opened.splice(0).reverse()) await end();
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const mutual = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };

/** A receiver of HTTP or gRPC: its port, and the headers of what it got. */
async function receive(
  protocol: 'http/protobuf' | 'grpc',
  tls?: { cert: string; key: string } & object,
): Promise<{ port: number; got: IncomingHttpHeaders[] }> {
  const got: IncomingHttpHeaders[] = [];
  if (protocol === 'grpc') {
    const receiver = await GrpcReceiver.start(tls === undefined ? {} : { tls });
    opened.push(() => receiver.stop());
    const { reply } = receiver;
    receiver.reply = (stream, call, index) => {
      got.push(call.headers);
      reply(stream, call, index);
    };
    return { port: receiver.port, got };
  }
  const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  server.on('request', (request, response) => {
    got.push(request.headers);
    request.resume().on('end', () => response.end());
  });
  opened.push(() => [server.closeAllConnections(), server.close()]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, got };
}

async function proxy(tls?: { cert: string; key: string }): Promise<TestProxy> {
  const started = await new TestProxy(tls).listen();
  opened.push(() => started.stop());
  return started;
}

/** Sends one message with the transport that these options ask for. */
async function send(options: OTLPExporterOptions): Promise<SendResult> {
  const transport = openTransport('traces', resolveOptions('traces', options)!);
  opened.push(() => transport.close());
  const result = await transport.send({ body: [Buffer.from('hello')], byteLength: 5, timeoutMillis: 5_000 });
  const { status: _, ...rest } = result;
  assert.ok(!JSON.stringify([result, transport.destination]).includes('hunter2'));
  return rest;
}

const ACCEPTED: SendResult = { kind: 'accepted', rejected: 0 };

const WAYS = [
  { protocol: 'http/protobuf' },
  { protocol: 'http/protobuf', httpAgentOptions: { keepAlive: true } },
  { protocol: 'grpc' },
] as const;

for (const means of WAYS) {
  const { protocol } = means;
  const named = 'httpAgentOptions' in means ? `${protocol} by an agent` : protocol;
  describe(`TLS of ${named}`, () => {
    it('trusts the authority that code names, as text, bytes or file', async () => {
      const { port } = await receive(protocol, authority.issue('localhost'));
      const to = { ...means, url: `https://localhost:${port}` };
      assert.deepEqual(await send({ ...to, tls: { ca: authority.cert } }), ACCEPTED);
      assert.deepEqual(await send({ ...to, tls: { ca: Buffer.from(authority.cert) } }), ACCEPTED);
      assert.deepEqual(await send({ ...to, tls: { caFile: file('ca.pem', authority.cert) } }), ACCEPTED);
      assert.deepEqual(await send({ ...to, tls: { rejectUnauthorized: false } }), ACCEPTED);
      const unknown = await send(to);
      assert.equal(unknown.kind, 'retryable');
      assert.match(unknown.message ?? '', /certificate/i);
    });

    it('takes a chain with an authority between', async () => {
      const between = new Authority('between', authority);
      const { cert, key } = between.issue('localhost');
      const { port } = await receive(protocol, { cert: cert + between.cert, key });
      const tls = { ca: authority.cert };
      assert.deepEqual(await send({ ...means, url: `https://localhost:${port}`, tls }), ACCEPTED);
    });

    it('shows the certificate of the client, whose key may have a passphrase', async () => {
      const { port, got } = await receive(protocol, { ...authority.issue('localhost'), ...mutual });
      const to = { ...means, url: `https://localhost:${port}` };
      const { cert, key } = authority.issue('client');
      assert.deepEqual(await send({ ...to, tls: { ca: authority.cert, cert, key } }), ACCEPTED);
      const locked = {
        ca: authority.cert,
        cert,
        key: encrypted(key, 'open sesame'),
        passphrase: 'open sesame',
      };
      assert.deepEqual(await send({ ...to, tls: locked }), ACCEPTED);
      assert.equal((await send({ ...to, tls: { ca: authority.cert } })).kind, 'retryable');
      assert.equal(got.length, 2);
    });

    it('obeys the variables, the signal’s before the general ones', async () => {
      const { port } = await receive(protocol, { ...authority.issue('localhost'), ...mutual });
      const { cert, key } = authority.issue('client');
      const other = new Authority('another');
      process.env['OTEL_EXPORTER_OTLP_CERTIFICATE'] = file('other.pem', other.cert);
      process.env['OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE'] = file('ca.pem', authority.cert);
      process.env['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'] = file('client.pem', cert);
      process.env['OTEL_EXPORTER_OTLP_CLIENT_KEY'] = file('client.key', key);
      const to = { ...means, url: `https://localhost:${port}` };
      assert.deepEqual(await send(to), ACCEPTED);
      assert.deepEqual(said, []);
      // Half of a pair in code is never completed by the environment.
      assert.throws(
        () => resolveOptions('traces', { ...to, tls: { cert } }),
        /option tls.cert: a client certificate needs its key/,
      );
    });

    it('says what is wrong with a variable by name and file, once, and goes without it', async () => {
      const { cert, key } = authority.issue('client');
      const past = authority.issue('late', { from: new Date('2020-01-01'), to: new Date('2021-01-01') });
      const cases: [Record<string, string>, RegExp][] = [
        [
          { CERTIFICATE: '/none/ca.pem' },
          /OTEL_EXPORTER_OTLP_CERTIFICATE="\/none\/ca.pem": ENOENT.*; it is not used/,
        ],
        [{ CERTIFICATE: folder }, /OTEL_EXPORTER_OTLP_CERTIFICATE=".*": EISDIR/],
        [{ CERTIFICATE: file('text.pem', 'hello') }, /text.pem": there is no certificate in it/],
        [
          { CERTIFICATE: file('cut.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n') },
          /cut.pem": .*(asn1|ASN1|wrong|PEM)/i,
        ],
        [
          { CLIENT_CERTIFICATE: file('c.pem', cert) },
          /c.pem": a client certificate needs its key, and there is none/,
        ],
        [{ CLIENT_KEY: file('c.key', key) }, /c.key": a client key needs its certificate, and there is none/],
        [
          {
            CLIENT_CERTIFICATE: file('c.pem', cert),
            CLIENT_KEY: file('o.key', authority.issue('other').key),
          },
          /OTEL_EXPORTER_OTLP_CLIENT_KEY=".*o.key": it is not the key of OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=".*c.pem"/,
        ],
        [
          { CLIENT_CERTIFICATE: file('c.pem', cert), CLIENT_KEY: file('l.key', encrypted(key, 'hunter2')) },
          /OTEL_EXPORTER_OTLP_CLIENT_KEY=".*l.key": .*(passphrase|password|ERR_OSSL)/i,
        ],
        [
          { CLIENT_CERTIFICATE: file('p.pem', past.cert), CLIENT_KEY: file('p.key', past.key) },
          /OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=".*p.pem": expired on Jan +1 .*2021/,
        ],
      ];
      const to = { ...means, url: 'https://localhost:1' };
      for (const [variables, expected] of cases) {
        for (const [name, path] of Object.entries(variables))
          process.env[`OTEL_EXPORTER_OTLP_${name}`] = path;
        said.length = 0;
        resolveOptions('traces', to);
        resolveOptions('traces', to);
        for (const name of Object.keys(variables)) delete process.env[`OTEL_EXPORTER_OTLP_${name}`];
        const lines = said.filter((line) => expected.test(line));
        // The same words were said already when the first way was tried.
        assert.ok(
          lines.length === 1 || (means !== WAYS[0] && lines.length === 0),
          `${expected}\n${said.join('\n')}`,
        );
      }
    });
  });

  describe(`proxies of ${named}`, () => {
    const way = protocol === 'grpc' ? 'CONNECT' : 'POST';

    it('carry plain requests, with their credentials', async () => {
      const { port, got } = await receive(protocol);
      const between = await proxy();
      process.env['HTTP_PROXY'] = `http://me:hunter2@127.0.0.1:${between.port}`;
      const url = `http://collector.test:${port}${protocol === 'grpc' ? '' : '/v1/traces?a=b'}`;
      assert.deepEqual(await send({ ...means, url }), ACCEPTED);
      assert.deepEqual(between.asked, [
        protocol === 'grpc'
          ? `CONNECT collector.test:${port}`
          : `POST http://collector.test:${port}/v1/traces?a=b`,
      ]);
      assert.deepEqual(between.authorizations, [`Basic ${btoa('me:hunter2')}`]);
      assert.equal(got.length, 1);
      assert.equal(got[0]?.['proxy-authorization'], undefined);
      assert.equal(got[0]?.[protocol === 'grpc' ? ':authority' : 'host'], `collector.test:${port}`);
    });

    it('carry TLS without looking into it', async () => {
      const { port } = await receive(protocol, authority.issue('c', { names: ['collector.test'] }));
      const between = await proxy();
      process.env['https_proxy'] = `127.0.0.1:${between.port}`;
      const to = { ...means, url: `https://collector.test:${port}/x`, tls: { ca: authority.cert } };
      assert.deepEqual(await send(to), ACCEPTED);
      assert.deepEqual(between.asked, [`CONNECT collector.test:${port}`]);
      assert.match((await send({ ...to, tls: {} })).message ?? '', /certificate/i);
    });

    it('may be given in code, which goes before the variables', async () => {
      const { port } = await receive(protocol);
      const between = await proxy();
      process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
      const own = {
        ...means,
        url: `http://collector.test:${port}`,
        proxy: `http://127.0.0.1:${between.port}`,
      };
      assert.deepEqual(await send(own), ACCEPTED);
      assert.match(between.asked[0] ?? '', new RegExp(`^${way} `));
    });

    it('may be reached by TLS, with an authority that Node trusts', async () => {
      const { port } = await receive(protocol);
      const between = await proxy(authority.issue('localhost'));
      const entry = new URL('../../entry/otlp.js', import.meta.url).href;
      const program = `
        const { OTLPTraceExporter } = await import('${entry}');
        const { TracerProvider, SimpleSpanProcessor } = await import('${entry.replace('otlp.js', 'sdk.js')}');
        const exporter = new OTLPTraceExporter({ ...${JSON.stringify(means)}, url: 'http://collector.test:${port}' });
        const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
        provider.getTracer('t').startSpan('s').end();
        await provider.forceFlush();
      `;
      for (const host of ['localhost', '127.0.0.1'])
        await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
          env: {
            PATH: process.env['PATH'],
            NODE_EXTRA_CA_CERTS: file('proxy-ca.pem', authority.cert),
            HTTP_PROXY: `https://${host}:${between.port}`,
          },
          timeout: 60_000,
        });
      assert.equal(between.asked.length, 2);
      assert.match(between.asked[0] ?? '', new RegExp(`^${way} `));
    });

    it('are passed by where NO_PROXY, the code or the nature of the host says so', async () => {
      const { port } = await receive(protocol);
      process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
      assert.deepEqual(await send({ ...means, url: `http://localhost:${port}` }), ACCEPTED);
      assert.deepEqual(await send({ ...means, url: `http://127.0.0.1:${port}` }), ACCEPTED);
      const away = { ...means, url: `http://collector.test:${port}` };
      assert.match((await send(away)).message ?? '', /ECONNREFUSED 127.0.0.1:1$|ECONNREFUSED 127.0.0.1:1\b/);
      const direct = /ENOTFOUND|EAI_AGAIN/;
      assert.match((await send({ ...away, proxy: false })).message ?? '', direct);
      process.env['NO_PROXY'] = '.test';
      assert.match((await send(away)).message ?? '', direct);
    });

    it('that answer with anything at all are a failure', async () => {
      const between = await proxy();
      process.env['HTTPS_PROXY'] = `http://me:hunter2@127.0.0.1:${between.port}`;
      const transport = openTransport(
        'traces',
        resolveOptions('traces', { ...means, url: 'https://collector.test' })!,
      );
      opened.push(() => transport.close());
      const line = fc.constantFrom(
        'HTTP/1.1 ',
        'HTTP/1.0 200',
        'HTTP/1.1 101 x',
        'HTTP/1.1 2000 ',
        'http/1.1 200 OK',
        '',
      );
      await fc.assert(
        fc.asyncProperty(
          line,
          fc.string(),
          fc.constantFrom('\r\n\r\n', '\r\n', ''),
          async (start, rest, end) => {
            between.refusal = start + rest + end;
            const result = await transport.send({ body: [], byteLength: 0, timeoutMillis: 5_000 });
            assert.equal(result.kind, 'retryable');
            assert.ok(!result.message.includes('hunter2'));
          },
        ),
        { numRuns: 1_000, verbose: 1 },
      );
    });

    it('that do not do it are named, without their credentials', async () => {
      const between = await proxy();
      process.env['HTTPS_PROXY'] = `http://me:hunter2@127.0.0.1:${between.port}`;
      const to = { ...means, url: 'https://collector.test:4317' };
      const refusals: [string, RegExp][] = [
        [
          'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
          /the proxy 127.0.0.1:\d+: it answered CONNECT with 407: it wants other credentials/,
        ],
        ['HTTP/1.1 503 Busy\r\n\r\n', /it answered CONNECT with 503/],
        ['SSH-2.0\r\n\r\n', /not HTTP\/1.1/],
        [`HTTP/1.1 200 ${'x'.repeat(20_000)}`, /more than 16384 bytes/],
        ['', /without an answer to CONNECT/],
      ];
      for (const [refusal, expected] of refusals) {
        between.refusal = refusal;
        const result = await send(to);
        assert.equal(result.kind, 'retryable');
        assert.match(result.message ?? '', expected);
      }
    });
  });
}
