/** Rows OTLP: the exporter of traces over HTTP against a real server. */
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { OTLPExporterOptions } from 'sonde/otlp';
import type { ExportResult, ReadableSpan } from 'sonde/sdk';
import { type Answer, Receiver } from './receiver.ts';
import { api, otlp, sdk } from './subject.ts';

type Exporter = InstanceType<typeof otlp.OTLPTraceExporter>;

const exporters: Exporter[] = [];
const receivers: Receiver[] = [];
const warnings: string[] = [];

const note = (message: string, ...rest: unknown[]): void => {
  warnings.push([message, ...rest.map(String)].join(' '));
};
api.diag.setLogger({ error: note, warn: note, info: note, debug: () => {}, verbose: () => {} });

afterEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
  await Promise.all(exporters.splice(0).map((exporter) => exporter.shutdown().catch(() => undefined)));
  warnings.length = 0;
});

async function start(answer?: Answer): Promise<Receiver> {
  const receiver = await Receiver.start(answer);
  receivers.push(receiver);
  return receiver;
}

function exporter(options: OTLPExporterOptions = {}): Exporter {
  const made = new otlp.OTLPTraceExporter(options);
  exporters.push(made);
  return made;
}

/** Ended spans, made by the subject's own SDK. */
function spans(...names: string[]): ReadableSpan[] {
  const memory = new sdk.InMemorySpanExporter();
  const provider = new sdk.TracerProvider({
    spanProcessors: [new sdk.SimpleSpanProcessor({ exporter: memory })],
  });
  const tracer = provider.getTracer('conformance');
  for (const name of names) tracer.startSpan(name).end();
  return memory.getFinishedSpans() as ReadableSpan[];
}

function send(to: Exporter, ...names: string[]): Promise<ExportResult> {
  return new Promise((resolve) => to.export(spans(...names), resolve));
}

const reply =
  (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): Answer =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

/** Connects to the receiver whatever address was asked for, and keeps what was asked for. */
class RedirectingAgent extends Agent {
  asked: TcpNetConnectOpts[] = [];
  readonly #port: number;
  constructor(port: number) {
    super();
    this.#port = port;
  }
  override createConnection(options: TcpNetConnectOpts): Socket {
    this.asked.push(options);
    return connect(this.#port, '127.0.0.1');
  }
}

describe('protocol and encoding', () => {
  it('OTLP-02 protobuf goes out as a POST of application/x-protobuf', async () => {
    const receiver = await start();
    const result = await send(exporter({ url: receiver.url, protocol: 'http/protobuf' }), 'a span');
    assert.equal(result.code, 0);
    const [request] = receiver.received;
    assert.equal(request?.headers['content-type'], 'application/x-protobuf');
    assert.equal(request?.body[0], 0x0a, 'field 1, resource_spans');
    assert.ok(request?.body.includes('a span'));
  });

  it('OTLP-03 JSON goes out as a POST of application/json', async () => {
    const receiver = await start();
    const result = await send(exporter({ url: receiver.url, protocol: 'http/json' }), 'a span');
    assert.equal(result.code, 0);
    const [request] = receiver.received;
    assert.equal(request?.headers['content-type'], 'application/json');
    const message = JSON.parse(String(request?.body));
    assert.equal(message.resourceSpans[0].scopeSpans[0].spans[0].name, 'a span');
  });

  it('OTLP-04 the protocol is http/protobuf when nobody says otherwise', async () => {
    const receiver = await start();
    await send(exporter({ url: receiver.url }), 'a');
    assert.equal(receiver.received[0]?.headers['content-type'], 'application/x-protobuf');
  });
});

describe('the endpoint', () => {
  it('OTLP-05 the path of the signal is appended to that of the general endpoint', async () => {
    const receiver = await start();
    for (const path of ['', '/', '/base', '/base/']) {
      process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `${receiver.origin}${path}`;
      await send(exporter(), 'a');
    }
    const paths = receiver.received.map((request) => request.path);
    assert.deepEqual(paths, ['/v1/traces', '/v1/traces', '/base/v1/traces', '/base/v1/traces']);
  });

  it('OTLP-05 OTLP-06 the endpoint of the signal is used as it is', async () => {
    const receiver = await start();
    for (const path of ['', '/', '/x/y', '/x/?tenant=a%20b']) {
      process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] = `${receiver.origin}${path}`;
      await send(exporter(), 'a');
    }
    const paths = receiver.received.map((request) => request.path);
    assert.deepEqual(paths, ['/', '/', '/x/y', '/x/?tenant=a%20b']);
  });

  it('OTLP-06 a URL without a port goes to the port of its scheme', async () => {
    const receiver = await start();
    const agent = new RedirectingAgent(receiver.port);
    await send(exporter({ url: 'http://collector.example/v1/traces', httpAgentOptions: () => agent }), 'a');
    assert.equal(Number(agent.asked[0]?.port), 80);
    assert.equal(agent.asked[0]?.host, 'collector.example');
    assert.equal(receiver.received.length, 1);
  });

  it('OTLP-07 the endpoint is http://localhost:4318/v1/traces by default', async () => {
    const receiver = await start();
    const agent = new RedirectingAgent(receiver.port);
    await send(exporter({ httpAgentOptions: () => agent }), 'a');
    assert.equal(Number(agent.asked[0]?.port), 4318);
    assert.equal(agent.asked[0]?.host, 'localhost');
    assert.equal(receiver.received[0]?.path, '/v1/traces');
  });

  it('OTLP-09 what is set for the signal wins over what is set for all', async () => {
    const [general, own] = [await start(), await start()];
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = general.origin;
    process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] = own.url;
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'who=general';
    process.env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] = 'who=traces';
    process.env['OTEL_EXPORTER_OTLP_COMPRESSION'] = 'gzip';
    process.env['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION'] = 'none';
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '60000';
    process.env['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT'] = '300';
    await send(exporter(), 'a');
    assert.equal(general.received.length, 0);
    assert.equal(own.received[0]?.headers['who'], 'traces');
    assert.equal(own.received[0]?.headers['content-encoding'], undefined);
    own.answer = () => undefined;
    const before = performance.now();
    const result = await send(exporter(), 'b');
    assert.equal(result.code, 1);
    assert.ok(performance.now() - before < 30_000);
  });
});

