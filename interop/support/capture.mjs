/** An HTTP server on loopback that keeps what it is sent and answers as it is told. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

/**
 * `{ url, requests, received(count), close() }`. A request is `{ path, headers, raw, body }`, `body` being unzipped.
 * `answer(response, request)` writes the answer; by default 200 with an empty body of the request's content type.
 */
export async function startCapture(answer) {
  const requests = [];
  const waiting = [];
  const server = createServer((incoming, response) => {
    const pieces = [];
    incoming.on('data', (piece) => pieces.push(piece));
    incoming.on('end', () => {
      const raw = Buffer.concat(pieces);
      const body = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const request = { path: incoming.url, headers: incoming.headers, raw, body };
      requests.push(request);
      for (const wake of waiting.splice(0)) wake();
      if (answer !== undefined) return answer(response, request);
      const type = incoming.headers['content-type'];
      response.writeHead(200, { 'content-type': type });
      response.end(type === 'application/json' ? '{}' : '');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    async received(count) {
      while (requests.length < count) await new Promise((resolve) => waiting.push(resolve));
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
