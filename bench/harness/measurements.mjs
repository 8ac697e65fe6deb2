/** What is measured with metrics: attributes as an instrumentation makes them, a fresh object each time. */
const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const routes = Array.from({ length: 8 }, (_, index) => `/api/v2/resource-${index}/{id}`);
const users = Array.from({ length: 1_000 }, (_, index) => `user-${(index * 7_919) % 1_000}`);

/** 32 sets. */
export const three = (index) => ({
  'http.request.method': methods[index & 3],
  'http.route': routes[(index >> 2) & 7],
  'http.response.status_code': 200,
});

export const ten = (index) => ({
  'http.request.method': methods[index & 3],
  'http.route': routes[(index >> 2) & 7],
  'http.response.status_code': 200,
  'url.scheme': 'https',
  'server.address': 'orders.example.com',
  'server.port': 443,
  'network.protocol.name': 'http',
  'network.protocol.version': '1.1',
  'app.region': 'eu-west',
  'app.cache.hit': true,
});

/** 1,000 sets. */
export const thousand = (index) => ({
  'http.request.method': methods[(index % 1_000) & 3],
  'enduser.id': users[index % 1_000],
  'http.response.status_code': 200,
});

/** The names that prom-client has to be told, in its spelling. */
export const labels = ['method', 'route', 'status'];
export const threeLabels = (index) => ({
  method: methods[index & 3],
  route: routes[(index >> 2) & 7],
  status: 200,
});
export const thousandLabels = (index) => ({
  method: methods[(index % 1_000) & 3],
  route: users[index % 1_000],
  status: 200,
});

/** Values over the default buckets. */
export const amount = (index) => ((index * 37) % 5_000) + 0.5;
