import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import type { ExportResult } from '../sdk/common/export-result.ts';
import type { Resource } from '../sdk/common/resource.ts';
import {
  DIRECT_EXPORT,
  type DirectPath,
  type DropReason,
  directPathOf,
  type Ledger,
} from '../sdk/pipeline/direct-export.ts';
import { OtlpExporter, otlpWay } from './exporter.ts';
import type { OTLPExporterOptions } from './options.ts';
import type { EncodedBatch, SignalCodecs } from './signal-codec.ts';
import { GrpcReceiver } from './transport/grpc-receiver.fixture.ts';

const RESOURCE = { attributes: {} } as unknown as Resource;

/** A signal whose records are strings; `!` cannot be encoded, and `!!` breaks the codec. */
function encode(records: readonly string[], count: number): EncodedBatch[] {
  const taken = records.slice(0, count);
  if (taken.includes('!!')) throw new Error('broken codec');
  const good = taken.filter((record) => record !== '!');
  return good.length === 0
    ? []
    : [{ resource: RESOURCE, scopes: Buffer.from(good.join(',')), count: good.length }];
}
const complete = (batch: EncodedBatch): Uint8Array[] => [Buffer.from('['), batch.scopes, Buffer.from(']')];
const codecs: SignalCodecs<string> = {
  protobuf: { signal: 'logs', encoding: 'protobuf', encode, complete },
  json: { signal: 'logs', encoding: 'json', encode, complete },
};

class TestExporter extends OtlpExporter<string> {
  constructor(options: OTLPExporterOptions) {
    super(otlpWay('logs', options, () => codecs));
  }
}

const cleanUps: (() => unknown)[] = [];
const said: string[] = [];
setGlobalErrorHandler((error) => said.push(error.message));

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  said.length = 0;
});

async function receiver(
  listener: RequestListener = (_, response) => response.end(),
): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      listener(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => [server.closeAllConnections(), server.close()]);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
}

function open(options: OTLPExporterOptions): TestExporter {
  const exporter = new TestExporter(options);
  cleanUps.push(() => exporter.shutdown().catch(() => undefined));
  return exporter;
}

const send = (exporter: TestExporter, ...records: string[]): Promise<ExportResult> =>
  new Promise((resolve) => exporter.export(records, resolve));

class Accounts implements Ledger {
  acknowledged = 0;
  dropped: [number, DropReason][] = [];
  acknowledge(count: number): void {
    this.acknowledged += count;
  }
  drop(count: number, reason: DropReason): void {
    this.dropped.push([count, reason]);
  }
}

describe('export', () => {
  it('answers when the receiver has', async () => {
    const { url, bodies } = await receiver();
    assert.deepEqual(await send(open({ url }), 'a', 'b'), { code: 0 });
    assert.deepEqual(bodies, ['[a,b]']);
  });

  it('answers at once for nothing, and sends no empty envelope', async () => {
    const { url, bodies } = await receiver();
    assert.deepEqual(await send(open({ url })), { code: 0 });
    assert.deepEqual(bodies, []);
  });

  it('fails for records that cannot be encoded, and sends the others', async () => {
    const { url, bodies } = await receiver();
    const result = await send(open({ url }), 'a', '!', 'b');
    assert.equal(result.code, 1);
    assert.match(String(result.error?.message), /1 logs lost \(encoding_failed\)/);
    assert.deepEqual(bodies, ['[a,b]']);
    const broken = await send(open({ url }), 'a', '!!');
    assert.match(String(broken.error?.message), /2 logs lost \(encoding_failed\): broken codec/);
  });

  it('answers once, whatever the callback throws', async () => {
    const { url } = await receiver();
    const exporter = open({ url });
    let answers = 0;
    exporter.export(['a'], () => {
      answers++;
      throw new Error('in the callback');
    });
    await exporter.forceFlush();
    await exporter.shutdown();
    exporter.export(['b'], () => {
      answers++;
      throw new Error('in the callback');
    });
    assert.equal(answers, 2);
    assert.ok(said.some((line) => line.includes('The callback of an export threw')));
  });

  it('fails within the timeout when nobody answers', async () => {
    const { url } = await receiver(() => undefined);
    const before = performance.now();
    const result = await send(open({ url, timeoutMillis: 200 }), 'a');
    assert.equal(result.code, 1);
    const took = performance.now() - before;
    // Far from the usual ten seconds, and from what a busy machine adds.
    assert.ok(took >= 190 && took < 8_000, `${took} ms`);
  });

  it('splits what is over the limit, and loses only the record that is too large alone', async () => {
    const { url, bodies } = await receiver();
    const large = 'x'.repeat(9);
    const result = await send(
      open({ url, maxRequestBytes: 10 }),
      'a',
      'b',
      'c',
      large,
      'd',
      'e',
      'f',
      'y'.repeat(8),
    );
    assert.match(
      String(result.error?.message),
      /1 logs lost \(too_large\): one record makes 11 bytes, maxRequestBytes is 10/,
    );
    assert.ok(bodies.every((body) => body.length <= 10));
    const arrived = bodies.flatMap((body) => body.slice(1, -1).split(',')).sort();
    assert.deepEqual(arrived, ['a', 'b', 'c', 'd', 'e', 'f', 'y'.repeat(8)]);
  });
});

