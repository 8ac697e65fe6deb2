// Knows what is in stock. A plain Node program that logs with pino: there is no telemetry in it.
import { createServer } from 'node:http';
import { env } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';

const log = pino({ name: 'inventory' });

const stock = new Map([
  ['tea', { left: 40, price: 4 }],
  ['coffee', { left: 12, price: 7 }],
  ['cake', { left: 0, price: 5 }],
]);

/** Coffee lies in a warehouse far away, which answers slowly. */
async function lookUp(item) {
  await delay(item === 'coffee' ? 350 : 3);
  if (item === 'moon-dust') throw new Error('the warehouse has burnt down');
  return stock.get(item);
}

async function answer(request) {
  const [, resource, item] = request.url.split('/');
  const found = await lookUp(item);
  if (found === undefined) return [404, { error: `no such item: ${item}` }];
  if (resource === 'reservations') {
    if (found.left === 0) {
      log.warn({ item }, 'sold out');
      return [409, { error: `sold out: ${item}` }];
    }
    found.left -= 1;
    log.info({ item, left: found.left }, 'reserved');
    return [201, { reserved: item }];
  }
  return [200, { item, ...found }];
}

const server = createServer((request, response) => {
  answer(request)
    .catch((error) => {
      log.error(error, 'the look-up failed');
      return [500, { error: error.message }];
    })
    .then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
});

server.listen(Number(env.PORT ?? 0), '127.0.0.1', () => {
  log.info(`inventory listens on http://127.0.0.1:${server.address().port}`);
});
