import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { context } from '../../api/context/context-api.ts';
import { suppressTracing } from '../../api/context/suppression.ts';
import type { Logger } from '../../api/logs/logger.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { AsyncLocalStorageContextManager } from '../common/context-manager.ts';
import { setGlobalErrorHandler } from '../common/diagnostics.ts';
import { withTracingSuppressed } from '../common/suppress-tracing.ts';
import type { LoggerConfig } from './logger-configurator.ts';
import type { LogRecordProcessor, LogRecordQuestion } from './processor.ts';
import { LoggerProvider } from './provider.ts';
import type { ReadWriteLogRecord } from './readable-log-record.ts';

const said: string[] = [];

interface Setup {
  readonly logger: Logger;
  readonly records: ReadWriteLogRecord[];
}

/** A logger with this configuration before a processor that keeps what it gets. */
function setUp(config: LoggerConfig = {}, more: Partial<LogRecordProcessor> = {}): Setup {
  const records: ReadWriteLogRecord[] = [];
  const processor: LogRecordProcessor = {
    onEmit: (record) => void records.push(record),
    forceFlush: async () => {},
    shutdown: async () => {},
    ...more,
  };
  const provider = new LoggerProvider({ processors: [processor], loggerConfigurator: () => config });
  return { logger: provider.getLogger('t'), records };
}

const spanContext = (traceFlags: number) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags,
});
const inSpan = (traceFlags: number) => trace.setSpanContext(ROOT_CONTEXT, spanContext(traceFlags));

beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(error.message));
});
afterEach(() => {
  setGlobalErrorHandler(undefined);
  context.disable();
});

describe('emit', () => {
  it('links a record to the span in its context, given or active', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const { logger, records } = setUp();
    logger.emit({ context: inSpan(1) });
    context.with(inSpan(0), () => logger.emit({}));
    context.with(inSpan(1), () => logger.emit({ context: ROOT_CONTEXT }));
    assert.deepEqual(
      records.map((record) => record.spanContext?.traceFlags),
      [1, 0, undefined],
    );
    assert.equal(records[0]?.spanContext?.traceId, spanContext(1).traceId);
  });

  it('drops what is less severe than the minimum; what has no severity passes', () => {
    const { logger, records } = setUp({ minimumSeverity: 9 });
    logger.emit({});
    for (const severityNumber of [0, 1, 8, 9, 24] as const) logger.emit({ severityNumber });
    assert.deepEqual(
      records.map((record) => record.severityNumber),
      [undefined, undefined, 9, 24],
    );
  });

  it('drops what was made in a span that is not sampled, when told to', () => {
    const { logger, records } = setUp({ traceBased: true });
    logger.emit({ body: 'not sampled', context: inSpan(0) });
    logger.emit({ body: 'sampled', context: inSpan(1) });
    logger.emit({ body: 'no span', context: ROOT_CONTEXT });
    assert.deepEqual(
      records.map((record) => record.body),
      ['sampled', 'no span'],
    );
  });

  it('reaches processors that said they want nothing: asking and emitting are two things', () => {
    const { logger, records } = setUp({}, { enabled: () => false });
    assert.equal(logger.enabled(), false);
    logger.emit({ body: 'x' });
    assert.equal(records.length, 1);
  });

  it('never throws, whatever it is given', () => {
    const { logger, records } = setUp();
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('hostile');
        },
      },
    );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const given of [undefined, null, 7, 'text', hostile, proxy]) logger.emit(given as never);
    fc.assert(
      fc.property(fc.anything(), (given) => logger.emit(given as never)),
      { numRuns: 1000 },
    );
    for (const record of records) assert.equal(typeof record.hrTime[0], 'number');
    assert.match(said.join('\n'), /could not be read/);
  });

  it('takes the record about a record, and cuts the loop after it', () => {
    let depth = 0;
    const seen: unknown[] = [];
    const { logger } = setUp(
      {},
      {
        onEmit: (record) => {
          seen.push(record.body);
          logger.emit({ body: ++depth });
        },
      },
    );
    logger.emit({ body: 'first' });
    assert.deepEqual(seen, ['first', 1]);
    logger.emit({ body: 'second' });
    assert.deepEqual(seen, ['first', 1, 'second', 3]);
    assert.match(said.join('\n'), /"t" was left out: it was made while/);
  });

  it('takes nothing from inside an exporter, and everything where an application suppresses tracing', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const { logger, records } = setUp();
    await withTracingSuppressed(async () => {
      logger.emit({ body: 'at once' });
      await Promise.resolve();
      logger.emit({ body: 'later' });
    });
    context.with(suppressTracing(ROOT_CONTEXT), () => logger.emit({ body: 'kept' }));
    assert.deepEqual(
      records.map((record) => record.body),
      ['kept'],
    );
  });

  it('takes nothing from an exporter that runs, also where no context manager follows what it begins', () => {
    const { logger, records } = setUp();
    withTracingSuppressed(() => withTracingSuppressed(() => logger.emit({ body: 'at once' })));
    assert.throws(() =>
      withTracingSuppressed(() => {
        logger.emit({ body: 'before it threw' });
        throw new Error('broken exporter');
      }),
    );
    logger.emit({ body: 'outside' });
    assert.deepEqual(
      records.map((record) => record.body),
      ['outside'],
    );
  });
});

describe('enabled', () => {
  it('is false without processors, when the logger is off, and below its minimum', () => {
    assert.equal(new LoggerProvider().getLogger('t').enabled(), false);
    assert.equal(setUp({ enabled: false }).logger.enabled(), false);
    const { logger } = setUp({ minimumSeverity: 9 });
    assert.deepEqual(
      ([8, 9, 0] as const).map((severityNumber) => logger.enabled({ severityNumber })),
      [false, true, true],
    );
    assert.equal(logger.enabled(), true);
  });

  it('is false in a span that is not sampled for a logger that follows traces', () => {
    const { logger } = setUp({ traceBased: true });
    assert.deepEqual(
      [inSpan(0), inSpan(1), ROOT_CONTEXT].map((given) => logger.enabled({ context: given })),
      [false, true, true],
    );
  });

  it('asks the processor with context, scope, severity and event name', () => {
    const asked: LogRecordQuestion[] = [];
    const { logger } = setUp({}, { enabled: (question) => asked.push(question) > 1 });
    assert.equal(logger.enabled({ context: ROOT_CONTEXT, severityNumber: 9, eventName: 'e' }), false);
    assert.equal(logger.enabled(), true);
    assert.equal(asked[0]?.context, ROOT_CONTEXT);
    assert.equal(asked[0]?.instrumentationScope.name, 't');
    assert.deepEqual([asked[0]?.severityNumber, asked[0]?.eventName], [9, 'e']);
  });

  it('never throws: who cannot be asked wants the record', () => {
    const throwing = () => {
      throw new Error('no');
    };
    const { logger } = setUp({ traceBased: true }, { enabled: throwing });
    assert.equal(logger.enabled(), true);
    const hostile = new Proxy({}, { get: throwing });
    for (const options of [null, 7, hostile]) logger.enabled(options as never);
  });
});
