/** Servers and clients over TLS, and what is loaded for them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, RequestListener } from 'node:http';
import https, { get as namedGet } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { context } from '../../api/context/context-api.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { SpanBed } from '../../testing/span-bed.ts';
import { HttpInstrumentation } from './instrumentation.ts';
import { tlsClientOptions, tlsServerOptions } from './tls.fixture.ts';

const bed = new SpanBed();
const instrumentation = new HttpInstrumentation();
let server: https.Server;
let port = 0;
let handler: RequestListener;

async function text(sent: ClientRequest): Promise<string> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return body;
}

before(async () => {
  server = https.createServer(tlsServerOptions, (request, response) => handler(request, response));
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
  bed.reset();
  handler = (_request, response) => void response.end('fine');
});

describe('over TLS', () => {
  it('a server and a client make one span each, of one trace', async () => {
    let active: string | undefined;
    handler = (request, response) => {
      request.resume().on('end', () => {
        active = trace.getSpan(context.active())?.spanContext().spanId;
        response.end('fine');
      });
    };
    for (const get of [https.get, namedGet]) {
      bed.reset();
      assert.equal(await text(get({ ...tlsClientOptions, port, path: '/a?b' })), 'fine');
      const [first, second] = await bed.take(2);
      const [client, incoming] = first!.kind === 2 ? [first!, second!] : [second!, first!];
      assert.deepEqual([client.kind, incoming.kind], [2, 1]);
      assert.equal(client.attributes['url.full'], `https://127.0.0.1:${port}/a?b`);
      assert.equal(client.attributes['server.port'], port);
      assert.equal(incoming.attributes['url.scheme'], 'https');
      assert.equal(incoming.attributes['server.address'], '127.0.0.1');
      assert.equal(incoming.attributes['network.peer.address'], '127.0.0.1');
      assert.equal(incoming.parentSpanContext?.spanId, client.spanContext().spanId);
      assert.equal(active, incoming.spanContext().spanId);
      assert.equal(bed.spans.length, 2);
    }
  });

  it('an agent that keeps connections makes a span for each request', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const sent = () => https.request({ ...tlsClientOptions, port, agent, method: 'POST' });
    for (let round = 0; round < 3; round++) {
      const request = sent();
      request.end('body');
      assert.equal(await text(request), 'fine');
    }
    agent.destroy();
    const spans = await bed.take(6);
    assert.equal(new Set(spans.map((span) => span.spanContext().traceId)).size, 3);
  });

  it('a class that extends the server of https is caught too', async () => {
    class Own extends https.Server {}
    const own = new Own(tlsServerOptions, (_request, response) => response.end('own'));
    own.listen(0, '127.0.0.1');
    await once(own, 'listening');
    const { port: ownPort } = own.address() as AddressInfo;
    assert.equal(await text(https.get({ ...tlsClientOptions, port: ownPort, agent: false })), 'own');
    const spans = await bed.take(2);
    assert.deepEqual(spans.map((span) => span.kind).sort(), [1, 2]);
    own.close();
  });

  it('node:https is not loaded where its requests are announced', () => {
    const program = `
      const { HttpInstrumentation } = await import(${JSON.stringify(new URL('instrumentation.js', import.meta.url).href)});
      new HttpInstrumentation();
      console.log(process.moduleLoadList.includes('NativeModule https'));`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    assert.equal(printed.trim(), String(Number.parseInt(process.versions.node, 10) < 22));
  });
});
