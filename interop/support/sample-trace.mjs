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
