// An application that patches node:http itself, before it serves: it counts, and looks at what it is given.
const http = require('node:http');

const seen = [];
const { emit } = http.Server.prototype;
http.Server.prototype.emit = function counting(event, ...rest) {
  if (event === 'request') seen.push(`${rest[0].method} ${rest[0].url}`);
  return emit.call(this, event, ...rest);
};
const { request } = http;
http.request = function asking(...args) {
  const made = request.apply(this, args);
  seen.push(`asks ${made.path}`);
  return made;
};
http.get = function getting(...args) {
  const made = http.request(...args);
  made.end();
  return made;
};
require('./express.cjs');

const server = http.createServer((_request, response) => {
  http.get(`http://127.0.0.1:${server.address().port}/inner`, { agent: false }, (answer) => answer.resume());
  server.removeAllListeners('request');
  server.on('request', (_inner, other) => other.end());
  response.end();
});
server.listen(0, '127.0.0.1', () => {
  http.get(`http://127.0.0.1:${server.address().port}/outer`, { agent: false }, (answer) => answer.resume());
});
process.on('SIGTERM', () => {
  console.log(
    JSON.stringify({ seen: seen.sort(), names: [http.request.name, http.Server.prototype.emit.name] }),
  );
  process.exit(0);
});
