// What customers talk to: it asks the inventory and the payment service. A plain Node program: no telemetry in it.
import { createServer } from 'node:http';
import { env } from 'node:process';
import pino from 'pino';

const log = pino({ name: 'storefront' });

async function call(method, url) {
  const response = await fetch(url, { method });
  return [response.status, await response.json()];
}

function show(item) {
  return call('GET', `${env.INVENTORY_URL}/items/${item}`);
}

async function order(item, card) {
  const [status, reservation] = await call('POST', `${env.INVENTORY_URL}/reservations/${item}`);
  if (status !== 201) return [status, reservation];
  const [paid, receipt] = await call('POST', `${env.PAYMENT_URL}/charges/${item}/${card}`);
  if (paid !== 200) return [paid, receipt];
  log.info({ item }, 'order placed');
  return [201, { ...reservation, ...receipt }];
}

/** The service that would know is not running, so this never ends well. */
async function recommend() {
  const [, items] = await call('GET', `${env.RECOMMENDATIONS_URL}/for/everybody`);
  return [200, items];
}

function route({ method, url }) {
  const [, resource, item, card = 'valid'] = url.split('/');
  if (method === 'GET' && resource === 'items') return show(item);
  if (method === 'POST' && resource === 'orders') return order(item, card);
  if (method === 'GET' && resource === 'recommendations') return recommend();
  return Promise.resolve([404, { error: `nothing at ${url}` }]);
}

const server = createServer((request, response) => {
  route(request)
    .catch((error) => {
      log.error(error, 'a service did not answer');
      return [503, { error: error.message }];
    })
    .then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
});

server.listen(Number(env.PORT ?? 0), '127.0.0.1', () => {
  log.info(`storefront listens on http://127.0.0.1:${server.address().port}`);
});
