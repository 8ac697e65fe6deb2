// A service that is called: it takes the caller's context from the headers and makes its spans children of it.
import { createServer } from 'node:http';
import process from 'node:process';
import { context, propagation, SpanKind, trace } from 'sonde';
import { ConsoleSpanExporter, SimpleSpanProcessor, startSdk } from 'sonde/sdk';

const sdk = startSdk({
  serviceName: 'backend',
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter({ format: 'tree' }))],
  metricReaders: [],
});
const tracer = trace.getTracer('backend');

const server = createServer((request, response) => {
  const parent = propagation.extract(context.active(), request.headers);
  const options = { kind: SpanKind.SERVER, attributes: { 'url.path': request.url } };
  tracer.withSpan(`${request.method} ${request.url}`, options, parent, (span) => {
    const tier = propagation.getActiveBaggage()?.getEntry('user.tier')?.value ?? 'unknown';
    span.setAttribute('user.tier', tier);
    response.end(`hello, ${tier} customer`);
  });
});

server.listen(0, () => process.send(server.address().port));

process.once('message', async () => {
  server.close();
  await sdk.shutdown();
  process.disconnect();
});
