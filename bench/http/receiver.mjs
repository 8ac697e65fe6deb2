// An OTLP/HTTP receiver that answers at once, or after a delay, and counts the spans it gets. It runs on the core of the
// load generator, so it walks no deeper than it must.
//   node receiver.mjs [milliseconds until an answer]
import { createServer } from 'node:http';

const delay = Number(process.argv[2] ?? 0);
let spans = 0;
let requests = 0;
let bytes = 0;

/** Counts the spans of an ExportTraceServiceRequest by walking its three outer levels. */
function countSpans(message) {
  let count = 0;
  const walk = (start, end, depth) => {
    let at = start;
    const varint = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = message[at++];
        value += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) return value;
      }
    };
    while (at < end) {
      const tag = varint();
      if ((tag & 7) !== 2) throw new Error(`wire type ${tag & 7} at depth ${depth}`);
      const length = varint();
      const field = tag >>> 3;
      if (depth === 2 && field === 2) count++;
      else if (depth < 2 && field === depth + 1) walk(at, at + length, depth + 1);
      at += length;
    }
  };
  walk(0, message.length, 0);
  return count;
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const message = Buffer.concat(chunks);
    requests++;
    bytes += message.length;
    if (request.url === '/v1/traces') spans += countSpans(message);
    if (delay > 0) setTimeout(() => response.end(), delay);
    else response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => process.send({ counts: { spans, requests, bytes } }));
process.on('disconnect', () => process.exit());
