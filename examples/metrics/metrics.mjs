import { metrics, trace } from 'sonde';
import {
  AggregationType,
  ConsoleMetricExporter,
  createDenyListAttributesProcessor,
  InMemorySpanExporter,
  PeriodicExportingMetricReader,
  SimpleSpanProcessor,
  startSdk,
} from 'sonde/sdk';

const sdk = startSdk({
  serviceName: 'shop',
  spanProcessors: [new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() })],
  logRecordProcessors: [],
  metricReaders: [new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })],
  views: [
    {
      instrumentName: 'shop.order.duration',
      aggregation: {
        type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
        options: { boundaries: [10, 100, 1000] },
      },
      attributesProcessors: [createDenyListAttributesProcessor(['customer'])],
    },
  ],
});

const meter = metrics.getMeter('shop', '1.0.0');
const orders = meter.createCounter('shop.orders', { unit: '{order}', description: 'Orders taken' });
const duration = meter.createHistogram('shop.order.duration', { unit: 'ms' });

const stock = new Map([
  ['tea', 4],
  ['cake', 7],
]);
meter.createObservableGauge('shop.stock', { unit: '{item}' }, (result) => {
  for (const [item, left] of stock) result.observe(left, { item });
});

// Bound to its attributes, it looks nothing up.
const teas = orders.bind({ item: 'tea' });

trace.getTracer('shop').startActiveSpan('order', (span) => {
  teas.add(1);
  duration.record(120, { item: 'tea', customer: 'ada' });
  span.end();
});
orders.add(2, { item: 'cake' });
stock.set('cake', 5);

await sdk.shutdown();
