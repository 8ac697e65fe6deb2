/** Rows OTLP: the exporters over gRPC, and certificates and headers over gRPC and HTTP alike, against real servers. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { OTLPExporterOptions } from 'sonde/otlp';
import type { ExportResult, ReadableSpan } from 'sonde/sdk';
import { Certificates, GrpcReceiver, grpcReply } from './grpc-receiver.ts';
import { api, otlp, sdk } from './subject.ts';

type Exporter = InstanceType<typeof otlp.OTLPTraceExporter>;

const ended: (() => unknown)[] = [];
const warnings: string[] = [];
const certificates = new Certificates();

const note = (message: string, ...rest: unknown[]): void => {
  warnings.push([message, ...rest.map(String)].join(' '));
};
api.diag.setLogger({ error: note, warn: note, info: note, debug: () => {}, verbose: () => {} });

afterEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  for (const end of ended.splice(0)) await end();
  warnings.length = 0;
});

async function start(receiver: GrpcReceiver = new GrpcReceiver(), port = 0): Promise<GrpcReceiver> {
  await receiver.listen(port);
  ended.push(() => receiver.stop());
  return receiver;
}

function exporter(options: OTLPExporterOptions = {}): Exporter {
  const made = new otlp.OTLPTraceExporter({ protocol: 'grpc', ...options });
  ended.unshift(() => made.shutdown().catch(() => undefined));
  return made;
}

/** Ended spans, made by the subject's own SDK. */
function spans(...names: string[]): ReadableSpan[] {
  const memory = new sdk.InMemorySpanExporter();
  const spanProcessors = [new sdk.SimpleSpanProcessor({ exporter: memory })];
  const tracer = new sdk.TracerProvider({ spanProcessors }).getTracer('conformance');
  for (const name of names) tracer.startSpan(name).end();
  return memory.getFinishedSpans() as ReadableSpan[];
}

function send(to: Exporter, ...names: string[]): Promise<ExportResult> {
  return new Promise((resolve) => to.export(spans(...names), resolve));
}

