import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { resourceFromAttributes } from '../../sdk/common/resource.ts';
import { LoggerProvider } from '../../sdk/logs/provider.ts';
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import { SimpleLogRecordProcessor } from '../../sdk/logs/simple-processor.ts';
import { ConsoleLogRecordExporter, type ConsoleLogRecordExporterOptions } from './logs.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** A record that another SDK made, complete. */
function record(over: Partial<Record<keyof ReadableLogRecord, unknown>> = {}): ReadableLogRecord {
  return {
    hrTime: [1_700_000_000, 123_000_000],
    hrTimeObserved: [1_700_000_001, 5],
    severityNumber: 9,
    body: 'order placed',
    attributes: {},
    droppedAttributesCount: 0,
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    instrumentationScope: { name: 'till' },
    ...over,
  } as ReadableLogRecord;
}

function printer(options: ConsoleLogRecordExporterOptions = {}, isTTY = true) {
  let text = '';
  const stream = {
    isTTY,
    columns: 100,
    write: (more: string) => {
      text += more;
    },
  };
  const exporter = new ConsoleLogRecordExporter({ stream, ...options });
  const results: ExportResult[] = [];
  const send = (...records: ReadableLogRecord[]) =>
    exporter.export(records, (result) => results.push(result));
  return { exporter, send, results, text: () => text };
}

/** The one line of a record for people, without its time. */
function lineOf(over: Partial<Record<keyof ReadableLogRecord, unknown>>, colors = false): string {
  const { send, text } = printer({ colors });
  send(record(over));
  return text().slice('12:34:56.789 '.length);
}

describe('a log record for people', () => {
  it('is one line: time, level, logger, event, body, attributes, trace id', () => {
    const { send, text } = printer({ colors: false });
    send(
      record({
        severityNumber: 13,
        eventName: 'order.placed',
        attributes: { 'order.id': 42, list: ['a'] },
        droppedAttributesCount: 2,
        spanContext: { traceId: TRACE, spanId: 'b7ad6b7169203331', traceFlags: 1 },
      }),
    );
    const time = new Date(1_700_000_000_123);
    const two = (part: number) => String(part).padStart(2, '0');
    const clock = `${two(time.getHours())}:${two(time.getMinutes())}:20.123`;
    assert.equal(
      text(),
      `${clock} WARN  till ◆ order.placed order placed order.id=42 list=["a"] … 2 dropped by limits ${TRACE}\n`,
    );
  });

  it("has the library's own word for the level, else the specification's", () => {
    assert.match(lineOf({ severityText: 'notice' }), /^notice till/);
    assert.match(lineOf({ severityNumber: 24 }), /^FATAL4 till/);
    assert.match(lineOf({ severityNumber: undefined }), /^- {5}till/);
  });

  it('colours the level and dims the trace id where colours are wanted', () => {
    const spanContext = { traceId: TRACE, spanId: 'b7ad6b7169203331', traceFlags: 1 };
    const { send, text } = printer({ colors: true });
    send(record({ severityNumber: 17, spanContext }));
    assert.ok(text().includes('\u001b[31mERROR\u001b[39m'), text());
    assert.ok(text().includes(`\u001b[2m${TRACE}\u001b[22m`), text());
  });

  it('has the stack trace below', () => {
    const stack = `Error: x\n${Array.from({ length: 20 }, (_, index) => `    at f${index}`).join('\n')}`;
    const lines = lineOf({
      attributes: { 'exception.type': 'Error', 'exception.stacktrace': stack, k: 'v' },
    }).split('\n');
    assert.match(lines[0] ?? '', /order placed k=v$/);
    assert.equal(lines[1], '    Error: x');
    assert.match(lines.at(-2) ?? '', /more lines/);
  });

  it('cannot be forged: what comes from outside has no control characters and an end', () => {
    const evil = '\u001b[2J\nforged';
    const text = lineOf({ body: evil, eventName: evil, severityText: evil, attributes: { [evil]: evil } });
    assert.equal(text.split('\n').length, 2);
    assert.ok(!text.includes('\u001b'));
    assert.ok(lineOf({ body: 'x'.repeat(10_000_000) }).length < 3_000);
  });
});

describe('a log record for machines', () => {
  it('is one JSON object on a line, with everything in it', () => {
    const { send, text } = printer({}, false);
    const scope = { name: 'till', version: '1', attributes: { shard: 1 } };
    const spanContext = { traceId: TRACE, spanId: 'b7ad6b7169203331', traceFlags: 1 };
    send(record({ spanContext, instrumentationScope: scope, attributes: { a: [1, null] } }), record());
    const [first, second] = text().trimEnd().split('\n');
    const { resource, ...rest } = JSON.parse(first ?? '');
    assert.equal(resource.attributes['service.name'], 'shop');
    assert.deepEqual(rest, {
      timeUnixNano: '1700000000123000000',
      observedTimeUnixNano: '1700000001000000005',
      severityNumber: 9,
      body: 'order placed',
      attributes: { a: [1, null] },
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      scope,
    });
    assert.equal(JSON.parse(second ?? '').traceId, undefined);
  });

  it('is valid for any body that a logger takes, and has no time that nobody gave', async () => {
    const { exporter, text } = printer({ format: 'json' });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor(exporter)] });
    const logger = provider.getLogger('t');
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), (body) => logger.emit({ body } as never)),
      { numRuns: 1000 },
    );
    await provider.forceFlush();
    const lines = text().trimEnd().split('\n');
    assert.ok(lines.length >= 1000, String(lines.length));
    for (const line of lines) assert.equal(JSON.parse(line).timeUnixNano, undefined);
  });
});

describe('ConsoleLogRecordExporter', () => {
  it('prints the others when one cannot be printed, and says that it failed', () => {
    const { send, results, text } = printer();
    const hostile = new Proxy({} as ReadableLogRecord, {
      get: () => {
        throw new Error('hostile');
      },
    });
    send(record({ body: 'one' }), hostile, record({ body: 'two' }));
    assert.match(text(), /one[\s\S]*two/);
    assert.equal(results[0]?.code, ExportResultCode.FAILED);
    assert.match(results[0]?.error?.message ?? '', /hostile/);
  });

  it('fails when its stream does, and after its shutdown', async () => {
    const stream = {
      write: () => {
        throw new Error('broken pipe');
      },
    };
    const { exporter, send, results } = printer({ stream });
    send(record());
    await exporter.forceFlush();
    await exporter.shutdown();
    send(record());
    assert.deepEqual(
      results.map((result) => result.error?.message),
      [
        'Cannot print log records: broken pipe',
        'Cannot print log records: the console exporter was shut down',
      ],
    );
  });

  it('refuses options that cannot work, by name', () => {
    assert.throws(
      () => new ConsoleLogRecordExporter({ format: 'tree' as never }),
      /option format: "tree" given/,
    );
    assert.throws(
      () => new ConsoleLogRecordExporter({ stream: {} as never }),
      /stream must be an object with write\(\)/,
    );
  });
});
