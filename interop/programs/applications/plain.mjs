// The same on node:http alone.
import { createServer, get } from 'node:http';

async function bodyOf(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function ask(url) {
  return new Promise((resolve, reject) => {
    get(url, (response) => resolve(bodyOf(response))).on('error', reject);
  });
}

async function answer(request) {
  const { method, url } = request;
  if (method === 'POST' && url === '/orders') {
    const { item } = JSON.parse(await bodyOf(request));
    return [201, await ask(`http://${request.headers.host}/stock/${item}`)];
  }
  if (url === '/broken') throw new Error('the handler threw');
  if (url.startsWith('/orders/')) return [200, JSON.stringify({ id: url.slice(8) })];
  return [200, JSON.stringify({ item: url.slice(7), left: 3 })];
}

const server = createServer((request, response) => {
  answer(request)
    .catch((error) => [500, JSON.stringify({ error: error.message })])
    .then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body);
    });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
