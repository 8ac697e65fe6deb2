/**
 * An OTLP/HTTP receiver in a process of its own: `node receiver.mjs <delay in ms>`. It answers 200 after the delay,
 * counts requests, bytes and spans, and tells the parent its port and, when asked, its counts.
 */
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const delayMillis = Number(process.argv[2] ?? 0);
const counts = { requests: 0, bytes: 0, spans: 0 };

function varint(bytes, position) {
  let value = 0;
  let shift = 1;
  for (;;) {
    const byte = bytes[position++];
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return [value, position];
    shift *= 128;
  }
}

/** Calls `visit(start, end)` for each length-delimited field of this number. */
function eachField(bytes, start, end, number, visit) {
  let position = start;
  while (position < end) {
    const [tag, afterTag] = varint(bytes, position);
    position = afterTag;
    const wireType = tag % 8;
    if (wireType === 0) {
      position = varint(bytes, position)[1];
    } else if (wireType === 1) {
      position += 8;
    } else if (wireType === 5) {
      position += 4;
    } else {
      const [length, afterLength] = varint(bytes, position);
      if (Math.floor(tag / 8) === number) visit(afterLength, afterLength + length);
      position = afterLength + length;
    }
  }
}

/** ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.spans = 2. */
function countSpans(bytes) {
  let spans = 0;
  eachField(bytes, 0, bytes.length, 1, (resourceStart, resourceEnd) => {
    eachField(bytes, resourceStart, resourceEnd, 2, (scopeStart, scopeEnd) => {
      eachField(bytes, scopeStart, scopeEnd, 2, () => {
        spans += 1;
      });
    });
  });
  return spans;
}

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    counts.requests += 1;
    counts.bytes += body.length;
    counts.spans += countSpans(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    const answer = () => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
      response.end();
    };
    if (delayMillis > 0) setTimeout(answer, delayMillis);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;

process.on('message', () => process.send({ ...counts }));
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
