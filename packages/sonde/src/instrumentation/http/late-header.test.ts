/** Requests whose head is put together when they are made: what reaches the server, byte for byte. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { context } from '../../api/context/context-api.ts';
import { propagation } from '../../api/propagation/propagation-api.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { requestInHand } from '../shared/request-in-hand.fixture.ts';
import { HttpInstrumentation } from './instrumentation.ts';
import { replaceRequestHeader, requestHeader, setRequestHeader } from './late-header.ts';

const bed = new SpanBed();
const instrumentation = new HttpInstrumentation();
let server: Server;
let port = 0;
let received = '';

before(async () => {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (received.includes('100-continue') && !received.includes('body')) {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      } else if (!received.includes('chunked') || received.endsWith('0\r\n\r\n')) {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
after(() => {
  server.close();
  instrumentation.disable();
});
beforeEach(() => {
  bed.reset();
  received = '';
});

async function send(options: http.RequestOptions, body?: string): Promise<string> {
  received = '';
  const request = http.request({ host: '127.0.0.1', port, agent: false, ...options });
  if (options.headers !== undefined && JSON.stringify(options.headers).includes('100-continue')) {
    request.once('continue', () => request.end(body));
    request.flushHeaders();
  } else request.end(body);
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
  return received;
}

/** The same request without us. */
async function sendBare(options: http.RequestOptions, body?: string): Promise<string> {
  instrumentation.disable();
  const bytes = await send(options, body);
  instrumentation.enable();
  return bytes;
}

const ours = /traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\r\n/;

describe('the traceparent of a request', () => {
  const lists: [string, http.RequestOptions, string | undefined][] = [
    ['with a flat list of headers', { headers: ['Host', 'a', 'X-One', '1'] as never }, undefined],
    [
      'with a list of pairs',
      {
        headers: [
          ['Host', 'a'],
          ['X-Two', '2'],
        ] as never,
      },
      undefined,
    ],
    ['with a list and a body', { method: 'POST', headers: ['Content-Length', '4'] as never }, 'body'],
    ['with Expect', { method: 'POST', headers: { Expect: '100-continue', 'Content-Length': 4 } }, 'body'],
    [
      'with Expect in a list',
      { method: 'PUT', headers: ['Expect', '100-continue', 'Content-Length', '4'] as never },
      'body',
    ],
  ];
  for (const [what, options, body] of lists) {
    it(`${what} is added, and nothing else is changed`, async () => {
      const bare = await sendBare(options, body);
      const instrumented = await send(options, body);
      assert.match(instrumented, ours);
      assert.equal(instrumented.replace(ours, ''), bare);
      const [span] = await bed.take(1);
      assert.ok(instrumented.includes(span!.spanContext().spanId));
    });
  }

  it('that the caller set is left alone, in any case and form', async () => {
    const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const headers of [
      ['TraceParent', own],
      { Traceparent: own, Expect: '100-continue', 'Content-Length': 4 },
      { traceparent: own },
    ]) {
      const options: http.RequestOptions = { method: 'POST', headers: headers as never };
      assert.equal(await send(options, 'body'), await sendBare(options, 'body'));
    }
  });

  it('is ours where a reverse proxy passes on what it got, in any form, and nothing else is changed', async () => {
    const { context: inHand, span, traceparent } = requestInHand();
    for (const headers of [
      { TraceParent: traceparent, 'X-One': '1', 'Content-Length': 4 },
      ['Host', 'a', 'traceParent', traceparent, 'Content-Length', '4'],
      { 'X-One': '1', traceparent, Expect: '100-continue', 'Content-Length': 4 },
    ]) {
      const options: http.RequestOptions = { method: 'POST', headers: headers as never };
      const bare = await sendBare(options, 'body');
      const instrumented = await context.with(inHand, () => send(options, 'body'));
      assert.match(instrumented, ours);
      assert.equal(
        instrumented.replace(ours, ''),
        bare.replace(new RegExp(`traceparent: ${traceparent}\r\n`, 'i'), ''),
      );
      const [client] = await bed.take(1);
      assert.equal(client!.parentSpanContext?.spanId, span.spanContext().spanId);
      assert.ok(instrumented.includes(`-${client!.spanContext().spanId}-`));
      bed.reset();
    }
  });

  it('is ours where a program injects the active span by hand, whose baggage stays', async () => {
    const active = trace.getTracer('app').startSpan('order');
    const inSpan = trace.setSpan(ROOT_CONTEXT, active);
    const given = propagation.setBaggage(inSpan, propagation.createBaggage({ given: { value: '1' } }));
    const headers: Record<string, string> = {};
    propagation.inject(given, headers);
    const other = propagation.setBaggage(inSpan, propagation.createBaggage({ other: { value: '2' } }));
    const bytes = await context.with(other, () => send({ headers }));
    const [client] = await bed.take(1);
    assert.equal(client!.parentSpanContext?.spanId, active.spanContext().spanId);
    assert.ok(bytes.includes(`-${client!.spanContext().spanId}-`));
    assert.match(bytes, /baggage: given=1\r\n/);
  });

  it('that another instrumentation wrote with its active client span is left alone, and no second span made', async () => {
    const client = trace.getTracer('other').startSpan('GET', { kind: SpanKind.CLIENT });
    const inSpan = trace.setSpan(ROOT_CONTEXT, client);
    const headers: Record<string, string> = {};
    propagation.inject(inSpan, headers);
    const bytes = await context.with(inSpan, () => send({ headers }));
    assert.ok(bytes.includes(`traceparent: ${headers['traceparent']}\r\n`));
    assert.equal(bed.spans.length, 0);
  });

  it('that names another span of the request in hand is left alone', async () => {
    const { context: inHand } = requestInHand();
    const own = trace.getTracer('app').startSpan('own', {}, inHand).spanContext();
    const traceparent = `00-${own.traceId}-${own.spanId}-01`;
    const bytes = await context.with(inHand, () => send({ headers: { traceparent } }));
    assert.ok(bytes.includes(`traceparent: ${traceparent}\r\n`));
  });

  it('takes the port and the agent from a list as well', async () => {
    await send({ headers: ['Host', `shop.test:${port}`, 'User-Agent', 'probe/2'] as never });
    const [span] = await bed.take(1);
    assert.equal(span!.attributes['server.port'], port);
    assert.equal(span!.attributes['user_agent.original'], 'probe/2');
  });
});

describe('setRequestHeader', () => {
  it('never throws, whatever the head is, and lets no second header in', () => {
    const odd = fc.anything();
    fc.assert(
      fc.property(odd, odd, fc.string(), fc.string(), fc.boolean(), (head, output, key, value, sent) => {
        const request = {
          headersSent: true,
          _header: head,
          _headerSent: sent,
          outputData: output,
          getHeader: () => undefined,
        };
        setRequestHeader(request as never, key, value);
        replaceRequestHeader(request as never, key, value);
        requestHeader(request as never, key);
        assert.equal(request._header, head);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, value) => {
        const request = { headersSent: true, _header: 'GET / HTTP/1.1\r\n\r\n', _headerSent: false };
        setRequestHeader(request as never, key, value);
        replaceRequestHeader(request as never, key, value);
        assert.ok(request._header.split('\r\n').length <= 4);
        assert.ok(request._header.endsWith('\r\n\r\n'));
      }),
      { numRuns: 1000 },
    );
  });
});
