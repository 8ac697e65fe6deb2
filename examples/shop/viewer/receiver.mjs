// An OTLP receiver over HTTP, protobuf and JSON, gzipped or not: what any backend has at port 4318.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { plain, requests } from './otlp.mjs';
import { decode } from './protobuf.mjs';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

/** Path -> the lists by which a message goes from resources over scopes to records. */
const levels = {
  '/v1/traces': ['resourceSpans', 'scopeSpans', 'spans'],
  '/v1/logs': ['resourceLogs', 'scopeLogs', 'logRecords'],
  '/v1/metrics': ['resourceMetrics', 'scopeMetrics', 'metrics'],
};

/** What concerns one connection only. */
const CONNECTION_HEADERS = [
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'expect',
];

/**
 * Starts the receiver on a free port of this host.
 * @param takers path -> what is called with each record: that of OTLP, its attributes as an object, `service` and `scope` by name
 * @param backend the address of a receiver to hand every request on to; what that one answers is the answer
 */
export async function startReceiver(takers, backend) {
  const server = createServer(async (request, response) => {
    const type = request.headers['content-type']?.split(';')[0];
    try {
      const bytes = await bytesOf(request);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const take = takers[request.url];
      if (take !== undefined) eachRecord(request.url, messageOf(request.url, type, body), take);
      if (backend !== undefined) {
        await forward(backend, request, bytes, response);
        return;
      }
      response.writeHead(200, { 'content-type': type });
      response.end(type === JSON_TYPE ? '{}' : '');
    } catch (error) {
      // The sender must know that these will never be taken.
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(error.message);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bytesOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** As it came, with the sender's own headers. A backend that cannot be reached is one to try again later. */
async function forward(backend, request, bytes, response) {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !CONNECTION_HEADERS.includes(name)),
  );
  try {
    const url = backend.replace(/\/$/, '') + request.url;
    const answer = await fetch(url, { method: 'POST', headers, body: bytes, redirect: 'manual' });
    const body = Buffer.from(await answer.arrayBuffer());
    const kept = ['content-type', 'retry-after'].filter((name) => answer.headers.has(name));
    response.writeHead(
      answer.status,
      Object.fromEntries(kept.map((name) => [name, answer.headers.get(name)])),
    );
    response.end(body);
  } catch (error) {
    response.writeHead(503, { 'content-type': 'text/plain' });
    response.end(String(error.cause?.message ?? error.message));
  }
}

function messageOf(path, type, body) {
  if (type === JSON_TYPE) return JSON.parse(body.toString('utf8'));
  if (type === PROTOBUF_TYPE) return decode(requests[path], body);
  throw new TypeError(`${type} is neither ${PROTOBUF_TYPE} nor ${JSON_TYPE}`);
}

function eachRecord(path, message, take) {
  const [byResource, byScope, records] = levels[path];
  for (const group of message[byResource] ?? []) {
    const service = plain(group.resource?.attributes)['service.name'] ?? 'unknown';
    for (const scoped of group[byScope] ?? []) {
      for (const record of scoped[records] ?? []) {
        take({ ...record, service, scope: scoped.scope?.name ?? '', attributes: plain(record.attributes) });
      }
    }
  }
}
