/** Rows LAPI that the API and its no-ops show. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Logger, LogRecord } from 'sonde';
import { docOf } from './declarations.ts';
import { api } from './subject.ts';

const { logs, SeverityNumber } = api;

/** A logger provider that keeps everything it is given. */
function keepingProvider() {
  const scopes: unknown[][] = [];
  const records: LogRecord[] = [];
  const asked: unknown[] = [];
  const logger: Logger = {
    emit: (record) => {
      records.push(record);
    },
    enabled: (options) => {
      asked.push(options);
      return options?.severityNumber !== SeverityNumber.DEBUG;
    },
  };
  const provider = {
    getLogger: (...scope: unknown[]) => {
      scopes.push(scope);
      return logger;
    },
  };
  return { provider, scopes, records, asked };
}

afterEach(() => {
  logs.disable();
});

describe('the global logger provider', () => {
  it('LAPI-01 can be set once, got, and taken away', () => {
    const { provider, records } = keepingProvider();
    assert.equal(logs.setGlobalLoggerProvider(provider), true);
    assert.notEqual(logs.setGlobalLoggerProvider(keepingProvider().provider), true);
    logs.getLoggerProvider().getLogger('a').emit({ body: '1' });
    logs.disable();
    logs.getLogger('b').emit({ body: '2' });
    assert.deepEqual(records, [{ body: '1' }]);
  });

  it('LAPI-02 gets the name, version, schema URL and attributes that were asked for', () => {
    const { provider, scopes } = keepingProvider();
    logs.setGlobalLoggerProvider(provider);
    const options = { schemaUrl: 'https://example.com/1', attributes: { shard: 1 } };
    logs.getLogger('library', '1.0.0', options);
    assert.deepEqual(scopes, [['library', '1.0.0', options]]);
  });

  it('a logger that was got before it works once it is there', () => {
    const { provider, records } = keepingProvider();
    const logger = logs.getLogger('early');
    logger.emit({ body: 'lost' });
    logs.setGlobalLoggerProvider(provider);
    logger.emit({ body: 'kept' });
    assert.deepEqual(records, [{ body: 'kept' }]);
    assert.equal(logger.enabled({ severityNumber: SeverityNumber.DEBUG }), false);
  });
});

describe('a logger', () => {
  it('LAPI-03 LAPI-04 LAPI-10 takes every field, each of them optional, a body of any shape, an exception', () => {
    const { provider, records } = keepingProvider();
    logs.setGlobalLoggerProvider(provider);
    const full: LogRecord = {
      timestamp: [1, 2],
      observedTimestamp: new Date(0),
      context: api.ROOT_CONTEXT,
      severityNumber: SeverityNumber.WARN,
      severityText: 'warning',
      body: { list: [1, 'a', new Uint8Array([1])], map: { deep: true } },
      attributes: { a: 1 },
      eventName: 'order.placed',
      exception: new Error('broken'),
    };
    const logger = logs.getLogger('x');
    logger.emit(full);
    logger.emit({});
    assert.deepEqual(records, [full, {}]);
  });

  it('LAPI-05 is asked whether a record would be kept, by context, severity and event name', () => {
    const { provider, asked } = keepingProvider();
    logs.setGlobalLoggerProvider(provider);
    const logger = logs.getLogger('x');
    const question = { context: api.ROOT_CONTEXT, severityNumber: SeverityNumber.INFO, eventName: 'e' };
    assert.deepEqual(
      [logger.enabled(question), logger.enabled({ severityNumber: SeverityNumber.DEBUG }), logger.enabled()],
      [true, false, true],
    );
    assert.deepEqual(asked[0], question);
  });

  it('LAPI-06 the documents say that asking is optional, and the answer not to be kept', () => {
    const { doc } = docOf('enabled(options?: LoggerEnabledOptions)');
    for (const word of [/optional/, /change/, /keep|kept/]) assert.match(doc, word);
  });

  it('LAPI-09 severities are numbers from 0, unspecified, to 24', () => {
    const named = Object.entries(SeverityNumber).filter(([, value]) => typeof value === 'number');
    const expected = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name, at) =>
      [1, 2, 3, 4].map((step) => [step === 1 ? name : `${name}${step}`, at * 4 + step]),
    );
    assert.deepEqual(
      named.sort(([, a], [, b]) => Number(a) - Number(b)),
      [['UNSPECIFIED', 0], ...expected],
    );
  });

  it('LAPI-08 without an SDK takes everything and is not enabled', () => {
    for (const logger of [logs.getLogger('x'), api.createNoopLogger()]) {
      logger.emit({ body: 'x' });
      logger.emit(undefined as unknown as LogRecord);
      assert.equal(logger.enabled(), false);
      assert.equal(logger.enabled({ severityNumber: SeverityNumber.FATAL }), false);
    }
  });
});