describe('after shutdown', () => {
  it('nothing is sent, callers hear of failure, ledgers of a drop', async () => {
    const { url, bodies } = await receiver();
    const exporter = open({ url });
    await exporter.shutdown();
    await exporter.shutdown();
    const result = await send(exporter, 'a');
    assert.equal(result.code, 1);
    assert.match(String(result.error?.message), /shut down/);
    const ledger = new Accounts();
    exporter[DIRECT_EXPORT]?.take(['a', 'b'], 2, ledger);
    assert.deepEqual(ledger.dropped, [[2, 'already_shutdown']]);
    await exporter.forceFlush();
    assert.deepEqual(bodies, []);
  });

  it('what could not be delivered in time is said by rejection', async () => {
    const { url } = await receiver(() => undefined);
    const exporter = open({ url, timeoutMillis: 100 });
    const ledger = new Accounts();
    exporter[DIRECT_EXPORT]?.take(['a'], 1, ledger);
    await assert.rejects(exporter.shutdown(), /not acknowledged before the time of the shutdown was over/);
    assert.deepEqual(ledger.dropped, [[1, 'timeout']]);
  });
});

describe('the inside path', () => {
  it('is there for our batchers, and not when somebody put an export of their own before it', () => {
    const exporter = open({ url: 'http://127.0.0.1:1/' });
    assert.ok(directPathOf(exporter) !== undefined);
    class Wrapper extends TestExporter {
      override export(records: string[], callback: (result: ExportResult) => void): void {
        super.export(records, callback);
      }
    }
    const wrapped = new Wrapper({ url: 'http://127.0.0.1:1/' });
    cleanUps.push(() => wrapped.shutdown());
    assert.equal(directPathOf(wrapped), undefined);
  });

  it('takes at once and tells the ledger later', async () => {
    const { url, bodies } = await receiver();
    const path = open({ url })[DIRECT_EXPORT] as DirectPath<string>;
    const ledger = new Accounts();
    path.take(['a', '!', 'b', 'not taken'], 3, ledger);
    assert.deepEqual([ledger.acknowledged, ledger.dropped], [0, [[1, 'encoding_failed']]]);
    await path.drain(5_000);
    assert.equal(ledger.acknowledged, 2);
    assert.deepEqual(bodies, ['[a,b]']);
  });
});

