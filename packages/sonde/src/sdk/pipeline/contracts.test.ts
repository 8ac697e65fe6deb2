/** The contract suites, run over everything here that implements them. */
import { ConsoleLogRecordExporter } from '../../exporters/console/logs.ts';
import { ConsoleSpanExporter } from '../../exporters/console/traces.ts';
import { InMemoryLogRecordExporter } from '../../exporters/memory/logs.ts';
import { InMemorySpanExporter } from '../../exporters/memory/traces.ts';
import { RelayExporter } from '../../testing/relay-exporter.ts';
import { createTestBed } from '../../testing/test-bed.ts';
import type { Resource } from '../common/resource.ts';
import { BatchLogRecordProcessor } from '../logs/batch-processor.ts';
import type { LogRecordExporter } from '../logs/exporter.ts';
import type { LogRecordProcessor } from '../logs/processor.ts';
import type { ReadableLogRecord, ReadWriteLogRecord } from '../logs/readable-log-record.ts';
import { SimpleLogRecordProcessor } from '../logs/simple-processor.ts';
import { BatchSpanProcessor } from '../traces/batch-processor.ts';
import { fakeSpan } from '../traces/fake-span.fixture.ts';
import { FilterSpanProcessor } from '../traces/filter-processor.ts';
import { combineSpanProcessors, type SpanProcessor } from '../traces/processor.ts';
import type { ReadableSpan } from '../traces/readable-span.ts';
import { SimpleSpanProcessor } from '../traces/simple-processor.ts';
import type { Exporter } from './export-call.ts';
import { describeExporter } from './exporter.contract.ts';
import { describeProcessor } from './processor.contract.ts';

const spans = {
  emit: (processor: SpanProcessor, name: string): void => processor.onEnd(fakeSpan(name)),
  nameOf: (span: ReadableSpan): string => span.name,
};

const logRecords = {
  emit: (processor: LogRecordProcessor, name: string): void =>
    void processor.onEmit({ body: name, resource: { attributes: {} } } as unknown as ReadWriteLogRecord),
  nameOf: (record: ReadableLogRecord): string => String(record.body),
};

const logRecord = (): ReadableLogRecord => ({
  hrTime: [1_767_225_600, 0],
  hrTimeObserved: [1_767_225_600, 0],
  body: 'hello',
  resource: { attributes: {} } as unknown as Resource,
  instrumentationScope: { name: 'test' },
  attributes: {},
  droppedAttributesCount: 0,
});

const batchOfFour = { maxExportBatchSize: 4, scheduledDelayMillis: 5 };

describeProcessor<ReadableSpan, SpanProcessor>('SimpleSpanProcessor', {
  ...spans,
  create: (exporter) => new SimpleSpanProcessor({ exporter }),
});
describeProcessor<ReadableSpan, SpanProcessor>('BatchSpanProcessor', {
  ...spans,
  create: (exporter) => new BatchSpanProcessor({ exporter, ...batchOfFour }),
});
describeProcessor<ReadableSpan, SpanProcessor>('FilterSpanProcessor over BatchSpanProcessor', {
  ...spans,
  create: (exporter) =>
    new FilterSpanProcessor({
      processor: new BatchSpanProcessor({ exporter, ...batchOfFour }),
      keep: () => true,
    }),
});
describeProcessor<ReadableSpan, SpanProcessor>('a fan-out of one quiet processor and a BatchSpanProcessor', {
  ...spans,
  create: (exporter) =>
    combineSpanProcessors([
      new SimpleSpanProcessor(new InMemorySpanExporter()),
      new BatchSpanProcessor({ exporter, ...batchOfFour }),
    ]),
});
describeProcessor<ReadableLogRecord, LogRecordProcessor>('SimpleLogRecordProcessor', {
  ...logRecords,
  create: (exporter) => new SimpleLogRecordProcessor({ exporter: exporter as LogRecordExporter }),
});
describeProcessor<ReadableLogRecord, LogRecordProcessor>('BatchLogRecordProcessor', {
  ...logRecords,
  create: (exporter) =>
    new BatchLogRecordProcessor({ exporter: exporter as LogRecordExporter, ...batchOfFour }),
});

describeExporter<ReadableSpan>('InMemorySpanExporter', {
  create: () => new InMemorySpanExporter(),
  record: fakeSpan,
});
describeExporter<ReadableSpan>('ConsoleSpanExporter', {
  create: () => new ConsoleSpanExporter({ format: 'json', stream: { write: () => true } }),
  record: fakeSpan,
});
describeExporter<ReadableLogRecord>('InMemoryLogRecordExporter', {
  create: () => new InMemoryLogRecordExporter() as Exporter<ReadableLogRecord>,
  record: logRecord,
});
describeExporter<ReadableLogRecord>('ConsoleLogRecordExporter', {
  create: () =>
    new ConsoleLogRecordExporter({
      format: 'json',
      stream: { write: () => true },
    }) as Exporter<ReadableLogRecord>,
  record: logRecord,
});
describeExporter<ReadableSpan>('RelayExporter', {
  create: (): Exporter<ReadableSpan> => {
    const { clock, network } = createTestBed({ seed: 1 });
    const relay = new RelayExporter<ReadableSpan>({ clock, network, identify: (span) => span.name });
    const turn = setInterval(() => void clock.advance(5), 1);
    return {
      export: (records, answer) => relay.export(records, answer),
      forceFlush: () => relay.forceFlush(),
      shutdown: () => relay.shutdown().finally(() => clearInterval(turn)),
    };
  },
  record: fakeSpan,
});
