// Load over raw sockets, which costs less CPU than an HTTP client: 40 keep-alive connections, one request at a time on
// each; a tenth are POSTs of 1 KB, half carry a traceparent. Prints how many answers came.
//   node load.mjs <port> <milliseconds> [requests]
import { connect } from 'node:net';

const [port, milliseconds, limit = Number.POSITIVE_INFINITY] = process.argv.slice(2).map(Number);
const CONNECTIONS = 40;
const body = 'x'.repeat(1024);
const traceparent = 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n';
const head = `Host: 127.0.0.1:${port}\r\nConnection: keep-alive\r\nUser-Agent: load\r\n`;
const requests = Array.from({ length: 20 }, (_, index) => {
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
const started = performance.now();

for (let index = 0; index < CONNECTIONS; index++) {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  const next = () => {
    if (isOver || sent >= limit) socket.end();
    else socket.write(requests[sent++ % requests.length]);
  };
  socket.on('connect', next);
  socket.on('data', () => {
    // Answers are far smaller than a segment: one chunk is one answer.
    answered++;
    next();
  });
  socket.on('close', () => {
    if (--open === 0)
      console.log(JSON.stringify({ answered, seconds: (performance.now() - started) / 1000 }));
  });
  socket.on('error', () => {});
}
setTimeout(() => {
  isOver = true;
}, milliseconds);