describe('options', () => {
  it('that are wrong throw and name themselves, the value and what is allowed', () => {
    const wrong: [unknown, RegExp][] = [
      [{ protocol: 'thrift' }, /option protocol: "thrift" given; allowed: "http\/protobuf", "http\/json"/],
      [
        { protocol: 'grpc', url: 'ftp://host' },
        /option url: "ftp:\/\/host" has the scheme "ftp:"; allowed is a URL such as/,
      ],
      [{ credentials: {} }, /option credentials: .*see the option tls/],
      [{ metadata: {} }, /option metadata: allowed is a Metadata/],
      [{ tls: 5 }, /option tls: a number given; allowed: an object/],
      [{ tls: { ca: 5 } }, /option tls.ca: a number given; allowed: a PEM text/],
      [{ tls: { ca: 'x', caFile: 'y' } }, /options tls.ca and tls.caFile are both given/],
      [{ tls: { caFile: '' } }, /option tls.caFile: a string given; allowed: a string that is not empty/],
      [{ tls: { insecure: 1 } }, /option tls.insecure: 1 given; allowed: true or false/],
      [{ tls: { caFile: '/none/ca.pem' } }, /option tls.caFile="\/none\/ca.pem": ENOENT/],
      [{ tls: { ca: 'no certificate' } }, /option tls.ca: there is no certificate in it/],
      [
        { proxy: 'socks5://host' },
        /option proxy: it names a proxy with the scheme "socks5:"; allowed is a URL/,
      ],
      [{ proxy: true }, /option proxy: true given; allowed is a URL such as http:\/\/proxy:3128, or false/],
      [{ timeoutMillis: -1 }, /option timeoutMillis: -1 given; allowed: a whole number from 0/],
      [{ timeoutMillis: Number.NaN }, /option timeoutMillis: NaN/],
      [{ timeoutMillis: '5' }, /option timeoutMillis: "5"/],
      [{ compression: 'zstd' }, /option compression: "zstd" given; allowed: "gzip", "none"/],
      [{ concurrencyLimit: 0 }, /option concurrencyLimit: 0 given; allowed: a whole number from 1/],
      [{ keepAlive: 'yes' }, /option keepAlive: "yes" given; allowed: true or false/],
      [{ httpAgentOptions: 5 }, /option httpAgentOptions: 5/],
      [{ userAgent: 'a\nb' }, /option userAgent/],
      [{ maxRequestBytes: 0 }, /option maxRequestBytes: 0/],
      [{ maxResponseBytes: 1.5 }, /option maxResponseBytes: 1.5/],
      [{ maxBufferBytes: [] }, /option maxBufferBytes: an array/],
      [{ retry: 'never' }, /option retry: "never" given; allowed: "persistent", "spec"/],
      [{ waitOnShutdown: 1 }, /option waitOnShutdown: 1/],
      [{ url: 'localhost:4318' }, /option url: "localhost:4318" has the scheme "localhost:"/],
      [{ headers: { 'bad name': 'x' } }, /option headers: "bad name" is not a header name/],
      [5, /5 given; allowed is an object/],
      [null, /null given; allowed is an object/],
    ];
    for (const [options, message] of wrong) {
      assert.throws(
        () => new TestExporter(options as OTLPExporterOptions),
        { name: 'TypeError', message },
        String(message),
      );
    }
  });

  it('name gRPC as a protocol like the others, in code and in the environment', async () => {
    const server = await GrpcReceiver.start();
    const url = `http://127.0.0.1:${server.port}`;
    const metadata = { getMap: () => ({ 'x-key': 'v', 'x-bytes-bin': Buffer.from([0, 1, 255]) }) };
    assert.equal((await send(open({ protocol: 'grpc', url, metadata }), 'a')).code, 0);
    assert.equal(server.calls[0]?.headers['x-key'], 'v');
    assert.equal(server.calls[0]?.headers['x-bytes-bin'], 'AAH/');
    process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] = 'grpc';
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = url;
    assert.equal((await send(open({}), 'b')).code, 0);
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    assert.deepEqual(
      server.calls.map(({ message }) => message.toString()),
      ['[a]', '[b]'],
    );
    await server.stop();
  });
});

