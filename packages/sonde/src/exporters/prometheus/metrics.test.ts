import assert from 'node:assert/strict';
import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import { resourceFromAttributes } from '../../sdk/common/resource.ts';
import { AggregationType } from '../../sdk/metrics/aggregation-option.ts';
import { collected, point, sum } from '../../sdk/metrics/fake-metrics.fixture.ts';
import type { CollectionResult } from '../../sdk/metrics/metric-data.ts';
import { MeterProvider } from '../../sdk/metrics/provider.ts';
import { PrometheusExporter } from './metrics.ts';
import type { PrometheusExporterOptions } from './options.ts';

const cleanUps: (() => unknown)[] = [];
const said: string[] = [];
setGlobalErrorHandler(({ message, cause }) => said.push(`${message} ${cause ?? ''}`));

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  said.length = 0;
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly bytes: Buffer;
}

function get(
  port: number | undefined,
  path = '/metrics',
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: bytes.toString(),
          bytes,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** An exporter on a free port, with a provider of one counter. */
async function serving(options: PrometheusExporterOptions = {}) {
  const exporter = new PrometheusExporter({ port: 0, ...options });
  const provider = new MeterProvider({
    readers: [exporter],
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
  });
  cleanUps.push(() => provider.shutdown().catch(() => {}));
  provider.getMeter('till').createCounter('orders').add(3);
  if (options.preventServerStart !== true) await exporter.startServer();
  return { exporter, provider };
}

describe('the server of PrometheusExporter', () => {
  it('answers on its path in the format that was asked for', async () => {
    const { exporter } = await serving();
    const text = await get(exporter.port);
    assert.equal(text.status, 200);
    assert.equal(text.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.match(text.text, /^orders_total\{otel_scope_name="till"\} 3$/m);
    const open = await get(exporter.port, '/metrics?x=1', { accept: 'application/openmetrics-text' });
    assert.match(open.headers['content-type'] ?? '', /^application\/openmetrics-text; version=1\.0\.0/);
    assert.match(open.text, /# EOF\n$/);
    const packed = await get(exporter.port, '/metrics', { 'accept-encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.equal(packed.headers['vary'], 'Accept, Accept-Encoding');
    assert.match(gunzipSync(packed.bytes).toString(), /^orders_total\{otel_scope_name="till"\} 3$/m);
  });

  it('answers HEAD without a body, other methods with 405, other paths with 404', async () => {
    const { exporter } = await serving({ endpoint: 'own/path' });
    const head = await get(exporter.port, '/own/path', {}, 'HEAD');
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.ok(Number(head.headers['content-length']) > 0);
    const post = await get(exporter.port, '/own/path', {}, 'POST');
    assert.deepEqual([post.status, post.headers['allow']], [405, 'GET, HEAD']);
    assert.equal((await get(exporter.port, '/metrics')).status, 404);
    assert.equal((await get(exporter.port, 'http://shop.example:9464/own/path?a=b')).status, 200);
    assert.equal((await get(exporter.port, 'http://shop.example/metrics')).status, 404);
  });

  it('answers in time for a scraper that says how long it waits, whatever hangs', async () => {
    const metricProducers = [{ collect: () => new Promise<CollectionResult>(() => {}) }];
    const { exporter, provider } = await serving({ metricProducers });
    provider
      .getMeter('till')
      .createObservableGauge('hangs')
      .addCallback(() => new Promise(() => {}));
    const answers = [];
    for (const seconds of ['0.2', 'soon', '-1', '1e99']) {
      const began = Date.now();
      const answer = await get(exporter.port, '/metrics', { 'x-prometheus-scrape-timeout-seconds': seconds });
      answers.push([answer.status, /^orders_total\S* 3$/m.test(answer.text), Date.now() - began < 20_000]);
    }
    assert.deepEqual(answers, Array(4).fill([200, true, true]));
  });

  it('collects once for scrapers that come together, and anew for the next', async () => {
    const { exporter, provider } = await serving();
    let calls = 0;
    const gauge = provider.getMeter('till').createObservableGauge('calls');
    gauge.addCallback(async (result) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      result.observe(++calls);
    });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        get(exporter.port, '/metrics', index % 2 === 0 ? {} : { accept: 'application/openmetrics-text' }),
      ),
    );
    assert.equal(calls, 1);
    assert.ok(answers.every(({ text }) => /^calls\{.*\} 1$/m.test(text)));
    assert.match((await get(exporter.port)).text, /^calls\{.*\} 2$/m);
  });

  it('says a port in use, gives it to the callback, and throws nothing', async () => {
    const taken = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    cleanUps.push(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    const error = await new Promise<Error | undefined>((resolve) => {
      const exporter = new PrometheusExporter({ port }, resolve);
      cleanUps.push(() => exporter.shutdown());
    });
    assert.match(error?.message ?? '', /EADDRINUSE/);
    assert.match(
      said.join(),
      /PrometheusExporter serves no metrics: listen EADDRINUSE.*OTEL_EXPORTER_PROMETHEUS_PORT/,
    );
    const later = new PrometheusExporter({ port, preventServerStart: true });
    cleanUps.push(() => later.shutdown());
    await assert.rejects(later.startServer(), /EADDRINUSE/);
    await new Promise((resolve) => taken.close(resolve));
    await later.startServer();
    assert.equal(later.port, port);
  });

  it('survives a callback that throws, and says so', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown): void => void unhandled.push(error);
    for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, onUnhandled);
    const callback = (): void => {
      throw new Error('my callback');
    };
    for (const options of [{ port: 0 }, { preventServerStart: true }]) {
      const exporter = new PrometheusExporter(options, callback);
      await exporter.startServer();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await exporter.shutdown();
    }
    for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.off(event, onUnhandled);
    assert.deepEqual(unhandled, []);
    assert.match(said.join(), /callback of a PrometheusExporter threw/);
  });

  it('answers a scrape that is under way when it is shut down, and none after', async () => {
    const { exporter, provider } = await serving();
    const gauge = provider.getMeter('till').createObservableGauge('slow');
    let begun = (): void => {};
    const collecting = new Promise<void>((resolve) => {
      begun = resolve;
    });
    gauge.addCallback(async (result) => {
      begun();
      await new Promise((resolve) => setTimeout(resolve, 100));
      result.observe(1);
    });
    const { port } = exporter;
    const running = get(port);
    await collecting;
    await provider.shutdown();
    const { status } = await running;
    assert.ok(status === 200 || status === 503, String(status));
    assert.equal(exporter.port, undefined);
    await assert.rejects(get(port), /ECONNREFUSED|ECONNRESET/);
  });

  it('is shut down as soon as the scrape under way is answered, whose client would keep the connection', async () => {
    const { exporter, provider } = await serving();
    let begun = (): void => {};
    const collecting = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const gauge = provider.getMeter('till').createObservableGauge('slow');
    gauge.addCallback(async (result) => {
      begun();
      await new Promise((resolve) => setTimeout(resolve, 50));
      result.observe(1);
    });
    const agent = new Agent({ keepAlive: true });
    cleanUps.push(() => agent.destroy());
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: exporter.port, path: '/metrics', agent },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        },
      );
      outgoing.on('error', reject);
      outgoing.end();
    });
    await collecting;
    const start = performance.now();
    await provider.shutdown();
    assert.ok(performance.now() - start < 900, 'it waited for the connection, not for the answer');
    assert.equal(await answered, 200);
  });

  it('can be stopped and started again', async () => {
    const { exporter } = await serving();
    await exporter.stopServer();
    assert.equal(exporter.port, undefined);
    await exporter.stopServer();
    await exporter.startServer();
    assert.equal((await get(exporter.port)).status, 200);
  });

  it('takes host and port from the environment', async () => {
    process.env['OTEL_EXPORTER_PROMETHEUS_HOST'] = '127.0.0.1';
    process.env['OTEL_EXPORTER_PROMETHEUS_PORT'] = '0';
    const exporter = new PrometheusExporter();
    cleanUps.push(() => exporter.shutdown());
    await exporter.startServer();
    assert.ok((exporter.port ?? 0) > 0);
    // Nobody has given it to a provider.
    assert.equal((await get(exporter.port)).status, 500);
    assert.match(said.join(), /A scrape failed: .*no MeterProvider/);
  });

  it('survives any header', async () => {
    const { exporter } = await serving();
    const character = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
    const header = fc.array(character, { maxLength: 200 }).map((all) => all.join('').trim());
    await fc.assert(
      fc.asyncProperty(header, header, async (accept, encoding) => {
        const answer = await get(exporter.port, '/metrics', { accept, 'accept-encoding': encoding });
        assert.equal(answer.status, 200);
        assert.ok(answer.bytes.length > 0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('PrometheusExporter in a server of one’s own', () => {
  async function own(exporter: PrometheusExporter): Promise<Server> {
    const server = createServer((incoming, response) =>
      exporter.getMetricsRequestHandler(incoming, response),
    );
    cleanUps.push(() => [server.closeAllConnections(), server.close()]);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  it('is a handler for any path, and starts nothing', async () => {
    const { exporter, provider } = await serving({ preventServerStart: true });
    const server = await own(exporter);
    const { port } = server.address() as AddressInfo;
    assert.match((await get(port, '/any')).text, /orders_total/);
    assert.equal(exporter.port, undefined);
    await provider.shutdown();
    const after = await get(port, '/any');
    assert.deepEqual([after.status, after.text], [503, '# the exporter is shut down\n']);
  });

  it('is a handler by itself, as frameworks take it', async () => {
    const { exporter } = await serving({ preventServerStart: true });
    const server = createServer(exporter.getMetricsRequestHandler);
    cleanUps.push(() => [server.closeAllConnections(), server.close()]);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    assert.match((await get((server.address() as AddressInfo).port)).text, /orders_total/);
  });

  it('answers with an error what cannot be collected, and says it', async () => {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    cleanUps.push(() => exporter.shutdown());
    exporter.setMetricProducer({ collect: () => Promise.reject(new Error('no luck')) });
    const { port } = (await own(exporter)).address() as AddressInfo;
    const answer = await get(port);
    assert.deepEqual([answer.status, answer.text], [500, '# the metrics could not be collected\n']);
    assert.match(said.join(), /A scrape failed: no luck/);
  });

  it('says what it takes to who gives it a framework’s own response', async () => {
    const { exporter } = await serving({ preventServerStart: true });
    exporter.getMetricsRequestHandler({ headers: {} }, { send: () => {} } as never);
    exporter.getMetricsRequestHandler({ headers: {} }, undefined as never);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.match(said.join(), /A scrape could not be answered.*reply\.raw of Fastify/);
  });

  it('survives a response that throws', async () => {
    const { exporter } = await serving({ preventServerStart: true });
    const thrower = () => {
      throw new Error('gone');
    };
    exporter.getMetricsRequestHandler({ headers: {} }, { statusCode: 0, setHeader: thrower, end: thrower });
    exporter.getMetricsRequestHandler(
      { headers: null as never },
      { statusCode: 0, setHeader: thrower, end: thrower },
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.match(said.join(), /A scrape could not be answered/);
  });

  it('exposes producers from elsewhere, and adds their differences up', async () => {
    const result: CollectionResult = {
      resourceMetrics: collected([sum('bridged', [point(2)], { temporality: 0 })]),
      errors: [],
    };
    const { exporter } = await serving({
      preventServerStart: true,
      metricProducers: [{ collect: async () => result }],
    });
    const { port } = (await own(exporter)).address() as AddressInfo;
    await get(port);
    assert.match((await get(port)).text, /^bridged_total\{.*\} 4$/m);
  });
});

describe('the choices of PrometheusExporter', () => {
  it('are cumulative, and the aggregation and the most series that are given', () => {
    const aggregationSelector = () => ({ type: AggregationType.EXPONENTIAL_HISTOGRAM });
    const cardinalitySelector = () => 7;
    const exporter = new PrometheusExporter({
      preventServerStart: true,
      aggregationSelector,
      cardinalitySelector,
    });
    assert.equal(exporter.selectCardinalityLimit('COUNTER'), 7);
    cleanUps.push(() => exporter.shutdown());
    assert.equal(exporter.selectAggregationTemporality('COUNTER'), 1);
    assert.equal(exporter.selectAggregation('HISTOGRAM').type, AggregationType.EXPONENTIAL_HISTOGRAM);
  });

  it('take labels of the resource by expression and by patterns', async () => {
    const attributes = { 'service.name': 'shop', 'service.version': '1', 'host.name': 'h' };
    const labelsOf = async (
      withResourceConstantLabels: PrometheusExporterOptions['withResourceConstantLabels'],
    ) => {
      const exporter = new PrometheusExporter({
        port: 0,
        withResourceConstantLabels,
        withoutScopeInfo: true,
      });
      const provider = new MeterProvider({
        readers: [exporter],
        resource: resourceFromAttributes(attributes),
      });
      cleanUps.push(() => provider.shutdown());
      provider.getMeter('till').createCounter('orders').add(3);
      await exporter.startServer();
      return /^orders_total(.*) 3$/m.exec((await get(exporter.port)).text)?.[1];
    };
    assert.equal(await labelsOf(undefined), '');
    assert.equal(await labelsOf(/^service/g), '{service_name="shop",service_version="1"}');
    assert.equal(
      await labelsOf({ included: ['service.*'], excluded: ['*.version'] }),
      '{service_name="shop"}',
    );
    assert.equal(await labelsOf({ excluded: ['service.*', 'telemetry.*'] }), '{host_name="h"}');
  });

  it('are refused by name when they mean nothing', () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ port: 65_536 }, /option port: 65536 given; allowed: a whole number from 0 to 65535/],
      [{ port: -1 }, /option port: -1/],
      [{ port: '9464' }, /option port: "9464"/],
      [{ host: 1 }, /option host: 1 given; allowed: a string/],
      [{ endpoint: {} }, /option endpoint/],
      [{ prefix: 1 }, /option prefix/],
      [{ appendTimestamp: 'yes' }, /option appendTimestamp: "yes" given; allowed: true or false/],
      [
        { translationStrategy: 'None' },
        /option translationStrategy: "None" given; allowed: "UnderscoreEscapingWithSuffixes"/,
      ],
      [{ withResourceConstantLabels: 'service' }, /option withResourceConstantLabels: "service"/],
      [{ withResourceConstantLabels: ['service.name'] }, /option withResourceConstantLabels/],
      [{ withResourceConstantLabels: { included: [1] } }, /option withResourceConstantLabels/],
      [{ cluster: 'both' }, /option cluster: "both" given; allowed: "aggregate", "ports"/],
      [{ metricProducers: [{}] }, /metricProducers\[0\]/],
    ];
    for (const [options, message] of wrong) {
      assert.throws(() => new PrometheusExporter({ preventServerStart: true, ...options } as never), message);
    }
    const last = new PrometheusExporter({ port: 65_535, preventServerStart: true });
    cleanUps.push(() => last.shutdown());
    assert.throws(() => new PrometheusExporter(null as never), /^TypeError: PrometheusExporter: null given/);
  });
});
