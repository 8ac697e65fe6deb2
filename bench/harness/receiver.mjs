/**
 * An OTLP receiver in a process of its own: `node receiver.mjs <delay in ms> <http or grpc>`. It answers after the delay,
 * counts requests, bytes and spans, and tells the parent its port and, when asked, its counts.
 */
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
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

function count(body, isPacked) {
  counts.requests += 1;
  counts.bytes += body.length;
  counts.spans += countSpans(isPacked ? gunzipSync(body) : body);
}

function answerLater(answer) {
  if (delayMillis > 0) setTimeout(answer, delayMillis);
  else answer();
}

function httpServer() {
  const server = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      count(Buffer.concat(pieces), request.headers['content-encoding'] === 'gzip');
      answerLater(() => {
        response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
        response.end();
      });
    });
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

function grpcServer() {
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    const pieces = [];
    stream.on('error', () => {});
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('end', () => {
      const data = Buffer.concat(pieces);
      count(data.subarray(5), data[0] === 1);
      answerLater(() => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(Buffer.alloc(5));
      });
    });
  });
  return server;
}

const server = process.argv[3] === 'grpc' ? grpcServer() : httpServer();

process.on('message', () => process.send({ ...counts }));
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
