// The server under test: hello world, plain node:http, 127.0.0.1. `--import`, `--require` and variables decide what
// instruments it. CommonJS, because the official instrumentations patch only what is loaded by `require`.
const { createServer } = require('node:http');

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
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

const answers = {
  usage: () => process.cpuUsage(),
  rss: () => process.memoryUsage().rss,
  memory: () => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
};

process.on('message', async (message) => {
  if (message !== 'end') {
    process.send({ [message]: answers[message]() });
    return;
  }
  server.closeAllConnections();
  // A contender that has to be told sends what it still has.
  await globalThis.benchFlush?.();
  server.close(() => process.disconnect());
});
