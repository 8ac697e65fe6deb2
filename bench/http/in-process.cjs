// A server and its clients in one process, over streams that are no sockets: what a request costs the program itself,
// without the system's part. Prints CPU microseconds per request, of samples of 1,000 requests each.
//   node in-process.cjs <requests>
const { createServer } = require('node:http');
const { Duplex } = require('node:stream');

const CONNECTIONS = 40;
const SAMPLE = 1000;
/** Samples before the optimiser has settled. */
const WARM_UP = 30;
const total = Number(process.argv[2]);

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    let size = 0;
    request.on('data', (chunk) => {
      size += chunk.length;
    });
    request.on('end', () => response.end(`got ${size}`));
  } else {
    response.end('hello world');
  }
});

const head = 'Host: 127.0.0.1:8080\r\nConnection: keep-alive\r\nUser-Agent: load/1.0\r\n';
const requests = Array.from({ length: 200 }, (_, index) => {
  const id = (index + 1).toString(16).padStart(4, '0');
  const parent =
    index % 2 === 0 ? `traceparent: 00-0af7651916cd43dd8448eb211c80${id}-b7ad6b716920${id}-01\r\n` : '';
  return Buffer.from(
    index % 10 === 0
      ? `POST /upload HTTP/1.1\r\n${head}${parent}Content-Length: 1024\r\n\r\n${'x'.repeat(1024)}`
      : `GET /hello HTTP/1.1\r\n${head}${parent}\r\n`,
  );
});

let sent = 0;
let answered = 0;
/** Connections whose answer has come. Their next request is written by the loop below, outside any request's context. */
let waiting = [];

class Connection extends Duplex {
  remoteAddress = '127.0.0.1';
  remotePort = 50_000;
  _read() {}
  _write(_chunk, _encoding, callback) {
    callback();
    this.answer();
  }
  _writev(_chunks, callback) {
    callback();
    this.answer();
  }
  answer() {
    answered++;
    waiting.push(this);
  }
  setTimeout() {}
  setNoDelay() {}
  setKeepAlive() {}
  ref() {}
  unref() {}
}

function next(connection) {
  connection.push(requests[sent++ % requests.length]);
}

const samples = [];
let since = { answered: 0, usage: process.cpuUsage() };

function look() {
  const count = answered - since.answered;
  if (count >= SAMPLE) {
    const { user, system } = process.cpuUsage(since.usage);
    samples.push((user + system) / count);
    since = { answered, usage: process.cpuUsage() };
  }
  const ready = waiting;
  waiting = [];
  for (const connection of ready) next(connection);
  if (answered < total) setImmediate(look);
  else process.stdout.write(`${JSON.stringify(samples.slice(WARM_UP))}\n`, () => process.exit(0));
}

for (let index = 0; index < CONNECTIONS; index++) {
  const connection = new Connection();
  server.emit('connection', connection);
  next(connection);
}
look();
