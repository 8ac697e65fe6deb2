// An OTLP receiver that answers at once, or after a delay, and counts spans by looking for their tag: `start_time` is
// field 7 of every span and of nothing else at that depth, so the count of records is asked of the exporter's own header.
import { createServer } from 'node:http';

const delay = Number(process.argv[2] ?? 0);
let spans = 0;
let requests = 0;

/** Counts the spans of an ExportTraceServiceRequest by walking its three outer levels. */
function countSpans(bytes) {
  let count = 0;
  const walk = (start, end, depth) => {
    let at = start;
    const varint = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++];
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
  walk(0, bytes.length, 0);
  return count;
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    requests++;
    spans += countSpans(Buffer.concat(chunks));
    setTimeout(() => response.end(), delay);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => process.send({ spans, requests }));
