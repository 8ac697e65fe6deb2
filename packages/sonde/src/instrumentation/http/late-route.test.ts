/** Requests whose route is named after their answer, as Next.js does it, over a real server on loopback. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Span } from '../../api/trace/span.ts';
import { trace } from '../../api/trace/trace-api.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { MetricBed } from '../../testing/metric-bed.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { HttpInstrumentation } from './instrumentation.ts';
import { timeOf } from './late-route.ts';

const DURATION = 'http.server.request.duration';
const spans = new SpanBed();
const serversOnly = { disableOutgoingRequestInstrumentation: true };
const instrumentation = new HttpInstrumentation(serversOnly);
let metrics: MetricBed;
let server: Server;
let port = 0;
/** When the framework saw the answer close and began to name the route, by performance.now(). */
let closedAt = 0;
let nameRoute: (span: Span) => void;

/** Marks the request and writes on the active span as Next.js does: after the close, several microtasks later. */
async function frameworkOf(request: IncomingMessage, response: ServerResponse): Promise<void> {
  Object.assign(request, { [Symbol.for('NextInternalRequestMeta')]: {} });
  const span = trace.getActiveSpan()!;
  if (request.url !== '/hang') response.end('fine');
  await once(response, 'close');
  for (let turn = 0; turn < 5; turn++) await undefined;
  await new Promise<void>((resolve) => process.nextTick(resolve));
  closedAt = performance.now();
  while (performance.now() < closedAt + 20);
  nameRoute(span);
}

before(async () => {
  server = http.createServer((request, response) => void frameworkOf(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.closeAllConnections();
  server.close();
  instrumentation.disable();
});
beforeEach(() => {
  spans.reset();
  metrics = new MetricBed(false);
  instrumentation.setMeterProvider(metrics.provider);
});

async function serve(path: string): Promise<ReadableSpan> {
  const [response] = (await once(http.get({ port, path, agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  return (await spans.take(1))[0]!;
}

describe('a route that is named after the answer', () => {
  it('is on the span and the metric, whose times end with the answer', async () => {
    nameRoute = (span) => span.setAttribute('http.route', '/items/[id]').updateName('GET /items/[id]');
    const span = await serve('/items/7');
    assert.equal(span.name, 'GET /items/[id]');
    assert.equal(span.attributes['http.route'], '/items/[id]');
    assert.equal(span.attributes['http.response.status_code'], 200);
    const millis = span.duration[0] * 1e3 + span.duration[1] / 1e6;
    const untilNamed = closedAt - (span as unknown as { startTicks: number }).startTicks;
    assert.ok(millis > 0 && millis <= untilNamed + 1e-3, `${millis} of ${untilNamed} ms`);
    const [point] = await metrics.histogram(DURATION);
    assert.equal(point!.attributes['http.route'], '/items/[id]');
    assert.ok(Math.abs(point!.value.sum! * 1e3 - millis) < 1e-3);
  });

  it('may never come, and may be no route', async () => {
    nameRoute = () => {};
    assert.equal((await serve('/none')).name, 'GET');
    spans.reset();
    nameRoute = (span) => span.setAttribute('http.route', 7);
    assert.equal((await serve('/odd')).attributes['http.route'], 7);
    const points = await metrics.histogram(DURATION);
    assert.deepEqual(
      points.map(({ attributes, value }) => [attributes['http.route'], value.count]),
      [[undefined, 2]],
    );
  });

  it('comes as well where the connection broke', async () => {
    nameRoute = (span) => span.setAttribute('http.route', '/hang');
    const caller = connect(port, '127.0.0.1', () => caller.write('GET /hang HTTP/1.1\r\nHost: a\r\n\r\n'));
    await once(server, 'request');
    caller.destroy();
    const [span] = await spans.take(1);
    assert.deepEqual(
      [span!.attributes['error.type'], span!.attributes['http.route']],
      ['ECONNRESET', '/hang'],
    );
    const [active] = await metrics.numbers('http.server.active_requests');
    assert.equal(active!.value, 0);
  });
});

describe('timeOf', () => {
  it('counts from the start of the span by its own clock, in whole nanoseconds below a second', () => {
    const nanos = fc.integer({ min: 0, max: 999_999_999 });
    const millis = fc.double({ min: 0, max: 1e8, noNaN: true });
    fc.assert(
      fc.property(nanos, millis, millis, (start, startTicks, more) => {
        const span = { startTime: [1_700_000_000, start], startTicks } as unknown as Span;
        const [seconds, rest] = timeOf(startTicks + more, span) as [number, number];
        assert.ok(Number.isInteger(seconds) && Number.isInteger(rest) && rest >= 0 && rest < 1e9);
        const passed = (seconds - 1_700_000_000) * 1e3 + (rest - start) / 1e6;
        assert.ok(Math.abs(passed - more) < 1e-3);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the reading itself for a span that shows no clock', () => {
    assert.equal(timeOf(12.5, trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 })), 12.5);
  });
});
