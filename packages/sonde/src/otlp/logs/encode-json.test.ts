import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LogRecord } from '../../api/logs/logger.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import { LoggerProvider } from '../../sdk/logs/provider.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { logsJson } from './encode-json.ts';

const resource = { attributes: { 'service.name': 'shop' }, schemaUrl: 'https://r/1' } as unknown as Resource;

const scope = { name: 'till', version: '1' };

/** A record that another SDK made. */
function foreign(over: Partial<Record<keyof ReadableLogRecord, unknown>> = {}): ReadableLogRecord {
  return {
    hrTime: [1_700_000_000, 5],
    hrTimeObserved: [1_700_000_001, 6],
    attributes: {},
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scope,
    ...over,
  } as ReadableLogRecord;
}

function emitted(given: LogRecord): ReadableLogRecord {
  const records: ReadableLogRecord[] = [];
  const processor = {
    onEmit: (made: unknown) => void records.push(made as ReadableLogRecord),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  new LoggerProvider({ processors: [processor] }).getLogger('t').emit(given);
  return records[0]!;
}

interface Message {
  readonly resourceLogs: {
    resource: { attributes: unknown[] };
    schemaUrl?: string;
    scopeLogs: { scope: object; logRecords: Record<string, unknown>[] }[];
  }[];
}

function encoded(...records: ReadableLogRecord[]): Message[] {
  return logsJson
    .encode(records, records.length)
    .map((batch) => JSON.parse(Buffer.concat(logsJson.complete(batch)).toString()) as Message);
}

const recordsOf = (message: Message | undefined) => message?.resourceLogs[0]?.scopeLogs[0]?.logRecords;

describe('the JSON of log records', () => {
  it('holds a record whole', () => {
    const [message] = encoded(
      foreign({
        severityNumber: 17,
        severityText: 'ERR',
        body: { said: ['a', 1, null], bytes: new Uint8Array([1, 2]) },
        eventName: 'order.placed',
        spanContext: {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          traceFlags: 1,
        },
        attributes: { amount: 12, vip: true },
        droppedAttributesCount: 3,
      }),
    );
    assert.equal(message?.resourceLogs[0]?.schemaUrl, 'https://r/1');
    assert.deepEqual(message?.resourceLogs[0]?.scopeLogs[0]?.scope, scope);
    const said = [{ stringValue: 'a' }, { intValue: '1' }, {}];
    assert.deepEqual(recordsOf(message), [
      {
        timeUnixNano: '1700000000000000005',
        observedTimeUnixNano: '1700000001000000006',
        severityNumber: 17,
        severityText: 'ERR',
        body: {
          kvlistValue: {
            values: [
              { key: 'said', value: { arrayValue: { values: said } } },
              { key: 'bytes', value: { bytesValue: 'AQI=' } },
            ],
          },
        },
        attributes: [
          { key: 'amount', value: { intValue: '12' } },
          { key: 'vip', value: { boolValue: true } },
        ],
        droppedAttributesCount: 3,
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        flags: 1,
        eventName: 'order.placed',
      },
    ]);
  });

  it('leaves out what nobody gave', () => {
    const [record] = recordsOf(encoded(emitted({}))[0]) ?? [];
    assert.deepEqual(Object.keys(record ?? {}).sort(), ['attributes', 'observedTimeUnixNano']);
    assert.match(String(record?.['observedTimeUnixNano']), /^\d{19}$/);
  });

  it('leaves out what cannot be encoded, and keeps the rest', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const throwing = () => {
      throw new Error('hostile');
    };
    const hostile = [{ attributes: cyclic }, { attributes: new Proxy({}, { ownKeys: throwing }) }];
    for (const over of hostile) {
      const [message] = encoded(foreign({ body: 'a' }), foreign(over), foreign({ body: 'b' }));
      assert.deepEqual(
        recordsOf(message)?.map(({ body }) => body),
        [{ stringValue: 'a' }, { stringValue: 'b' }],
      );
    }
  });

  it('is JSON for any body and any attributes', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withTypedArray: true }), (given) => {
        const [record] =
          recordsOf(encoded(emitted({ body: given, attributes: { given } } as never))[0]) ?? [];
        assert.notEqual(record, undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
