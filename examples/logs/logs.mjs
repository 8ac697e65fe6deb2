// Logs three ways: with pino, by level, and as an event. Run it: npm start
import pino from 'pino';
import { defineEvent, levelLogger, logs, trace, withSpan } from 'sonde';
import { bridgePino } from 'sonde/bridges/pino';
import { ConsoleLogRecordExporter, SimpleLogRecordProcessor, startSdk } from 'sonde/sdk';

const sdk = startSdk({
  serviceName: 'shop',
  // Off by default: what detects the machine is left out of the printed records.
  autoDetectResources: false,
  spanProcessors: [],
  metricReaders: [],
  logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() })],
});

// The one line. From here on everything that pino writes is also a log record.
bridgePino(pino);

const logger = pino({ base: null, redact: ['card.number'] });
const log = levelLogger(logs.getLogger('shop'));
const ORDER_PLACED = defineEvent('order.placed');

await withSpan(trace.getTracer('shop'), 'checkout', async () => {
  const request = logger.child({ requestId: 'r-7' });
  request.info({ card: { number: '4111 1111 1111 1111', brand: 'visa' } }, 'paying');
  request.error(new Error('card declined'), 'payment failed');

  log.warn('the second card is tried', { attempt: 2 });
  log.event(ORDER_PLACED, { 'order.id': 'A-1', 'order.total': 9.5 });
});

await sdk.shutdown();
