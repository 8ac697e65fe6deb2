/** How long a shutdown takes where there is no receiver, or one that is of no use: every signal over real sockets. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { freePort } from '../platform/free-port.fixture.ts';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import type { ForceFlushOptions } from '../sdk/common/flush-options.ts';
import { BatchLogRecordProcessor } from '../sdk/logs/batch-processor.ts';
import { LoggerProvider } from '../sdk/logs/provider.ts';
import { PeriodicExportingMetricReader } from '../sdk/metrics/periodic-reader.ts';
import { MeterProvider } from '../sdk/metrics/provider.ts';
import { BatchSpanProcessor } from '../sdk/traces/batch-processor.ts';
import { TracerProvider } from '../sdk/traces/provider.ts';
import { SimpleSpanProcessor } from '../sdk/traces/simple-processor.ts';
import { OTLPLogExporter } from './logs/exporter.ts';
import { OTLPMetricExporter } from './metrics/exporter.ts';
import type { OTLPExporterOptions } from './options.ts';
import { OTLPTraceExporter } from './traces/exporter.ts';

const said: string[] = [];
setGlobalErrorHandler((error) => said.push(error.message));

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

/** The address of a server with this listener. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The address of a port that nobody listens at. */
const freeAddress = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

interface Ending {
  shutdown(options?: ForceFlushOptions): Promise<void>;
}

const signals: Readonly<Record<string, (options: OTLPExporterOptions) => Ending>> = {
  traces(options) {
    const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter(options) });
    const provider = new TracerProvider({ spanProcessors: [processor] });
    provider.getTracer('t').startSpan('s').end();
    return provider;
  },
  'traces one by one'(options) {
    const processor = new SimpleSpanProcessor({ exporter: new OTLPTraceExporter(options) });
    const provider = new TracerProvider({ spanProcessors: [processor] });
    for (let index = 0; index < 5; index++) provider.getTracer('t').startSpan('s').end();
    return provider;
  },
  logs(options) {
    const processor = new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(options) });
    const provider = new LoggerProvider({ processors: [processor] });
    provider.getLogger('t').emit({ body: 'b' });
    return provider;
  },
  metrics(options) {
    const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(options) });
    const provider = new MeterProvider({ readers: [reader] });
    provider.getMeter('t').createCounter('c').add(1);
    return provider;
  },
};

const nowhere: Readonly<Record<string, () => Promise<OTLPExporterOptions>>> = {
  'a port that refuses': async () => ({ url: await freeAddress() }),
  'a port that refuses, by gRPC': async () => ({ url: await freeAddress(), protocol: 'grpc' }),
  'a unix socket that is not there': async () => ({
    url: `unix:${join(tmpdir(), 'sonde-nobody.sock')}`,
    protocol: 'grpc',
  }),
  'a proxy that is not there': async () => ({ url: 'https://receiver.invalid/', proxy: await freeAddress() }),
};

const useless: Readonly<Record<string, RequestListener>> = {
  'is silent': (request) => request.resume(),
  'answers 503': (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(503).end());
  },
  'resets connections': (request) => request.socket.resetAndDestroy(),
};

async function shutDown(provider: Ending, options?: ForceFlushOptions) {
  const began = performance.now();
  const outcome = await provider.shutdown(options).then(
    () => 'resolved',
    (error: Error) => error.message,
  );
  return { outcome, millis: performance.now() - began };
}

for (const [signal, start] of Object.entries(signals)) {
  describe(`shutdown of ${signal}`, { concurrency: true }, () => {
    for (const [where, options] of Object.entries(nowhere)) {
      it(`rejects after a second with ${where}`, async () => {
        const { outcome, millis } = await shutDown(start(await options()));
        assert.match(outcome, /nobody listens at (http|https|unix):.*: .*(ECONNREFUSED|ENOENT)/);
        assert.ok(millis > 900 && millis < 20_000, `it took ${millis} ms`);
      });
    }

    for (const [what, listener] of Object.entries(useless)) {
      it(`takes the time that it is given with a receiver that ${what}`, async () => {
        const url = await serve(listener);
        const { outcome, millis } = await shutDown(start({ url }), { timeoutMillis: 1_500 });
        // On a machine that is busy the bound of a level above may be the first to fire: it says less, and no later.
        assert.match(
          outcome,
          /not acknowledged before the time of the shutdown was over|shutdown\(\) took longer than \d+ ms/,
        );
        assert.ok(millis > 1_400 && millis < 20_000, `it took ${millis} ms`);
      });
    }

    it('delivers where the receiver comes back within the second', async () => {
      const url = await freeAddress();
      const ended = shutDown(start({ url }));
      // After the first refusal, and long before the end of the second.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const server = createServer((request, response) => {
        request.resume();
        request.on('end', () => response.end());
      });
      server.listen(Number(new URL(url).port), '127.0.0.1');
      closing.push(() => {
        server.closeAllConnections();
        server.close();
      });
      assert.equal((await ended).outcome, 'resolved');
    });
  });
}