/** `google.rpc.Status` with RetryInfo of that many milliseconds, as base64. */
function retryInfo(milliseconds: number): string {
  const nanos: number[] = [];
  for (let left = milliseconds * 1_000_000; left > 0; left = Math.floor(left / 128)) {
    nanos.push((left % 128) + (left >= 128 ? 128 : 0));
  }
  const field = (number: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  const info = field(1, Buffer.from([0x10, ...nanos]));
  const any = Buffer.concat([
    field(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    field(2, info),
  ]);
  return field(3, any).toString('base64');
}

describe('OTLP over gRPC', () => {
  it('OTLP-01 spans, metrics and log records go to the service of their signal', async () => {
    const receiver = await start();
    const options = { protocol: 'grpc', url: `http://localhost:${receiver.port}` } as const;
    const { OTLPMetricExporter, OTLPLogExporter } = otlp;
    const tracerProvider = new sdk.TracerProvider({
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter: exporter(options) })],
    });
    const reader = new sdk.PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(options),
      exportIntervalMillis: 60_000,
    });
    const meterProvider = new sdk.MeterProvider({ readers: [reader] });
    const loggerProvider = new sdk.LoggerProvider({
      processors: [new sdk.BatchLogRecordProcessor({ exporter: new OTLPLogExporter(options) })],
    });
    tracerProvider.getTracer('t').startSpan('a span').end();
    meterProvider.getMeter('t').createCounter('a counter').add(5);
    loggerProvider.getLogger('t').emit({ body: 'a record' });
    for (const provider of [tracerProvider, meterProvider, loggerProvider]) await provider.shutdown();
    const bySignal = Object.fromEntries(
      receiver.calls.map(({ path, message }) => [path, message.toString('latin1')]),
    );
    const prefix = '/opentelemetry.proto.collector';
    assert.match(bySignal[`${prefix}.trace.v1.TraceService/Export`] ?? '', /a span/);
    assert.match(bySignal[`${prefix}.metrics.v1.MetricsService/Export`] ?? '', /a counter/);
    assert.match(bySignal[`${prefix}.logs.v1.LogsService/Export`] ?? '', /a record/);
  });

  it('OTLP-07 the endpoint is http://localhost:4317 by default', async (t) => {
    const receiver = new GrpcReceiver();
    try {
      await start(receiver, 4317);
    } catch {
      t.diagnostic('port 4317 is taken');
      return;
    }
    assert.equal((await send(exporter(), 'a')).code, 0);
    assert.equal(receiver.calls[0]?.headers[':scheme'], 'http');
    assert.match(String(receiver.calls[0]?.headers[':authority']), /^localhost(:4317)?$/);
  });

  it('OTLP-08 the scheme decides about TLS, and a target without one is secure unless said otherwise', async () => {
    const plain = await start();
    const secure = await start(GrpcReceiver.secure(certificates));
    process.env['OTEL_EXPORTER_OTLP_CERTIFICATE'] = certificates.caFile;
    const arrives = async (url: string) => {
      const { code } = await send(exporter({ url, timeoutMillis: 1_000 }), 'a');
      return code === 0;
    };
    assert.equal(await arrives(`http://localhost:${plain.port}`), true);
    assert.equal(await arrives(`https://localhost:${secure.port}`), true);
    assert.equal(await arrives(`localhost:${secure.port}`), true);
    assert.equal(await arrives(`https://localhost:${plain.port}`), false);
    assert.equal(await arrives(`localhost:${plain.port}`), false);
    process.env['OTEL_EXPORTER_OTLP_INSECURE'] = 'true';
    assert.equal(await arrives(`localhost:${plain.port}`), true);
    assert.equal(await arrives(`https://localhost:${secure.port}`), true);
    assert.deepEqual([plain.calls.length, secure.calls.length], [2, 3]);
  });

  it('OTLP-11 headers of the environment are metadata', async () => {
    const receiver = await start();
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'X-Fixed=one%20two';
    await send(exporter({ url: `http://localhost:${receiver.port}` }), 'a');
    assert.equal(receiver.calls[0]?.headers['x-fixed'], 'one two');
  });

  it('headers are metadata, fixed or from a function that is asked before each call', async () => {
    const receiver = await start();
    const url = `http://localhost:${receiver.port}`;
    await send(exporter({ url, headers: { 'X-Fixed': 'one' } }), 'a');
    let asked = 0;
    const changing = exporter({ url, headers: async () => ({ authorization: `token ${++asked}` }) });
    await send(changing, 'a');
    await send(changing, 'b');
    assert.equal(receiver.calls[0]?.headers['x-fixed'], 'one');
    assert.deepEqual(
      receiver.calls.slice(1).map(({ headers }) => headers.authorization),
      ['token 1', 'token 2'],
    );
  });

  it('OTLP-12 a message is compressed and says so', async () => {
    const receiver = await start();
    await send(
      exporter({ url: `http://localhost:${receiver.port}`, compression: 'gzip' }),
      'a name to be found',
    );
    assert.equal(receiver.calls[0]?.headers['grpc-encoding'], 'gzip');
    assert.ok(receiver.calls[0]?.message.includes('a name to be found'));
  });

  it('OTLP-32 the user agent names exporter, language and version', async () => {
    const receiver = await start();
    await send(exporter({ url: `http://localhost:${receiver.port}`, userAgent: 'shop/1' }), 'a');
    assert.match(
      String(receiver.calls[0]?.headers['user-agent']),
      /^shop\/1 OTel-OTLP-Exporter-JavaScript\/\d/,
    );
  });

  it('OTLP-19 the retryable codes are sent again, and RESOURCE_EXHAUSTED only with RetryInfo', async () => {
    const receiver = await start();
    const url = `http://localhost:${receiver.port}`;
    const attempts = async (code: number, trailers: Record<string, string> = {}) => {
      const before = receiver.calls.length;
      receiver.answer = (stream, call, index) =>
        grpcReply(index === before ? code : 0, index === before ? trailers : {})(stream, call, index);
      const { code: outcome } = await send(exporter({ url }), 'a');
      return `${outcome === 0 ? 'ok' : 'failed'} after ${receiver.calls.length - before}`;
    };
    const codes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    const outcomes = await Promise.all(
      codes.map(async (code) => {
        const own = await start();
        own.answer = (stream, call, index) => grpcReply(index === 0 ? code : 0)(stream, call, index);
        const result = await send(exporter({ url: `http://localhost:${own.port}` }), 'a');
        return `${code}: ${result.code === 0 ? 'ok' : 'failed'} after ${own.calls.length}`;
      }),
    );
    const retryable = [1, 4, 10, 11, 14, 15];
    assert.deepEqual(
      outcomes,
      codes.map((code) => `${code}: ${retryable.includes(code) ? 'ok after 2' : 'failed after 1'}`),
    );
    assert.equal(await attempts(8, { 'grpc-status-details-bin': retryInfo(1) }), 'ok after 2');
  });

  it('OTLP-20 the delay of RetryInfo is kept to', async () => {
    const receiver = await start();
    receiver.answer = (stream, call, index) =>
      grpcReply(index === 0 ? 14 : 0, index === 0 ? { 'grpc-status-details-bin': retryInfo(400) } : {})(
        stream,
        call,
        index,
      );
    assert.equal((await send(exporter({ url: `http://localhost:${receiver.port}` }), 'a')).code, 0);
    const [first, second] = receiver.calls;
    const waited = second!.at - first!.at;
    assert.ok(waited >= 395 && waited < 5_000, `${waited} ms`);
  });

  it('OTLP-16 OTLP-17 messages and answers have a limit, and what is over it is not tried again', async () => {
    const receiver = await start();
    const url = `http://localhost:${receiver.port}`;
    assert.equal((await send(exporter({ url, maxRequestBytes: 100 }), 'x'.repeat(100))).code, 1);
    assert.equal(receiver.calls.length, 0);
    receiver.answer = grpcReply(0, {}, Buffer.alloc(101));
    assert.equal((await send(exporter({ url, maxResponseBytes: 100 }), 'a')).code, 1);
    assert.equal(receiver.calls.length, 1);
    receiver.answer = grpcReply(0, {}, Buffer.alloc(100));
    assert.equal((await send(exporter({ url, maxResponseBytes: 100 }), 'a')).code, 0);
  });

  it('OTLP-26 a partial success is not sent again, and what the receiver says is said', async () => {
    const receiver = await start();
    const text = 'one span was too old';
    const partial = Buffer.concat([Buffer.from([0x08, 1, 0x12, text.length]), Buffer.from(text)]);
    receiver.answer = grpcReply(0, {}, Buffer.concat([Buffer.from([0x0a, partial.length]), partial]));
    assert.equal((await send(exporter({ url: `http://localhost:${receiver.port}` }), 'a', 'b')).code, 0);
    assert.equal(receiver.calls.length, 1);
    assert.ok(
      warnings.some((line) => line.includes(text)),
      warnings.join('\n'),
    );
  });

  it('OTLP-28 OTLP-29 calls run at the same time over one connection that is kept', async () => {
    const receiver = await start();
    const waiting: (() => void)[] = [];
    receiver.answer = (stream, call, index) => void waiting.push(() => grpcReply(0)(stream, call, index));
    const to = exporter({ url: `http://localhost:${receiver.port}`, concurrencyLimit: 5 });
    const results = Array.from({ length: 5 }, (_, index) => send(to, `s${index}`));
    while (waiting.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(waiting.length, 5);
    receiver.answer = grpcReply(0);
    for (const answer of waiting.splice(0)) answer();
    for (const result of results) assert.equal((await result).code, 0);
    assert.equal((await send(to, 'later')).code, 0);
    assert.equal(receiver.connections, 1);
  });
});

