// Spans by hand: nested, concurrent, linked, and with errors that keep their causes.
import { setTimeout as delay } from 'node:timers/promises';
import { SpanKind, trace } from 'sonde';
import { ConsoleSpanExporter, SimpleSpanProcessor, startSdk } from 'sonde/sdk';

const sdk = startSdk({
  serviceName: 'shop',
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter({ format: 'tree' }))],
  metricReaders: [],
});
const tracer = trace.getTracer('shop', '1.0.0');

/** `withSpan` ends the span, records what is thrown with its causes and sets the status. What it wraps stays as it was. */
function placeOrder(cart) {
  return tracer.withSpan('place order', { kind: SpanKind.SERVER }, async (span) => {
    span.setAttribute('order.items', cart.length);
    const prices = await Promise.all(cart.map((item) => priceOf(item)));
    const total = prices.reduce((sum, price) => sum + price, 0);
    span.addEvent('priced', { 'order.total': total });
    await charge(total);
    return total;
  });
}

/** Three of these run at once; each is a child of the span that was active when it was called. */
function priceOf(item) {
  return tracer.withSpan(`price ${item}`, async (span) => {
    await delay(5 * item.length);
    span.setAttribute('item.name', item);
    return item.length;
  });
}

function charge(total) {
  return tracer.withSpan('charge card', { kind: SpanKind.CLIENT }, async () => {
    await delay(10);
    if (total > 12) {
      throw new Error('the card was declined', { cause: new RangeError(`${total} is over the limit of 12`) });
    }
  });
}

/** A span of its own trace that is linked to the one it works on: a retry, a batch, a fan-in. */
function retryLater(failed) {
  const span = tracer.startSpan('retry payment', { root: true, links: [{ context: failed }] });
  span.setAttribute('retry.attempt', 2);
  span.end();
}

await placeOrder(['tea', 'cups']);

let failed;
try {
  await tracer.withSpan('checkout', async (span) => {
    failed = span.spanContext();
    await placeOrder(['teapot', 'saucers']);
  });
} catch (error) {
  console.error(`The order failed: ${error.message}`);
}
retryLater(failed);

await sdk.shutdown();
