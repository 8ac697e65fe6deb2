import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { AnyValue } from '../../api/common/attributes.ts';
import type { LogRecord } from '../../api/logs/logger.ts';
import { setGlobalErrorHandler } from '../common/diagnostics.ts';
import type { LogRecordLimits } from './limits.ts';
import type { LogRecordImpl } from './log-record.ts';
import { LoggerProvider } from './provider.ts';

/** Milliseconds by which the clock may differ from the wall clock before it follows it, see ../common/clock.ts. */
const DRIFT = 21;

const said: string[] = [];

/** The record of one emit; `onEmit` sees it while it may be written to. */
function emitted(
  given: LogRecord,
  onEmit: (record: LogRecordImpl) => void = () => {},
  logRecordLimits: LogRecordLimits = {},
): LogRecordImpl {
  const records: LogRecordImpl[] = [];
  const processor = {
    onEmit: (record: unknown) => {
      records.push(record as LogRecordImpl);
      onEmit(record as LogRecordImpl);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  new LoggerProvider({ processors: [processor], logRecordLimits }).getLogger('t').emit(given);
  assert.equal(records.length, 1);
  return records[0]!;
}

beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(error.message));
});
afterEach(() => setGlobalErrorHandler(undefined));

describe('what a log record keeps', () => {
  it('is every field that was given, exactly', () => {
    const record = emitted({
      timestamp: [1_700_000_000, 7],
      observedTimestamp: [1_700_000_001, 8],
      severityNumber: 9,
      severityText: 'info',
      eventName: 'order.placed',
      body: { list: [1, 'a', new Uint8Array([1])], map: { deep: true } },
      attributes: { a: 1, nested: { b: [null, 'c'] } },
    });
    assert.deepEqual(record.hrTime, [1_700_000_000, 7]);
    assert.deepEqual(record.hrTimeObserved, [1_700_000_001, 8]);
    assert.deepEqual([record.severityNumber, record.severityText], [9, 'info']);
    assert.equal(record.eventName, 'order.placed');
    assert.deepEqual(record.body, { list: [1, 'a', new Uint8Array([1])], map: { deep: true } });
    assert.deepEqual(record.attributes, { a: 1, nested: { b: [null, 'c'] } });
  });

  it('is a time of observation from the clock when none was given, and no time of its own', () => {
    const before = Date.now() - DRIFT;
    const record = emitted({ body: 'x' });
    const observed = record.hrTimeObserved[0] * 1e3 + record.hrTimeObserved[1] / 1e6;
    assert.ok(observed >= before && observed <= Date.now() + DRIFT, String(observed));
    assert.equal(record.timestamp, undefined);
    assert.deepEqual(record.hrTime, record.hrTimeObserved);
  });

  it('is a copy: what the program does to its objects later changes nothing', () => {
    const body = { list: [1] };
    const attributes = { inner: { a: 1 } };
    const record = emitted({ body, attributes });
    body.list.push(2);
    attributes.inner.a = 2;
    assert.deepEqual(record.body, { list: [1] });
    assert.deepEqual(record.attributes, { inner: { a: 1 } });
  });

  it('leaves out what cannot be a time, a severity, or a body, and says so', () => {
    for (const severityNumber of [0, -1, 25, 1.5, Number.NaN, '9', {}]) {
      assert.equal(emitted({ severityNumber } as never).severityNumber, undefined, String(severityNumber));
    }
    const severities = said.filter((line) => /The severityNumber of a log record was/.test(line));
    assert.equal(severities.length, 6, 'all but 0, which means none');
    assert.match(
      severities.join('\n'),
      /was "9": it is left out; 1 to 24 are allowed, such as SeverityNumber\.INFO/,
    );
    assert.equal(emitted({ severityNumber: 24 }).severityNumber, 24);
    assert.equal(emitted({ timestamp: 'yesterday' } as never).timestamp, undefined);
    assert.equal(emitted({ body: () => {} } as never).body, undefined);
    assert.match(said.join('\n'), /time that is none/);
    assert.match(said.join('\n'), /body of a log record was left out: a function/);
  });

  it('is never more than the limits of attributes allow; the body has none', () => {
    const limits = { attributeCountLimit: 2, attributeValueLengthLimit: 3, attributeValueDepthLimit: 1 };
    const body = { text: 'longer', deep: { deeper: { deepest: 1 } } };
    const given = { a: 'abcd', b: { c: { d: 1 }, e: 'efgh' }, c: 1, d: 1 };
    const record = emitted({ body, attributes: given }, undefined, limits);
    assert.deepEqual(record.attributes, { a: 'abc', b: { c: null, e: 'efg' } });
    assert.equal(record.droppedAttributesCount, 2);
    assert.deepEqual(record.body, body);
  });

  it('survives any value anywhere', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
        (v) => {
          const fields = ['timestamp', 'observedTimestamp', 'severityNumber', 'severityText', 'body'];
          const rest = ['attributes', 'eventName', 'exception', 'context'];
          for (const field of [...fields, ...rest]) {
            const record = emitted({ [field]: v } as never);
            record.hrTime;
            record.attributes;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('an exception on a log record', () => {
  it('becomes attributes, over which those of the caller win', () => {
    const exception = new TypeError('broken');
    const record = emitted({ exception, attributes: { 'exception.message': 'mine', k: 1 } });
    assert.equal(record.attributes['exception.type'], 'TypeError');
    assert.equal(record.attributes['exception.message'], 'mine');
    assert.match(String(record.attributes['exception.stacktrace']), /TypeError: broken\n/);
    assert.equal(record.attributes['k'], 1);
  });

  it('gives way where the limit has no room for both', () => {
    const record = emitted({ exception: new Error('x'), attributes: { a: 1, b: 2 } }, undefined, {
      attributeCountLimit: 3,
    });
    assert.deepEqual(Object.keys(record.attributes), ['a', 'b', 'exception.type']);
    assert.equal(record.droppedAttributesCount, 2);
  });

  it('may be anything that can be thrown, and tells its causes within bounds', () => {
    const looped: Error & { cause?: unknown } = new Error('looped');
    looped.cause = looped;
    const hostile = {
      get message() {
        throw new Error('message');
      },
      get stack() {
        throw new Error('stack');
      },
    };
    const causes = new Error('outer', { cause: new AggregateError([new Error('one'), 'two'], 'inner') });
    for (const exception of [looped, hostile, null, 7, Symbol('s'), 'text']) emitted({ exception });
    const stack = String(emitted({ exception: causes }).attributes['exception.stacktrace']);
    for (const part of ['outer', 'inner', 'one', 'two']) assert.ok(stack.includes(part), part);
    assert.deepEqual(said, []);
  });
});

describe('a log record before its processors', () => {
  it('can be written to in every field, by assignment and by method', () => {
    const link = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const record = emitted({ attributes: { gone: 1, kept: 1 } }, (r) => {
      r.hrTime = [1, 2];
      r.hrTimeObserved = [3, 4];
      r.spanContext = link;
      r.droppedAttributesCount = 5;
      r.setBody({ a: 1 }).setEventName('e').setSeverityNumber(17).setSeverityText('ERR');
      r.setAttribute('more', 'x')
        .setAttributes({ many: [1] })
        .removeAttribute('gone');
    });
    assert.deepEqual([record.hrTime, record.hrTimeObserved, record.spanContext], [[1, 2], [3, 4], link]);
    assert.deepEqual([record.body, record.eventName, record.severityText], [{ a: 1 }, 'e', 'ERR']);
    assert.deepEqual([record.severityNumber, record.droppedAttributesCount], [17, 5]);
    assert.deepEqual(record.attributes, { kept: 1, more: 'x', many: [1] });
  });

  it('gives out its attributes as one object, which may be changed', () => {
    const record = emitted({ attributes: { secret: 1, kept: 1 } }, (r) => {
      delete r.attributes['secret'];
      r.attributes['added'] = true;
      r.setAttribute('kept', 2);
    });
    assert.deepEqual(record.attributes, { kept: 2, added: true });
  });

  it('refuses counts that are none', () => {
    for (const count of [-1, 1.5, Number.NaN, '7' as never]) {
      const record = emitted({}, (r) => {
        r.droppedAttributesCount = count;
      });
      assert.equal(record.droppedAttributesCount, 0);
    }
  });
});

describe('a log record after its processors', () => {
  it('cannot be written to, which is said', () => {
    const record = emitted({ body: 'b', attributes: { a: 1 }, severityNumber: 1, eventName: 'e' });
    const time = record.hrTime;
    record.body = 'other';
    record.hrTime = [1, 1];
    record.hrTimeObserved = [1, 1];
    record.spanContext = { traceId: '1', spanId: '2', traceFlags: 0 };
    record.droppedAttributesCount = 3;
    record.setEventName('f').setSeverityNumber(2).setSeverityText('x').setAttribute('a', 2);
    record.setAttributes({ b: 1 }).removeAttribute('a');
    assert.deepEqual([record.body, record.eventName, record.severityNumber], ['b', 'e', 1]);
    assert.deepEqual([record.severityText, record.spanContext], [undefined, undefined]);
    assert.deepEqual([record.hrTime, record.hrTimeObserved], [time, time]);
    assert.deepEqual([record.attributes, record.droppedAttributesCount], [{ a: 1 }, 0]);
    assert.match(said.join('\n'), /written to after/);
  });

  it('can be cloned into one that can, with nothing shared', () => {
    const body: AnyValue = { list: [1] };
    const record = emitted({ body, attributes: { inner: { a: 1 } }, timestamp: [5, 6], severityNumber: 9 });
    const copy = record.clone();
    assert.deepEqual(
      [copy.body, copy.attributes, copy.hrTime, copy.hrTimeObserved, copy.severityNumber],
      [record.body, record.attributes, record.hrTime, record.hrTimeObserved, 9],
    );
    copy.setBody('new').setAttribute('x', 1);
    (copy.attributes['inner'] as { a: number }).a = 2;
    copy.hrTime[0] = 99;
    assert.deepEqual(record.body, { list: [1] });
    assert.deepEqual(record.attributes, { inner: { a: 1 } });
    assert.deepEqual(record.hrTime, [5, 6]);
  });
});
