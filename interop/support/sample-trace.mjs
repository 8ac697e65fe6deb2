/**
 * A trace with every kind of thing in it that OTLP can carry, made through the API alone, and what a receiver has to
 * have read of it.
 */

/** Ends two spans, a SERVER span and its CLIENT child, and returns their contexts. */
export function makeSampleTrace(api, provider) {
  const tracer = provider.getTracer('interop', '1.2.3');
  const server = tracer.startSpan('handle-request', {
    kind: api.SpanKind.SERVER,
    attributes: {
      text: 'grüße, 世界 🚀',
      empty: '',
      integer: 42,
      large: 9_007_199_254_740_991,
      negative: -7,
      double: 2.5,
      yes: true,
      no: false,
      texts: ['a', 'b'],
      numbers: [1, 2, 3],
    },
  });
  server.addEvent('cache.lookup', { 'cache.hit': false });
  const active = api.trace.setSpan(api.ROOT_CONTEXT, server);
  const client = tracer.startSpan(
    'call-database',
    {
      kind: api.SpanKind.CLIENT,
      links: [{ context: server.spanContext(), attributes: { 'link.kind': 'follows' } }],
    },
    active,
  );
  client.setAttribute('db.system.name', 'postgresql');
  client.recordException(new RangeError('out of range'));
  client.setStatus({ code: api.SpanStatusCode.ERROR, message: 'query failed' });
  client.end();
  server.setStatus({ code: api.SpanStatusCode.OK });
  server.end();
  return { server: server.spanContext(), client: client.spanContext() };
}

/** The resource of the sample. */
export const sampleResource = { 'service.name': 'interop-svc', 'service.version': '4.5.6' };

/** Ends one span whose attributes are every kind of value there is, the awkward ones first. */
export function makeAwkwardSpan(provider) {
  const span = provider
    .getTracer('interop', '1.2.3', { attributes: { 'scope.kind': 'awkward' } })
    .startSpan('values');
  span.setAttributes({
    nan: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
    'minus.infinity': Number.NEGATIVE_INFINITY,
    'minus.zero': -0,
    tiny: 5e-324,
    huge: 1e300,
    'largest.integer': 9_223_372_036_854_775_807n,
    'smallest.integer': -9_223_372_036_854_775_808n,
    bytes: Uint8Array.of(0, 127, 128, 255),
    map: { inner: { deep: [1, 'two', true, null, { three: 3 }] }, empty: {} },
    mixed: ['text', 1, 1.5, false, null],
    nothing: null,
    'half.surrogate': 'a\ud83d',
    control: 'line\nbreak\u0000\u2028',
    ['__proto__']: 'an ordinary key',
    long: 'é'.repeat(5_000),
  });
  span.end();
}
