// Load over raw sockets, which costs less CPU than an HTTP client: 40 keep-alive connections, one request at a time on
// each; a tenth are POSTs of 1 KB, half carry a traceparent. Prints how many answers came in how many seconds, and how
// long the slowest hundredth took.
//   node load.mjs <port> <milliseconds> [requests]
import { connect } from 'node:net';

const [port, milliseconds, limit = Number.POSITIVE_INFINITY] = process.argv.slice(2).map(Number);
const CONNECTIONS = 40;
/** Of every so many answers one is timed. */
const TIMED = 64;
const body = 'x'.repeat(1024);
const head = `Host: 127.0.0.1:${port}\r\nConnection: keep-alive\r\nUser-Agent: load/1.0\r\n`;
/** A hundred different parents: nothing is won by remembering one. */
const requests = Array.from({ length: 200 }, (_, index) => {
  const id = (index + 1).toString(16).padStart(4, '0');
  const traceparent = `traceparent: 00-0af7651916cd43dd8448eb211c80${id}-b7ad6b716920${id}-01\r\n`;
  const parent = index % 2 === 0 ? traceparent : '';
  const text =
    index % 10 === 0
      ? `POST /upload HTTP/1.1\r\n${head}${parent}Content-Length: 1024\r\n\r\n${body}`
      : `GET /hello HTTP/1.1\r\n${head}${parent}\r\n`;
  return Buffer.from(text);
});

let answered = 0;
let sent = 0;
let open = CONNECTIONS;
let isOver = false;
const latencies = [];
const started = performance.now();

function report() {
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const p99 = latencies[Math.floor(latencies.length * 0.99)];
  process.stdout.write(`${JSON.stringify({ answered, seconds, p99 })}\n`);
}

for (let index = 0; index < CONNECTIONS; index++) {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let timedSince = 0;
  const next = () => {
    if (isOver || sent >= limit) {
      socket.end();
      return;
    }
    if (sent % TIMED === 0) timedSince = performance.now();
    socket.write(requests[sent++ % requests.length]);
  };
  socket.on('connect', next);
  socket.on('data', () => {
    // Answers are far smaller than a segment: one chunk is one answer.
    answered++;
    if (timedSince !== 0) {
      latencies.push(performance.now() - timedSince);
      timedSince = 0;
    }
    next();
  });
  socket.on('close', () => {
    if (--open === 0) report();
  });
  socket.on('error', () => {});
}
setTimeout(() => {
  isOver = true;
}, milliseconds).unref();

// It asks for answers without ever sleeping: waking a sleeping process on another core is an interrupt (several
// microseconds on a virtual machine) which the server would pay, and the slower the server, the oftener.
function poll() {
  if (open > 0) setImmediate(poll);
}
poll();
