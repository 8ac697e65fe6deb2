// The server under test: hello world, plain node:http. `--import` and variables decide what instruments it.
import { createServer } from 'node:http';

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
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));

process.on('message', (message) => {
  if (message === 'usage') process.send({ usage: process.cpuUsage(), rss: process.memoryUsage().rss });
  if (message === 'memory') {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ memory: heapUsed + external });
  }
  if (message === 'end') {
    server.closeAllConnections();
    server.close(() => process.disconnect());
  }
});
