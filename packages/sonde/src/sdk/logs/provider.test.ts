import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setGlobalErrorHandler } from '../common/diagnostics.ts';
import { type ExportResult, ExportResultCode } from '../common/export-result.ts';
import { resourceFromAttributes } from '../common/resource.ts';
import { BatchLogRecordProcessor } from './batch-processor.ts';
import { FilterLogRecordProcessor } from './filter-processor.ts';
import { createLoggerConfigurator } from './logger-configurator.ts';
import type { LogRecordProcessor } from './processor.ts';
import { LoggerProvider } from './provider.ts';
import type { ReadableLogRecord, ReadWriteLogRecord } from './readable-log-record.ts';
import { SimpleLogRecordProcessor } from './simple-processor.ts';

const said: string[] = [];

/** A processor that keeps records and the names of its calls. */
class Recorder implements LogRecordProcessor {
  readonly records: ReadWriteLogRecord[] = [];
  readonly calls: string[] = [];
  onEmit(record: ReadWriteLogRecord): void {
    this.records.push(record);
    this.calls.push('onEmit');
  }
  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }
  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }
  get bodies(): unknown[] {
    return this.records.map((record) => record.body);
  }
}

/** Answers when it is told to. */
class SlowExporter {
  readonly batches: ReadableLogRecord[][] = [];
  readonly answers: ((result: ExportResult) => void)[] = [];
  export(logs: ReadableLogRecord[], answer: (result: ExportResult) => void): void {
    this.batches.push([...logs]);
    this.answers.push(answer);
  }
  answer(): void {
    this.answers.shift()?.({ code: ExportResultCode.SUCCESS });
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(error.message));
});
afterEach(() => setGlobalErrorHandler(undefined));

describe('LoggerProvider', () => {
  it('gives every record its resource and the scope of its logger', () => {
    const recorder = new Recorder();
    const resource = resourceFromAttributes({ 'service.name': 'shop' });
    const provider = new LoggerProvider({ resource, processors: [recorder] });
    const options = { schemaUrl: 'https://schema/1', attributes: { shard: 1 } };
    provider.getLogger('lib', '1', options).emit({});
    const [record] = recorder.records;
    assert.equal(record?.resource.attributes['service.name'], 'shop');
    assert.deepEqual({ ...record?.instrumentationScope }, { name: 'lib', version: '1', ...options });
    assert.equal(provider.getLogger('lib', '1', options), provider.getLogger('lib', '1', options));
    assert.notEqual(provider.getLogger('lib', '1', options), provider.getLogger('lib', '1'));
  });

  it('calls processors in order; each sees what those before it changed, and none stops the others', () => {
    const last = new Recorder();
    const throwing = new Recorder();
    throwing.onEmit = () => {
      throw new Error('broken processor');
    };
    const first = new Recorder();
    first.onEmit = (record) => void record.setBody('changed').setAttribute('by', 'first');
    const provider = new LoggerProvider({ processors: [first, throwing] });
    provider.addLogRecordProcessor(last);
    provider.getLogger('t').emit({ body: 'given' });
    assert.deepEqual(last.bodies, ['changed']);
    assert.deepEqual(last.records[0]?.attributes, { by: 'first' });
    assert.match(said.join('\n'), /onEmit/);
  });

  it('configures loggers by name, and those that exist anew when the configurator is replaced', () => {
    const recorder = new Recorder();
    const loggerConfigurator = createLoggerConfigurator([
      { pattern: 'noisy.*', config: { enabled: false } },
      { pattern: 'l?b', config: { minimumSeverity: 17 } },
      { pattern: '*', config: {} },
    ]);
    const provider = new LoggerProvider({ processors: [recorder], loggerConfigurator });
    const loggers = ['noisy.one', 'noisy', 'lib', 'li.b'].map((name) => provider.getLogger(name));
    for (const logger of loggers) logger.emit({ severityNumber: 9 });
    assert.deepEqual(
      recorder.records.map((record) => record.instrumentationScope.name),
      ['noisy', 'li.b'],
    );
    provider.setLoggerConfigurator(({ name }) => ({ enabled: name === 'noisy.one' }));
    for (const logger of loggers) logger.emit({ body: 'after' });
    assert.deepEqual(recorder.bodies.slice(2), ['after']);
    provider.setLoggerConfigurator(() => ({ enabled: undefined, minimumSeverity: undefined }) as never);
    assert.deepEqual(
      loggers.map((logger) => logger.enabled()),
      [true, true, true, true],
    );
    provider.setLoggerConfigurator(() => {
      throw new Error('broken configurator');
    });
    for (const logger of loggers) logger.emit({ body: 'default' });
    assert.equal(recorder.bodies.filter((body) => body === 'default').length, 4);
    assert.match(said.join('\n'), /configurator threw/);
  });

  it('drains in order at a flush and a shutdown, once, and does nothing afterwards', async () => {
    const recorder = new Recorder();
    const provider = new LoggerProvider({ processors: [recorder] });
    const logger = provider.getLogger('t');
    logger.emit({});
    await provider.forceFlush();
    await Promise.all([provider.shutdown(), provider.shutdown()]);
    assert.equal(recorder.calls.filter((call) => call === 'shutdown').length, 1);
    assert.deepEqual(recorder.calls.slice(0, 2), ['onEmit', 'forceFlush']);
    logger.emit({});
    provider.getLogger('new').emit({});
    assert.equal(logger.enabled(), false);
    assert.equal(provider.getLogger('new').enabled(), false);
    assert.equal(recorder.records.length, 1);
  });

  it('says what a flush could not do', async () => {
    const failing = new Recorder();
    failing.forceFlush = () => Promise.reject(new Error('no network'));
    await assert.rejects(new LoggerProvider({ processors: [failing] }).forceFlush(), /no network/);
  });

  it('throws for options that cannot work, by name', () => {
    assert.throws(
      () => new LoggerProvider({ processors: {} as never }),
      /LoggerProvider option processors: an object given; allowed: an array/,
    );
    assert.throws(() => new LoggerProvider({ processors: [{} as never] }), /processors\[0\]/);
    assert.throws(() => new LoggerProvider({ processors: [Object.create(null)] }), /processors\[0\]/);
    for (const limit of [-1, 1.5, 'many']) {
      const logRecordLimits = { attributeCountLimit: limit as number };
      assert.throws(() => new LoggerProvider({ logRecordLimits }), /attributeCountLimit/);
    }
    assert.throws(() => new LoggerProvider({ loggerConfigurator: {} as never }), /loggerConfigurator/);
  });
});