describe('headers', () => {
  it('OTLP-11 headers may be fixed or come from a function, at once or later', async () => {
    const receiver = await start();
    const given = [{ token: '1' }, () => ({ token: '2' }), async () => ({ token: '3' })];
    for (const headers of given) {
      await send(exporter({ url: receiver.url, headers } as OTLPExporterOptions), 'a');
    }
    assert.deepEqual(
      receiver.received.map((request) => request.headers['token']),
      ['1', '2', '3'],
    );
  });

  it('OTLP-11 headers of the environment are percent-decoded pairs', async () => {
    const receiver = await start();
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'api-key=a%20b%3D,x=1';
    await send(exporter({ url: receiver.url }), 'a');
    assert.equal(receiver.received[0]?.headers['api-key'], 'a b=');
    assert.equal(receiver.received[0]?.headers['x'], '1');
  });

  it('OTLP-32 the user agent names exporter, language and version, after the product that the user names', async () => {
    const receiver = await start();
    await send(exporter({ url: receiver.url }), 'a');
    await send(exporter({ url: receiver.url, userAgent: 'shop/1.2' }), 'b');
    const own = /^OTel-OTLP-Exporter-JavaScript\/\d+\.\d+\.\d+/;
    const [first, second] = receiver.received.map((request) => String(request.headers['user-agent']));
    assert.match(first ?? '', own);
    assert.equal(second, `shop/1.2 ${first}`);
  });
});

describe('compression', () => {
  it('OTLP-12 a request is compressed and says so', async () => {
    const receiver = await start();
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      const names = Array.from({ length: 100 }, (_, index) => `span ${index}`);
      const result = await send(exporter({ url: receiver.url, protocol, compression: 'gzip' }), ...names);
      assert.equal(result.code, 0);
    }
    for (const request of receiver.received) {
      assert.equal(request.headers['content-encoding'], 'gzip');
      assert.ok(request.body.includes('span 99'), 'readable once unpacked');
    }
  });

  it('OTLP-14 a compressed answer is asked for and read', async () => {
    const message = '{"partialSuccess":{"errorMessage":"please upgrade"}}';
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const receiver = await start(reply(200, headers, gzipSync(message)));
    await send(exporter({ url: receiver.url, protocol: 'http/json' }), 'a');
    assert.match(String(receiver.received[0]?.headers['accept-encoding']), /gzip/);
    assert.ok(
      warnings.some((line) => line.includes('please upgrade')),
      warnings.join('\n'),
    );
  });
});

