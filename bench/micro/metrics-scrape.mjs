/** A scrape of Prometheus: 10,000 series of one counter, five attributes each, from the request to the last byte of text. */
import { measureTime } from '../harness/measure.mjs';

const SERIES = 10_000;

export const title = 'answer a scrape of 10,000 series, 5 attributes, text 0.0.4 (per series)';
export const target = { ratioAtLeast: 3 };

/** One scrape, without a socket: how many characters or bytes the body has. */
function scrape(exporter) {
  return new Promise((resolve) => {
    const response = { statusCode: 200, setHeader() {}, writeHead() {}, end: (body) => resolve(body.length) };
    exporter.getMetricsRequestHandler({ method: 'GET', url: '/metrics', headers: {} }, response);
  });
}

export async function run(contender, options) {
  const { exporter, meter } = contender.makeScraped(SERIES * 2);
  const counter = meter.createCounter('requests');
  for (let index = 0; index < SERIES; index++) {
    counter.add(index + 0.5, {
      'http.request.method': index % 2 === 0 ? 'GET' : 'POST',
      'http.route': `/api/v2/orders/${index % 1000}`,
      'http.response.status_code': 200 + (index % 5),
      'server.address': `host-${Math.floor(index / 1000)}`,
      'app.cache.hit': index % 2 === 0,
    });
  }
  let bytes = 0;
  const result = await measureTime(async (iterations) => {
    for (let index = 0; index < iterations; index++) bytes = await scrape(exporter);
  }, options);
  return {
    value: result.value / SERIES,
    minimum: result.minimum / SERIES,
    unit: 'ns',
    note: `${Math.round(bytes / SERIES)} bytes a series`,
  };
}