describe('certificates', () => {
  it('OTLP-10 http/protobuf: the options of the agent have their say', async () => {
    const receiver = await start(GrpcReceiver.secure(certificates, true));
    const httpAgentOptions = { ca: certificates.authority.cert, ...certificates.client };
    const url = `https://localhost:${receiver.httpPort}/v1/traces`;
    assert.equal((await send(exporter({ protocol: 'http/protobuf', url, httpAgentOptions }), 'a')).code, 0);
  });

  for (const protocol of ['grpc', 'http/protobuf'] as const) {
    const urlOf = (receiver: GrpcReceiver) =>
      protocol === 'grpc'
        ? `https://localhost:${receiver.port}`
        : `https://localhost:${receiver.httpPort}/v1/traces`;

    it(`OTLP-10 ${protocol}: an authority, and a client's certificate with its key`, async () => {
      const receiver = await start(GrpcReceiver.secure(certificates, true));
      const { caFile, certFile, keyFile } = certificates;
      process.env['OTEL_EXPORTER_OTLP_CERTIFICATE'] = caFile;
      process.env['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'] = certFile;
      process.env['OTEL_EXPORTER_OTLP_CLIENT_KEY'] = keyFile;
      assert.equal((await send(exporter({ protocol, url: urlOf(receiver) }), 'a')).code, 0);
      delete process.env['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'];
      delete process.env['OTEL_EXPORTER_OTLP_CLIENT_KEY'];
      const without = exporter({ protocol, url: urlOf(receiver), timeoutMillis: 500 });
      assert.equal((await send(without, 'a')).code, 1);
      assert.equal(receiver.calls.length, 1);
    });

    it(`${protocol}: the same from code`, async () => {
      const receiver = await start(GrpcReceiver.secure(certificates, true));
      const { caFile, client } = certificates;
      const tls = { caFile, cert: client.cert, key: client.key };
      assert.equal((await send(exporter({ protocol, url: urlOf(receiver), tls }), 'a')).code, 0);
    });

    it(`OTLP-09 ${protocol}: a signal's own certificate and headers go before the general ones`, async () => {
      const receiver = await start(GrpcReceiver.secure(certificates));
      const other = new Certificates();
      process.env['OTEL_EXPORTER_OTLP_CERTIFICATE'] = other.caFile;
      process.env['OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE'] = certificates.caFile;
      process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-a=general,x-b=general';
      process.env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] = 'x-a=own';
      assert.equal((await send(exporter({ protocol, url: urlOf(receiver) }), 'a')).code, 0);
      const [call] = receiver.calls;
      assert.deepEqual([call?.headers['x-a'], call?.headers['x-b']], ['own', 'general']);
    });
  }
});
