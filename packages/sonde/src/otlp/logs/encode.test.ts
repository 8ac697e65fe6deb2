import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import type { LogRecord } from '../../api/logs/logger.ts';
import { trace } from '../../api/trace/trace-api.ts';
import { LoggerProvider } from '../../sdk/logs/provider.ts';
import type { ReadableLogRecord, ReadWriteLogRecord } from '../../sdk/logs/readable-log-record.ts';
import {
  anyValueOf,
  attributesOf,
  type Fields,
  fieldsOf,
  textOf,
  uint64Of,
} from '../wire/protobuf-reader.fixture.ts';
import { logsProtobuf } from './encode.ts';

/** Records made by `work`, as a processor gets them. */
function record(
  work: (provider: LoggerProvider) => void,
  onEmit: (record: ReadWriteLogRecord) => void = () => {},
): ReadableLogRecord[] {
  const records: ReadableLogRecord[] = [];
  const processor = {
    onEmit: (made: ReadWriteLogRecord) => {
      onEmit(made);
      records.push(made as ReadableLogRecord);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  work(new LoggerProvider({ processors: [processor] }));
  return records;
}

const emitted = (...given: LogRecord[]): ReadableLogRecord[] =>
  record((provider) => {
    for (const each of given) provider.getLogger('t').emit(each);
  });

/** The ScopeLogs messages of one batch, decoded by a reader that shares nothing with the writer. */
function decode(records: readonly ReadableLogRecord[]): Fields[] {
  const batches = logsProtobuf.encode(records, records.length);
  return batches.flatMap((batch) =>
    (fieldsOf(batch.scopes)[2] ?? []).map((bytes) => fieldsOf(bytes as Uint8Array)),
  );
}

function recordsOf(scope: Fields | undefined): Fields[] {
  return (scope?.[2] ?? []).map((bytes) => fieldsOf(bytes as Uint8Array));
}

const only = (records: readonly ReadableLogRecord[]): Fields => recordsOf(decode(records)[0])[0]!;
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');
const uint32 = (bytes: unknown): number => Buffer.from(bytes as Uint8Array).readUInt32LE();

describe('a log record in protobuf', () => {
  it('has every field where the protocol wants it', () => {
    const spanContext = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 3,
    };
    const fields = only(
      emitted({
        timestamp: [1_700_000_000, 7],
        observedTimestamp: [1_700_000_001, 9],
        severityNumber: 17,
        severityText: 'ERR',
        body: { said: ['a', 1] },
        attributes: { k: 'v', n: { m: true } },
        eventName: 'order.placed',
        context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
      }),
    );
    assert.equal(uint64Of(fields[1]?.[0]), 1_700_000_000_000_000_007n);
    assert.equal(fields[2]?.[0], 17n);
    assert.equal(textOf(fields[3]?.[0]), 'ERR');
    assert.deepEqual(anyValueOf(fields[5]?.[0] as Uint8Array), { said: ['a', 1n] });
    assert.deepEqual(attributesOf(fields[6]), { k: 'v', n: { m: true } });
    assert.equal(uint32(fields[8]?.[0]), 3);
    assert.equal(hex(fields[9]?.[0]), spanContext.traceId);
    assert.equal(hex(fields[10]?.[0]), spanContext.spanId);
    assert.equal(uint64Of(fields[11]?.[0]), 1_700_000_001_000_000_009n);
    assert.equal(textOf(fields[12]?.[0]), 'order.placed');
    assert.equal(fields[7], undefined);
  });

  it('has nothing but the time of observation when nothing was given', () => {
    const [bare] = emitted({});
    const fields = only([bare!]);
    assert.deepEqual(Object.keys(fields), ['11']);
    const [seconds, nanos] = bare!.hrTimeObserved;
    assert.equal(uint64Of(fields[11]?.[0]), BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
  });

  it('counts the attributes that were dropped', () => {
    const attributes = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`k${index}`, index]));
    const fields = only(emitted({ attributes }));
    assert.equal(fields[6]?.length, 128);
    assert.equal(fields[7]?.[0], 2n);
  });

  it('carries every value as body and as attribute, compact or after somebody read the object', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array({ maxLength: 300 }),
    );
    const value = fc.oneof(
      leaf,
      fc.array(fc.oneof(leaf, fc.constant(null)), { maxLength: 5 }),
      fc.dictionary(fc.string({ minLength: 1 }), leaf, { maxKeys: 4, noNullPrototype: true }),
    );
    fc.assert(
      fc.property(value, fc.boolean(), (given, readFirst) => {
        const [made] = emitted({ body: given, attributes: { given } });
        if (readFirst) made!.attributes;
        const fields = only([made!]);
        assert.deepEqual(anyValueOf(fields[5]?.[0] as Uint8Array), normalised(given));
        assert.deepEqual(attributesOf(fields[6]), { given: normalised(given) });
      }),
      { numRuns: 1000 },
    );
  });

  it('passes the two bytes reserved for its length, and the first size of the buffer', () => {
    for (const size of [1, 16_000, 16_400, 70_000, 10_000_000]) {
      const records = emitted({ body: 'before' }, { body: 'ä'.repeat(size) }, { body: 'after' });
      const bodies = recordsOf(decode(records)[0]).map((fields) => anyValueOf(fields[5]?.[0] as Uint8Array));
      assert.deepEqual(bodies, ['before', 'ä'.repeat(size), 'after']);
    }
  });

  it('keeps its rest when a processor gave it a span that is none', () => {
    const contexts = [{}, { traceId: 7, spanId: null }, { traceId: 'zz', spanId: '', traceFlags: 1 }, null];
    for (const given of contexts) {
      const made = record(
        (provider) => provider.getLogger('t').emit({ body: 'kept' }),
        (writable) => {
          writable.spanContext = given as never;
        },
      );
      const fields = only(made);
      assert.equal(anyValueOf(fields[5]?.[0] as Uint8Array), 'kept');
      assert.deepEqual([fields[8], fields[9], fields[10]], [undefined, undefined, undefined]);
    }
  });
});