describe('bounds', () => {
  it('OTLP-15 with retry: spec the timeout covers all attempts', async () => {
    const receiver = await start(reply(503));
    const before = performance.now();
    const result = await send(exporter({ url: receiver.url, timeoutMillis: 800, retry: 'spec' }), 'a');
    assert.equal(result.code, 1);
    assert.ok(performance.now() - before < 9_000, `${performance.now() - before} ms`);
  });

  it('OTLP-16 no request is larger than the limit, and a span that is larger is not sent but counted as lost', async () => {
    const receiver = await start();
    const to = exporter({ url: receiver.url, maxRequestBytes: 1_000 });
    const names = Array.from({ length: 50 }, (_, index) => `span ${index} ${'x'.repeat(50)}`);
    assert.equal((await send(to, ...names)).code, 0);
    assert.ok(receiver.received.length > 5);
    assert.ok(receiver.received.every((request) => request.body.length <= 1_000));
    const all = Buffer.concat(receiver.received.map((request) => request.body));
    assert.ok(names.every((name) => all.includes(name)));
    const sent = receiver.received.length;
    const result = await send(to, 'y'.repeat(1_000));
    assert.equal(result.code, 1);
    assert.match(String(result.error), /too_large/);
    assert.equal(receiver.received.length, sent);
  });

  it('OTLP-17 an answer over the limit, also unpacked, is a failure that is not retried', async () => {
    const receiver = await start(reply(503, {}, 'x'.repeat(5_001)));
    const to = exporter({ url: receiver.url, maxResponseBytes: 5_000, timeoutMillis: 3_000 });
    assert.equal((await send(to, 'a')).code, 1);
    receiver.answer = reply(503, { 'content-encoding': 'gzip' }, gzipSync('x'.repeat(5_001)));
    assert.equal((await send(to, 'b')).code, 1);
    assert.equal(receiver.received.length, 2);
    receiver.answer = reply(200, {}, 'x'.repeat(5_000));
    assert.equal((await send(to, 'c')).code, 0);
  });

  it('OTLP-28 requests run at the same time, up to the limit', async () => {
    const receiver = await start((response) => void setTimeout(() => response.end(), 50));
    const to = exporter({ url: receiver.url, concurrencyLimit: 2 });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => send(to, name)));
    assert.equal(receiver.mostAtOnce, 2);
  });

  it('OTLP-29 connections are kept between requests', async () => {
    const receiver = await start();
    const to = exporter({ url: receiver.url });
    for (const name of ['a', 'b', 'c']) await send(to, name);
    assert.equal(new Set(receiver.received.map((request) => request.socket)).size, 1);
  });
});

