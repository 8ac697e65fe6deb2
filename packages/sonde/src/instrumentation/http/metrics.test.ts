/** Metrics of servers and clients, through the real SDK, over real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { context } from '../../api/context/context-api.ts';
import { getRPCMetadata } from '../../api/context/rpc-metadata.ts';
import { suppressTracing } from '../../api/context/suppression.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { freePort } from '../../platform/free-port.fixture.ts';
import { MetricBed } from '../../testing/metric-bed.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { DURATION_BOUNDARIES } from '../shared/http-duration.ts';
import { UndiciInstrumentation } from '../undici/instrumentation.ts';
import { HttpInstrumentation } from './instrumentation.ts';

const SERVER = 'http.server.request.duration';
const CLIENT = 'http.client.request.duration';
const ACTIVE = 'http.server.active_requests';
const FOREIGN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };

const spans = new SpanBed();
const instrumentation = new HttpInstrumentation();
const undici = new UndiciInstrumentation();
let bed: MetricBed;
let server: Server;
let port = 0;
let handler: RequestListener;

async function text(sent: http.ClientRequest): Promise<string> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return body;
}

const get = (path: string, options: http.RequestOptions = {}) =>
  text(http.get({ host: '127.0.0.1', port, path, agent: false, ...options }));

before(async () => {
  server = http.createServer((request, response) => handler(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.closeAllConnections();
  server.close();
  instrumentation.disable();
  undici.disable();
});
beforeEach(() => {
  spans.reset();
  bed = new MetricBed(false);
  for (const each of [instrumentation, undici]) {
    each.setMeterProvider(bed.provider);
    each.setConfig({});
  }
  handler = (_request, response) => void response.end('fine');
});

describe('the metrics of a server', () => {
  it('are a duration with the attributes and bounds of the conventions, and an exemplar of the span', async () => {
    await get('/a');
    const metric = (await bed.collect()).get(SERVER)!;
    assert.equal(metric.descriptor.unit, 's');
    const [point] = await bed.histogram(SERVER);
    assert.deepEqual(point!.attributes, {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
      'http.response.status_code': 200,
    });
    assert.deepEqual(point!.value.buckets.boundaries, DURATION_BOUNDARIES);
    assert.equal(point!.value.count, 1);
    assert.ok(point!.value.sum! > 0 && point!.value.sum! < 5);
    const [span] = (await spans.take(2)).filter(({ kind }) => kind === 1);
    assert.equal(metric.dataPoints[0]!.exemplars?.[0]?.spanId, span!.spanContext().spanId);
  });

  it('last as long as the span, which read the clock', async () => {
    await get('/a');
    const [span] = (await spans.take(2)).filter(({ kind }) => kind === 1);
    const [point] = await bed.histogram(SERVER);
    const [seconds, nanos] = span!.duration;
    assert.ok(
      Math.abs(point!.value.sum! * 1e9 - (seconds * 1e9 + nanos)) < 1,
      'but for the rounding to nanoseconds',
    );
  });

  it('last until the response is over where a span does not tell: not recording, another one, ended by a hook', async () => {
    const served = async (): Promise<number> => {
      bed = new MetricBed(false);
      instrumentation.setMeterProvider(bed.provider);
      await get('/slow');
      const [point] = await bed.histogram(SERVER);
      return point!.value.sum!;
    };
    handler = (_request, response) => void setTimeout(() => response.end('fine'), 30);
    instrumentation.setConfig({ requestHook: (span) => span.end() });
    const endedByHook = await served();
    instrumentation.setConfig({});
    const foreign = { getTracer: () => ({ startSpan: () => trace.wrapSpanContext(FOREIGN) }) } as never;
    instrumentation.setTracerProvider(foreign);
    const notRecording = await served();
    instrumentation.setTracerProvider(trace.getTracerProvider());
    for (const seconds of [endedByHook, notRecording])
      assert.ok(seconds >= 0.029 && seconds < 20, `${seconds} s`);
  });

  it("are kept from the application when a response, or somebody else's span, throws at the end of a request", async () => {
    instrumentation.setConfig({ bodySizeMetrics: true });
    handler = (request, response) => {
      response.end('fine');
      const fail = () => {
        throw new Error('a response of somebody else');
      };
      if (request.url === '/sent') Object.defineProperty(response, 'headersSent', { get: fail });
      if (request.url === '/header') response.getHeader = fail;
    };
    for (const path of ['/sent', '/header', '/fine']) assert.equal(await get(path), 'fine');
    const throwing = Object.assign(Object.create(trace.wrapSpanContext(FOREIGN)), {
      isRecording: () => {
        throw new Error('a span of somebody else');
      },
    });
    instrumentation.setTracerProvider({ getTracer: () => ({ startSpan: () => throwing }) } as never);
    try {
      assert.equal(await get('/fine'), 'fine');
    } finally {
      instrumentation.setTracerProvider(trace.getTracerProvider());
    }
    const active = await bed.numbers(ACTIVE);
    assert.deepEqual(
      active.map(({ value }) => value),
      [0],
    );
  });

  it('tell routes, statuses and methods apart, and errors of the server by their type', async () => {
    handler = (request, response) => {
      const metadata = getRPCMetadata(context.active())!;
      if (request.url !== '/none') metadata.route = request.url!.startsWith('/user') ? '/user/:id' : '/x';
      response.statusCode = request.url === '/broken' ? 503 : 200;
      response.end();
    };
    for (const path of ['/user/1', '/user/2', '/none', '/broken', '/user/3']) await get(path);
    const counts = (await bed.histogram(SERVER)).map(({ attributes, value }) => [
      attributes['http.route'],
      attributes['http.response.status_code'],
      attributes['error.type'],
      value.count,
    ]);
    assert.deepEqual(counts.sort(), [
      [undefined, 200, undefined, 1],
      ['/user/:id', 200, undefined, 3],
      ['/x', 503, '503', 1],
    ]);
  });

  it('count the requests that are being served, also those whose client goes away', async () => {
    let release = () => {};
    const arrived = new Promise<void>((resolve) => {
      handler = (request, response) => {
        if (request.url === '/wait') release = () => response.end();
        resolve();
      };
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    const [during] = await bed.numbers(ACTIVE);
    assert.deepEqual(
      [during!.value, during!.attributes],
      [1, { 'http.request.method': 'GET', 'url.scheme': 'http' }],
    );
    socket.destroy();
    await spans.take(1);
    assert.equal((await bed.numbers(ACTIVE))[0]!.value, 0);
    const [aborted] = await bed.histogram(SERVER);
    assert.ok(!('http.response.status_code' in aborted!.attributes));
    assert.equal(aborted!.attributes['error.type'], 'ECONNRESET');
    release();
  });

  it('take the scheme from a proxy, but no word of its own invention', async () => {
    for (const proto of ['https', 'http', 'gopher'])
      await get('/', { headers: { 'X-Forwarded-Proto': proto } });
    const points = await bed.histogram(SERVER);
    assert.deepEqual(points.map((p) => [p.attributes['url.scheme'], p.value.count]).sort(), [
      ['http', 2],
      ['https', 1],
    ]);
  });

  it('are none for an ignored request, and are there without a span where a parent is required', async () => {
    instrumentation.setConfig({
      ignoreIncomingRequestHook: ({ url }) => url === '/health',
      requireParentforIncomingSpans: true,
      disableOutgoingRequestInstrumentation: true,
    });
    await get('/health');
    await get('/root');
    assert.deepEqual(
      (await bed.histogram(SERVER)).map(({ value }) => value.count),
      [1],
    );
    assert.equal(spans.spans.length, 0);
  });

  it('stay bounded when an application makes up routes', async () => {
    const agent = new http.Agent({ keepAlive: true });
    let route = 0;
    handler = (_request, response) => {
      getRPCMetadata(context.active())!.route = `/r${route++}`;
      response.end();
    };
    for (let index = 0; index < 520; index++) await get('/', { agent });
    agent.destroy();
    const points = await bed.histogram(SERVER);
    assert.equal(
      points.reduce((sum, { value }) => sum + value.count, 0),
      520,
    );
  });
});

describe('the metrics of a client', () => {
  it('are a duration with the attributes of the conventions, for http and fetch alike', async () => {
    handler = (request, response) => {
      response.statusCode = request.url === '/missing' ? 404 : 200;
      response.end('fine');
    };
    await get('/a');
    await get('/missing');
    await (await fetch(`http://127.0.0.1:${port}/b`)).text();
    const common = { 'http.request.method': 'GET', 'server.address': '127.0.0.1', 'server.port': port };
    assert.equal((await bed.collect()).get(CLIENT)!.descriptor.unit, 's');
    const points = await bed.histogram(CLIENT);
    assert.deepEqual(
      points.map(({ attributes, value }) => [attributes, value.count, value.buckets.boundaries]),
      [
        [
          { ...common, 'http.response.status_code': 200, 'network.protocol.version': '1.1' },
          1,
          DURATION_BOUNDARIES,
        ],
        [
          {
            ...common,
            'http.response.status_code': 404,
            'network.protocol.version': '1.1',
            'error.type': '404',
          },
          1,
          DURATION_BOUNDARIES,
        ],
        [{ ...common, 'http.response.status_code': 200 }, 1, DURATION_BOUNDARIES],
      ],
    );
  });

  it('name what went wrong', async () => {
    const unused = await freePort();
    await assert.rejects(get('/', { port: unused }));
    const [point] = await bed.histogram(CLIENT, { 'server.port': unused });
    assert.deepEqual(point!.attributes, {
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': unused,
      'error.type': 'ECONNREFUSED',
    });
  });

  it('are none where tracing is suppressed: our own exports are not measured', async () => {
    await context.with(suppressTracing(context.active()), () => get('/'));
    await context.with(suppressTracing(context.active()), async () =>
      (await fetch(`http://127.0.0.1:${port}/`)).text(),
    );
    assert.deepEqual(await bed.histogram(CLIENT), []);
  });
});

describe('the sizes of bodies', () => {
  const names = ['server.request', 'server.response', 'client.request', 'client.response'].map(
    (part) => `http.${part}.body.size`,
  );

  async function exchange(): Promise<void> {
    const sent = http.request({ host: '127.0.0.1', port, method: 'POST', agent: false });
    sent.setHeader('Transfer-Encoding', 'chunked');
    sent.write('12345');
    sent.end('é');
    await text(sent);
  }

  it('are recorded when they are asked for, and not otherwise', async () => {
    handler = (request, response) => void request.resume().on('end', () => response.end('four'));
    await exchange();
    for (const name of names) assert.deepEqual(await bed.histogram(name), [], name);
    instrumentation.setConfig({ bodySizeMetrics: true });
    await exchange();
    const sums: Record<string, unknown> = {};
    for (const name of names) sums[name] = (await bed.histogram(name))[0]?.value.sum;
    assert.deepEqual(sums, {
      'http.server.request.body.size': 7,
      'http.server.response.body.size': 4,
      'http.client.request.body.size': undefined,
      'http.client.response.body.size': 4,
    });
  });

  it('of fetch are those that are announced', async () => {
    handler = (request, response) => void request.resume().on('end', () => response.end('four'));
    undici.setConfig({ bodySizeMetrics: true });
    await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '123' })).text();
    assert.equal((await bed.histogram('http.client.request.body.size'))[0]?.value.sum, 3);
    assert.equal((await bed.histogram('http.client.response.body.size'))[0]?.value.sum, 4);
  });
});