describe('a batch of log records in protobuf', () => {
  it('groups records by resource and by scope', () => {
    const one = record((provider) => {
      const options = { schemaUrl: 'https://schema/1', attributes: { k: 'v' } };
      provider.getLogger('a', '1', options).emit({ body: 1 });
      provider.getLogger('b').emit({ body: 2 });
      provider.getLogger('a', '1', options).emit({ body: 3 });
    });
    const two = emitted({ body: 4 });
    const scopes = decode([...one, ...two]);
    const bodies = scopes.map((scope) =>
      recordsOf(scope).map((fields) => anyValueOf(fields[5]?.[0] as Uint8Array)),
    );
    assert.deepEqual(bodies, [[1n, 3n], [2n], [4n]]);
    const scope = fieldsOf(scopes[0]![1]?.[0] as Uint8Array);
    assert.deepEqual([textOf(scope[1]?.[0]), textOf(scope[2]?.[0])], ['a', '1']);
    assert.deepEqual(attributesOf(scope[3]), { k: 'v' });
    assert.equal(textOf(scopes[0]![3]?.[0]), 'https://schema/1');
  });

  it('leaves out what cannot be read, and keeps the rest', () => {
    const hostile = {
      get hrTime() {
        throw new Error('no');
      },
    } as unknown as ReadableLogRecord;
    const [good] = emitted({ body: 'good' });
    const batches = logsProtobuf.encode([hostile, good!], 2);
    assert.deepEqual(
      batches.map((batch) => batch.count),
      [1],
    );
  });

  it('takes records that another SDK made', () => {
    const foreign = {
      hrTime: [10, 1],
      hrTimeObserved: [11, 2],
      severityNumber: 9,
      body: 'foreign',
      attributes: { k: 'v', n: 1.5 },
      droppedAttributesCount: 2,
      spanContext: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 },
      resource: { attributes: { 'service.name': 'other' } },
      instrumentationScope: { name: 'theirs' },
    } as unknown as ReadableLogRecord;
    const [batch] = logsProtobuf.encode([foreign], 1);
    assert.equal(batch?.resource.attributes['service.name'], 'other');
    const fields = only([foreign]);
    assert.equal(uint64Of(fields[1]?.[0]), 10_000_000_001n);
    assert.equal(uint64Of(fields[11]?.[0]), 11_000_000_002n);
    assert.deepEqual(attributesOf(fields[6]), { k: 'v', n: 1.5 });
    assert.equal(fields[7]?.[0], 2n);
    assert.equal(hex(fields[10]?.[0]), 'b'.repeat(16));
  });

  it('takes as much of a record that another SDK made as can be read', () => {
    const broken = { hrTime: 'never', body: 'kept', spanContext: { traceId: 1 } } as never;
    const fields = only([broken]);
    assert.equal(anyValueOf(fields[5]?.[0] as Uint8Array), 'kept');
    assert.deepEqual([fields[1], fields[9], uint64Of(fields[11]?.[0])], [undefined, undefined, 0n]);
  });

  it('is completed with its resource into a whole request', () => {
    const batch = logsProtobuf.encode(emitted({}), 1)[0]!;
    const request = fieldsOf(Buffer.concat(logsProtobuf.complete(batch)));
    const resourceLogs = fieldsOf(request[1]![0] as Uint8Array);
    const resource = attributesOf(fieldsOf(resourceLogs[1]![0] as Uint8Array)[1]);
    assert.equal(resource['telemetry.sdk.name'], 'sonde');
    assert.equal(resourceLogs[2]?.length, 1);
  });
});

/** What the protocol makes of values: safe integers are int64, lone surrogates U+FFFD. */
function normalised(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [Buffer.from(key).toString(), normalised(inner)]),
  );
}
