/**
 * What every contender is asked to do: the same names, values and shapes. Values vary from span to span, so that
 * nothing can be won by caching one constant; all of them are made before the clock starts.
 */

const VARIANTS = 256;

const paths = Array.from({ length: VARIANTS }, (_, index) => `/api/v2/orders/${100_000 + index * 7}`);
const addresses = Array.from({ length: VARIANTS }, (_, index) => `10.12.${index}.${(index * 31) % 256}`);
const sizes = Array.from({ length: VARIANTS }, (_, index) => 512 + index * 13);
const durations = Array.from({ length: VARIANTS }, (_, index) => 0.25 + index / 3);

const lookupEvent = { 'cache.key': 'order:summary', 'cache.size': 42 };
const retryEvent = { 'retry.attempt': 1, 'retry.reason': 'timeout' };

/** Ten attributes: six strings, two integers, one boolean, one double. */
export function setTenAttributes(span, index) {
  const variant = index % VARIANTS;
  span.setAttribute('http.request.method', 'GET');
  span.setAttribute('url.scheme', 'https');
  span.setAttribute('url.path', paths[variant]);
  span.setAttribute('server.address', 'orders.example.com');
  span.setAttribute('client.address', addresses[variant]);
  span.setAttribute('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64)');
  span.setAttribute('http.response.status_code', 200);
  span.setAttribute('http.response.body.size', sizes[variant]);
  span.setAttribute('app.cache.hit', variant % 2 === 0);
  span.setAttribute('app.queue.wait', durations[variant]);
}

/** The same ten as the object that startSpan takes. */
export function tenAttributes(index) {
  const variant = index % VARIANTS;
  return {
    'http.request.method': 'GET',
    'url.scheme': 'https',
    'url.path': paths[variant],
    'server.address': 'orders.example.com',
    'client.address': addresses[variant],
    'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64)',
    'http.response.status_code': 200,
    'http.response.body.size': sizes[variant],
    'app.cache.hit': variant % 2 === 0,
    'app.queue.wait': durations[variant],
  };
}

/** Three attributes: two strings, an integer. */
export function threeAttributes(index) {
  const variant = index % VARIANTS;
  return {
    'http.request.method': 'GET',
    'url.path': paths[variant],
    'http.response.body.size': sizes[variant],
  };
}

/** One log record with these attributes. */
export function emitOne(logger, attributes) {
  logger.emit({ severityNumber: 9, severityText: 'INFO', body: 'order placed', attributes });
}

/** The life of one span: start, ten attributes, two events with two attributes each, end. */
export function liveSpan(tracer, index) {
  const span = tracer.startSpan('GET /api/v2/orders/{id}', { kind: 1 });
  setTenAttributes(span, index);
  span.addEvent('cache.lookup', lookupEvent);
  span.addEvent('retry', retryEvent);
  span.end();
}

function hex(digits, seed) {
  let text = '';
  let state = seed * 2_654_435_761 + 1;
  while (text.length < digits) {
    state = (state * 48_271) % 2_147_483_647;
    text += state.toString(16).padStart(8, '0');
  }
  return text.slice(0, digits);
}

/** Incoming headers with a trace context, a tracestate of two vendors and a baggage of three entries. */
export const carriers = Array.from({ length: VARIANTS }, (_, index) => ({
  traceparent: `00-${hex(32, index + 1)}-${hex(16, index + 7)}-01`,
  tracestate: `vendor=${hex(16, index + 3)},other=t61rcWkgMzE${index}`,
  baggage: `user.tier=gold,request.id=${hex(12, index + 5)},region=eu%20west;ttl=30`,
}));

/** The resource of every contender. */
export const resourceAttributes = {
  'service.name': 'bench',
  'service.version': '1.0.0',
  'deployment.environment.name': 'benchmark',
};
