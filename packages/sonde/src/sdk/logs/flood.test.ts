/** What one program may do to the logs SDK in one tick: bounded memory, nothing thrown, every drop counted. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { OTLPLogExporter } from '../../otlp/logs/exporter.ts';
import { setGlobalErrorHandler } from '../common/diagnostics.ts';
import { BatchLogRecordProcessor } from './batch-processor.ts';
import { LoggerProvider } from './provider.ts';
import type { ReadableLogRecord } from './readable-log-record.ts';
import { SimpleLogRecordProcessor } from './simple-processor.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** The bytes that are held now: twice, because the first collection leaves the memory of buffers to a thread. */
function heldBytes(): number {
  collectGarbage();
  collectGarbage();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

/** An exporter that never answers: everything stays where it is. */
const silent = {
  export: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

function keeping(): { records: ReadableLogRecord[]; provider: LoggerProvider } {
  const records: ReadableLogRecord[] = [];
  const exporter = {
    ...silent,
    export: (batch: ReadableLogRecord[], done: (result: { code: 0 }) => void): void => {
      records.push(...batch);
      done({ code: 0 });
    },
  };
  return {
    records,
    provider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }),
  };
}

describe('a flood of log records', () => {
  const said: string[] = [];
  before(() => {
    setGlobalErrorHandler((error) => {
      said.push(error.message);
    });
  });
  after(() => setGlobalErrorHandler(undefined));

  it('of 1,000 attributes: 128 are kept, the rest is counted', async () => {
    const { records, provider } = keeping();
    const attributes = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`key.${index}`, index]),
    );
    provider.getLogger('flood').emit({ body: 'wide', attributes });
    await provider.forceFlush();
    const [record] = records;
    assert.equal(Object.keys(record?.attributes ?? {}).length, 128);
    assert.equal(record?.droppedAttributesCount, 872);
    assert.equal(record?.attributes['key.127'], 127);
    assert.equal('key.128' in (record?.attributes ?? {}), false);
  });

  it('with a body of 10 MB: it is kept whole, since bodies have no limit', async () => {
    const { records, provider } = keeping();
    provider.getLogger('flood').emit({ body: 'x'.repeat(10_000_000) });
    await provider.forceFlush();
    const [record] = records;
    assert.equal(String(record?.body).length, 10_000_000);
  });

  it('of 100,000 in one tick to an exporter of somebody else: the queue is the limit, and the rest is counted', async () => {
    let exported = 0;
    const exporter = {
      ...silent,
      export: (batch: ReadableLogRecord[], done: (result: { code: 0 }) => void): void => {
        exported += batch.length;
        setImmediate(() => done({ code: 0 }));
      },
    };
    const processor = new BatchLogRecordProcessor({ exporter, maxQueueSize: 2_048 });
    const provider = new LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('flood');
    const start = heldBytes();
    for (let index = 0; index < 100_000; index++) logger.emit({ body: 'one of many', attributes: { index } });
    const grown = heldBytes() - start;
    await provider.forceFlush();
    // One megabyte when this was written.
    assert.ok(grown < 16e6, `the heap grew by ${grown} bytes`);
    assert.equal(exported, 2_048);
    await provider.shutdown({ timeoutMillis: 1 }).catch(() => {});
    assert.doesNotThrow(() => logger.emit({ body: 'after shutdown' }));
    const counted = said.map((text) => /it was (\d+) log records \(queue_full/.exec(text)?.[1]).find(Boolean);
    assert.equal(Number(counted), 100_000 - 2_048, said.join('\n'));
  });

  it('of 100,000 in one tick to our exporter: the bytes are the limit', async () => {
    const exporter = new OTLPLogExporter({ url: 'http://127.0.0.1:1/v1/logs', timeoutMillis: 50 });
    const processor = new BatchLogRecordProcessor({ exporter });
    const provider = new LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('flood');
    const text = 'x'.repeat(2_000);
    const start = heldBytes();
    for (let index = 0; index < 100_000; index++) logger.emit({ body: text, attributes: { index } });
    const grown = heldBytes() - start;
    // 200 MB were logged; the send buffer holds 64 MiB.
    assert.ok(grown < 80e6, `memory grew by ${grown} bytes`);
    await provider.shutdown({ timeoutMillis: 1 }).catch(() => {});
  });
});
