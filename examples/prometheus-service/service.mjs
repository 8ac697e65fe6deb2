// The shop's service, measured by hand with the API: it knows no SDK and no Prometheus.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from 'sonde';

const meter = metrics.getMeter('shop', '1.0.0');
const duration = meter.createHistogram('http.server.request.duration', {
  description: 'Duration of HTTP server requests',
  unit: 's',
});
const active = meter.createUpDownCounter('http.server.active_requests', {
  description: 'Number of active HTTP server requests',
  unit: '{request}',
});
const orders = meter.createCounter('shop.orders', { description: 'Orders placed', unit: '{order}' });

const PRODUCTS = ['lamp', 'chair'];

/** Route and answer of a path: each route has a name, so that ids in paths make no series of their own. */
async function answer(path) {
  const [, first, product] = path.split('/');
  if (first === '' || first === undefined) return { route: '/', status: 200, text: 'welcome' };
  if (first !== 'orders') return { route: undefined, status: 404, text: 'not found' };
  await delay(5 + Math.random() * 20);
  if (!PRODUCTS.includes(product)) return { route: '/orders/{product}', status: 503, text: 'sold out' };
  orders.add(1, { 'shop.product': product });
  return { route: '/orders/{product}', status: 201, text: `a ${product} is on its way` };
}

export function startService(port) {
  const server = createServer(async (request, response) => {
    const began = performance.now();
    const method = { 'http.request.method': request.method, 'url.scheme': 'http' };
    active.add(1, method);
    const { route, status, text } = await answer(request.url);
    response.writeHead(status).end(text);
    active.add(-1, method);
    const attributes = { ...method, 'http.response.status_code': status };
    if (route !== undefined) attributes['http.route'] = route;
    duration.record((performance.now() - began) / 1000, attributes);
  });
  return new Promise((resolve) => server.listen(port, 'localhost', () => resolve(server)));
}
