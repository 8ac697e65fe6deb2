// A service that calls another one: it puts its context into the headers of the request.
import { get } from 'node:http';
import { context, propagation, SpanKind, trace } from 'sonde';
import { ConsoleSpanExporter, SimpleSpanProcessor, startSdk } from 'sonde/sdk';

export const sdk = startSdk({
  serviceName: 'frontend',
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter({ format: 'tree' }))],
  metricReaders: [],
});
const tracer = trace.getTracer('frontend');

export function callBackend(url) {
  const baggage = propagation.createBaggage({ 'user.tier': { value: 'gold' } });
  return context.with(propagation.setBaggage(context.active(), baggage), () =>
    tracer.withSpan('GET', { kind: SpanKind.CLIENT, attributes: { 'url.full': url } }, () => {
      const headers = {};
      propagation.inject(context.active(), headers);
      return bodyOf(url, headers);
    }),
  );
}

function bodyOf(url, headers) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers }, async (response) => {
      response.setEncoding('utf8');
      resolve((await response.toArray()).join(''));
    });
    request.on('error', reject);
  });
}