describe('the processors of log records', () => {
  it('simple: exports one after another, never two at a time', async () => {
    const exporter = new SlowExporter();
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger('t');
    logger.emit({ body: 1 });
    logger.emit({ body: 2 });
    const flushed = provider.forceFlush();
    await Promise.resolve();
    assert.equal(exporter.batches.length, 1);
    exporter.answer();
    await new Promise(setImmediate);
    assert.deepEqual(
      exporter.batches.map((batch) => batch.map((record) => record.body)),
      [[1], [2]],
    );
    exporter.answer();
    await flushed;
  });

  it('batch: exports what was emitted together, and all of it at a flush', async () => {
    const exporter = new SlowExporter();
    const processor = new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 2, maxQueueSize: 10 });
    const provider = new LoggerProvider({ processors: [processor] });
    for (const body of [1, 2, 3]) provider.getLogger('t').emit({ body });
    const flushed = provider.forceFlush();
    for (let turn = 0; turn < 6; turn++) {
      exporter.answer();
      await new Promise(setImmediate);
    }
    await flushed;
    assert.deepEqual(
      exporter.batches.map((batch) => batch.map((record) => record.body)),
      [[1, 2], [3]],
    );
  });

  it('filter: passes on what its rule keeps, and counts the rest', () => {
    const recorder = new Recorder();
    const keep = (record: ReadWriteLogRecord) => record.body !== 'secret';
    const filter = new FilterLogRecordProcessor({ processor: recorder, keep });
    const logger = new LoggerProvider({ processors: [filter] }).getLogger('t');
    logger.emit({ body: 'secret' });
    logger.emit({ body: 'open' });
    assert.deepEqual([recorder.bodies, filter.droppedCount], [['open'], 1]);
    assert.equal(logger.enabled(), true);
    assert.throws(() => new FilterLogRecordProcessor({ processor: recorder, keep: 1 as never }), /keep/);
  });

  it('are refused without an exporter', () => {
    for (const Processor of [SimpleLogRecordProcessor, BatchLogRecordProcessor]) {
      assert.throws(() => new Processor({} as never), /exporter/);
    }
  });
});
