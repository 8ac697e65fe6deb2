// The service itself: it knows the API and no SDK.
import { setTimeout as delay } from 'node:timers/promises';
import { metrics, SpanKind, SpanStatusCode, trace } from 'sonde';

const tracer = trace.getTracer('exercise', '1.0.0');
const meter = metrics.getMeter('exercise', '1.0.0');
const requests = meter.createCounter('requests.total', {
  description: 'Requests answered',
  unit: '{request}',
});
const duration = meter.createHistogram('request.duration', {
  description: 'Duration of requests',
  unit: 'ms',
});

/** A request is answered even when the database is not there. */
export function handleRequest({ method, path }) {
  const options = {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': method, 'url.path': path },
  };
  return tracer.startActiveSpan('handle-request', options, async (span) => {
    try {
      await callDatabase();
      span.setAttribute('http.response.status_code', 200);
    } catch {
      span.setAttribute('http.response.status_code', 503);
    } finally {
      requests.add(1, { 'http.request.method': method });
      // What the exercise asks for; a service would measure it. In the span's context, so that it leads to its trace.
      duration.record(142.5, { 'http.request.method': method });
      span.end();
    }
  });
}

/** What goes wrong is recorded on the span of the call, whose status says so; whoever called decides what it means. */
function callDatabase() {
  const options = {
    kind: SpanKind.CLIENT,
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT' },
  };
  return tracer.startActiveSpan('call-database', options, async (span) => {
    try {
      await query();
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function query() {
  await delay(20);
  throw new Error('connection refused');
}