describe('retrying', () => {
  it('OTLP-18 attempts are spaced by a backoff that chance varies', async () => {
    const waits = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const receiver = await start((response, _, index) =>
          reply(index === 0 ? 503 : 200)(response, _, index),
        );
        assert.equal((await send(exporter({ url: receiver.url }), 'a')).code, 0);
        const [first, second] = receiver.received;
        return Math.round(second!.at - first!.at);
      }),
    );
    assert.ok(
      waits.every((wait) => wait >= 50 && wait <= 5_000),
      String(waits),
    );
    assert.ok(new Set(waits).size > 1, String(waits));
  });

  it('OTLP-21 OTLP-24 429, 502, 503 and 504 are sent again, everything else is not', async () => {
    const outcomes = await Promise.all(
      [429, 502, 503, 504, 400, 401, 404, 408, 413, 500, 501, 505].map(async (status) => {
        const receiver = await start((response, _, index) =>
          reply(index === 0 ? status : 200)(response, _, index),
        );
        const { code } = await send(exporter({ url: receiver.url }), 'a');
        return [status, receiver.received.length, code];
      }),
    );
    for (const [status, attempts, code] of outcomes) {
      const retryable = [429, 502, 503, 504].includes(status!);
      assert.deepEqual([status, attempts, code], retryable ? [status, 2, 0] : [status, 1, 1]);
    }
  });

  it('OTLP-22 the receiver says when, in seconds or by a date', async () => {
    const waits = await Promise.all(
      [() => '2', () => new Date(Date.now() + 3_000).toUTCString()].map(async (retryAfter) => {
        const receiver = await start((response, _, index) => {
          if (index === 0) response.writeHead(429, { 'retry-after': retryAfter() });
          response.end();
        });
        assert.equal((await send(exporter({ url: receiver.url }), 'a')).code, 0);
        const [first, second] = receiver.received;
        return second!.at - first!.at;
      }),
    );
    assert.ok(
      waits.every((wait) => wait >= 1_900 && wait < 9_000),
      String(waits),
    );
  });

  it('OTLP-23 a connection that breaks before the answer is tried again', async () => {
    const receiver = await start((response, request, index) => {
      if (index === 0) request.socket.resetAndDestroy();
      else response.end();
    });
    assert.equal((await send(exporter({ url: receiver.url }), 'a')).code, 0);
    assert.equal(receiver.received.length, 2);
  });

  it('OTLP-25 the message of a failed request is read from google.rpc.Status', async () => {
    const status = Buffer.concat([Buffer.from([0x08, 3, 0x12, 8]), Buffer.from('bad span')]);
    const receiver = await start(reply(400, { 'content-type': 'application/x-protobuf' }, status));
    const { error } = await send(exporter({ url: receiver.url }), 'a');
    assert.match(String(error?.message), /bad span/);
    assert.ok(!String(error?.message).includes('\u0012'));
  });

  it('OTLP-26 a partial success is not sent again, and what the receiver says is said', async () => {
    const message = Buffer.concat([Buffer.from([0x0a, 12, 0x08, 1, 0x12, 8]), Buffer.from('no quota')]);
    const receiver = await start(reply(200, { 'content-type': 'application/x-protobuf' }, message));
    const result = await send(exporter({ url: receiver.url }), 'a', 'b');
    assert.equal(result.code, 0);
    assert.equal(receiver.received.length, 1);
    assert.ok(
      warnings.some((line) => line.includes('no quota')),
      warnings.join('\n'),
    );
  });
});

describe('shutdown and destinations', () => {
  it('OTLP-27 shutdown waits for what is unacknowledged, unless told not to', async () => {
    const receiver = await start((response) => void setTimeout(() => response.end(), 200));
    const patient = exporter({ url: receiver.url });
    let answered = false;
    patient.export(spans('a'), () => {
      answered = true;
    });
    await patient.shutdown();
    assert.ok(answered);
    // It is not answered before its shutdown is over.
    let release = (): void => undefined;
    receiver.answer = (response) => {
      release = () => void response.end();
    };
    const hasty = exporter({ url: receiver.url, waitOnShutdown: false, timeoutMillis: 60_000 });
    const outcome = new Promise<ExportResult>((resolve) => hasty.export(spans('b'), resolve));
    const before = performance.now();
    await hasty.shutdown();
    assert.ok(performance.now() - before < 10_000);
    assert.equal((await outcome).code, 1);
    release();
  });

  it('OTLP-31 a destination that hangs does not keep another from its spans', async () => {
    const [hanging, healthy] = [await start(() => undefined), await start()];
    const processors = [hanging, healthy].map(
      ({ url }) =>
        new sdk.BatchSpanProcessor({
          exporter: exporter({ url, timeoutMillis: 2_000 }),
          scheduledDelayMillis: 10,
        }),
    );
    const provider = new sdk.TracerProvider({ spanProcessors: processors });
    for (const [index, name] of ['a', 'b'].entries()) {
      provider.getTracer('x').startSpan(name).end();
      while (healthy.received.length <= index) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const bodies = Buffer.concat(healthy.received.map((request) => request.body));
    assert.ok(bodies.includes('a') && bodies.includes('b'));
    assert.equal(healthy.received.length, 2);
    // It ends when the exporter of the hanging one is shut down, after this test.
    provider.shutdown().catch(() => undefined);
  });
});
