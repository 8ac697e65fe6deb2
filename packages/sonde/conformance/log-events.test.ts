/** Rows LAPI-07, LSDK-22, LSDK-23 and COMPAT-03: logs and events for direct use, events on spans, ids in other formats. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type {
  LogRecordProcessor,
  ReadableSpan,
  ReadWriteLogRecord,
  Span as SdkSpan,
  SpanProcessor,
} from 'sonde/sdk';
import { api, bridges, sdk } from './subject.ts';

afterEach(() => {
  api.logs.disable();
  api.trace.disable();
  api.context.disable();
});

/** Both providers, with the bridge before a processor that keeps what comes after it. */
function setUp() {
  const records: ReadWriteLogRecord[] = [];
  const spans: ReadableSpan[] = [];
  const keepRecords: LogRecordProcessor = {
    onEmit: (record) => void records.push(record),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const keepSpans: SpanProcessor = {
    onStart: (_span: SdkSpan) => {},
    onEnd: (span) => void spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const bridge = new sdk.EventToSpanEventBridge();
  const loggers = new sdk.LoggerProvider({ processors: [bridge, keepRecords] });
  const tracers = new sdk.TracerProvider({ spanProcessors: [keepSpans] });
  api.trace.setGlobalTracerProvider(tracers);
  return { records, spans, logger: loggers.getLogger('events'), tracer: tracers.getTracer('events') };
}

describe('the ergonomic API', () => {
  it('LAPI-07 has a method for each level, and events with a name, typed attributes and an error', () => {
    const { records, logger } = setUp();
    const log = api.levelLogger(logger);
    const PLACED = api.defineEvent<{ 'order.id': string }>('order.placed');
    log.info('hello', { a: 1 });
    log.error('failed', {}, new TypeError('bad'));
    log.event(PLACED, { 'order.id': 'A-1' });
    assert.deepEqual(
      records.map(({ severityNumber, body, eventName }) => [severityNumber, body, eventName]),
      [
        [9, 'hello', undefined],
        [17, 'failed', undefined],
        [undefined, undefined, 'order.placed'],
      ],
    );
    assert.equal(records[1]?.attributes['exception.type'], 'TypeError');
    assert.deepEqual(records[2]?.attributes, { 'order.id': 'A-1' });
  });
});

describe('the bridge from events to span events', () => {
  it('LSDK-22 adds an event to the current span, and lets the record go on', () => {
    const { records, spans, logger, tracer } = setUp();
    tracer.startActiveSpan('work', (span) => {
      logger.emit({ eventName: 'order.placed', body: 'not on the span', attributes: { 'order.id': 'A-1' } });
      span.end();
    });
    assert.deepEqual(
      spans[0]?.events.map(({ name, attributes }) => [name, { ...attributes }]),
      [['order.placed', { 'order.id': 'A-1' }]],
    );
    assert.equal(records[0]?.eventName, 'order.placed');
    assert.equal(records[0]?.body, 'not on the span');
  });

  it('LSDK-23 has the time of the record, or that of its observation when nobody gave one', () => {
    const { records, spans, logger, tracer } = setUp();
    tracer.startActiveSpan('work', (span) => {
      logger.emit({ eventName: 'timed', timestamp: [1_700_000_000, 5] });
      logger.emit({ eventName: 'observed', observedTimestamp: [1_700_000_001, 7] });
      logger.emit({ eventName: 'now' });
      span.end();
    });
    const [timed, observed, now] = spans[0]?.events ?? [];
    assert.deepEqual(timed?.time, [1_700_000_000, 5]);
    assert.deepEqual(observed?.time, [1_700_000_001, 7]);
    assert.deepEqual(now?.time, records[2]?.hrTimeObserved);
  });

  it('LSDK-23 does nothing without an event name, valid ids, or a recording span with those ids', () => {
    const { records, spans, logger, tracer } = setUp();
    const { trace, ROOT_CONTEXT } = api;
    const foreign = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    });
    tracer.startActiveSpan('work', (span) => {
      logger.emit({ body: 'no event' });
      logger.emit({ eventName: '' });
      logger.emit({ eventName: 'outside', context: ROOT_CONTEXT });
      logger.emit({ eventName: 'of a span that records nothing', context: foreign });
      span.end();
      logger.emit({ eventName: 'after the end' });
    });
    logger.emit({ eventName: 'without a span' });
    assert.deepEqual(spans[0]?.events, []);
    assert.equal(records.length, 6);
  });

  it('LSDK-23 a record that was given another span is not of this one', () => {
    const { spans, tracer } = setUp();
    const relink: LogRecordProcessor = {
      onEmit: (record) => {
        record.spanContext = {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          traceFlags: 1,
        };
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const provider = new sdk.LoggerProvider({ processors: [relink, new sdk.EventToSpanEventBridge()] });
    tracer.startActiveSpan('work', (span) => {
      provider.getLogger('x').emit({ eventName: 'relinked' });
      span.end();
    });
    assert.deepEqual(spans[0]?.events, []);
  });
});

describe('formats other than OTLP', () => {
  it('COMPAT-03 carry trace_id, span_id and trace_flags as top-level fields, in lower-case hex', () => {
    const { tracer } = setUp();
    const bridge = bridges.createLogBridge({ name: 'a logger' });
    assert.deepEqual(bridge.traceFields(), {});
    tracer.startActiveSpan('work', (span) => {
      const { traceId, spanId, traceFlags } = span.spanContext();
      const flags = `0${traceFlags.toString(16)}`;
      // What a logger of the application's would write.
      const line = JSON.parse(
        JSON.stringify({ level: 'info', message: 'hello', ...bridge.traceFields() }),
      ) as object;
      assert.deepEqual(line, {
        level: 'info',
        message: 'hello',
        trace_id: traceId,
        span_id: spanId,
        trace_flags: flags,
      });
      assert.match(`${traceId}${spanId}${flags}`, /^[0-9a-f]{50}$/);
      span.end();
    });
  });
});