describe('the process', () => {
  const run = promisify(execFile);
  const entry = new URL('../entry/', import.meta.url).href;
  const program = (rest: string): string[] => [
    '--input-type=module',
    '-e',
    `import { OTLPTraceExporter } from '${entry}otlp.js';
     import { TracerProvider, BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor } from '${entry}sdk.js';
     const exporter = new OTLPTraceExporter({ url: process.argv[1], protocol: process.argv[2], timeoutMillis: 120_000 });
     const memory = new InMemorySpanExporter();
     const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory), new BatchSpanProcessor({ exporter })] });
     provider.getTracer('x').startSpan('s').end();
     ${rest}`,
  ];

  it('stays for an answer that somebody awaits', async () => {
    const { url } = await receiver((_, response) => void setTimeout(() => response.end(), 300));
    const ways = [
      'await provider.forceFlush(); console.log("done");',
      'await provider.shutdown(); console.log("done");',
      'exporter.export(memory.getFinishedSpans(), ({ code }) => console.log(code === 0 ? "done" : "failed"));',
    ];
    for (const way of ways) {
      const { stdout } = await run(process.execPath, [...program(way), url]);
      assert.equal(stdout.trim(), 'done', way);
    }
  });

  it('stays for an answer by gRPC that somebody awaits, and for nothing else', async () => {
    const server = await GrpcReceiver.start();
    const url = `http://127.0.0.1:${server.port}`;
    const { reply } = server;
    server.reply = (...answer) => void setTimeout(() => reply(...answer), 300);
    for (const way of ['await provider.forceFlush();', 'await provider.shutdown();']) {
      const { stdout } = await run(process.execPath, [
        ...program(`${way} console.log("done");`),
        url,
        'grpc',
      ]);
      assert.equal(stdout.trim(), 'done', way);
    }
    // The connection is open and idle.
    server.reply = reply;
    const kept = 'await provider.forceFlush(); process.on("exit", () => console.log(performance.now()));';
    const flushed = performance.now();
    await run(process.execPath, [...program(kept), url, 'grpc']);
    server.reply = () => undefined;
    await run(process.execPath, [...program(''), url, 'grpc']);
    assert.ok(performance.now() - flushed < 60_000, 'nor by a receiver that hangs');
    await server.stop();
  });

  it('is not kept by a receiver that hangs', async () => {
    const { url } = await receiver(() => undefined);
    const before = performance.now();
    await run(process.execPath, [...program(''), url]);
    assert.ok(performance.now() - before < 60_000);
  });
});

describe('an exporter whose meter provider throws', () => {
  const angry = (): never => {
    throw new Error('no metrics today');
  };
  const silent = { record: () => {}, add: () => {}, addCallback: () => {}, removeCallback: () => {} };
  /** Somebody else's meter: from the instrument with this name on everything throws. */
  const provider = (from: 'getMeter' | 'create' | 'record' | 'batch') => ({
    getMeter: () => {
      if (from === 'getMeter') angry();
      const create = () =>
        from === 'create' ? angry() : { ...silent, ...(from === 'record' ? { record: angry } : {}) };
      return {
        createHistogram: create,
        createCounter: create,
        createUpDownCounter: create,
        createGauge: create,
        createObservableCounter: create,
        createObservableUpDownCounter: create,
        createObservableGauge: create,
        addBatchObservableCallback: from === 'batch' ? angry : () => {},
        removeBatchObservableCallback: () => {},
      };
    },
  });

  for (const from of ['getMeter', 'create', 'batch', 'record'] as const) {
    it(`delivers all the same: ${from}`, async () => {
      const { url, bodies } = await receiver();
      const exporter = open({ url, meterProvider: provider(from) as never });
      assert.equal((await send(exporter, 'a')).code, 0);
      assert.equal((await send(exporter, 'b')).code, 0);
      assert.deepEqual(bodies, ['[a]', '[b]']);
      await exporter.shutdown();
    });
  }
});

describe('the end of an exporter where nobody listens', () => {
  it('comes after a second, with an answer to who waits', async () => {
    const exporter = new TestExporter({ url: 'http://127.0.0.1:9' });
    const answers: ExportResult[] = [];
    exporter.export(['a'], (result) => answers.push(result));
    const began = performance.now();
    await assert.rejects(exporter.shutdown(), /nobody listens at http:\/\/127\.0\.0\.1:9/);
    const millis = performance.now() - began;
    assert.ok(millis > 900 && millis < 20_000, `it took ${millis} ms`);
    assert.match(answers[0]?.error?.message ?? '', /nobody listens/);
  });
});
