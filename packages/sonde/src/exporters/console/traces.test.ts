import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { resourceFromAttributes } from '../../sdk/common/resource.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { ConsoleSpanExporter, type ConsoleSpanExporterOptions } from './traces.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

type Sample = Partial<Omit<ReadableSpan, 'kind'>> & {
  readonly id: string;
  readonly traceId?: string;
  readonly parent?: string;
  readonly remote?: boolean;
  readonly kind?: number;
  readonly start?: number;
  readonly millis?: number;
};

function span(sample: Sample): ReadableSpan {
  const { id, traceId = TRACE, parent, remote = false, start = 0, millis = 1, ...rest } = sample;
  const startTime: [number, number] = [1_700_000_000, start * 1e6];
  const made = {
    name: id,
    kind: 0,
    spanContext: () => ({ traceId, spanId: id, traceFlags: 1 }),
    startTime,
    endTime: [startTime[0], startTime[1] + millis * 1e6],
    duration: [Math.floor(millis / 1e3), (millis % 1e3) * 1e6],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    instrumentationScope: { name: 'test' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...(parent === undefined
      ? {}
      : { parentSpanContext: { traceId, spanId: parent, traceFlags: 1, isRemote: remote } }),
    ...rest,
  };
  return made as ReadableSpan;
}

function printer(options: ConsoleSpanExporterOptions = {}, isTTY = true) {
  let text = '';
  const stream = {
    isTTY,
    columns: 100,
    write: (more: string) => {
      text += more;
    },
  };
  const exporter = new ConsoleSpanExporter({ stream, ...options });
  const results: ExportResult[] = [];
  const send = (...spans: ReadableSpan[]): void => exporter.export(spans, (result) => results.push(result));
  return { exporter, results, send, text: () => text, lines: () => text.split('\n') };
}

const tree = { format: 'tree', colors: false } as const;

describe('ConsoleSpanExporter as a tree', () => {
  it('prints a trace when its root has come, children under their parents by start time', () => {
    const { send, text, lines } = printer(tree);
    send(span({ id: 'bbbbbbbbbbbbbbb2', name: 'second', parent: 'aaaaaaaaaaaaaaaa', start: 50, millis: 25 }));
    send(span({ id: 'cccccccccccccccc', name: 'leaf', parent: 'bbbbbbbbbbbbbbb1', start: 20, millis: 5 }));
    send(span({ id: 'bbbbbbbbbbbbbbb1', name: 'first', parent: 'aaaaaaaaaaaaaaaa', start: 10, millis: 30 }));
    assert.equal(text(), '');
    send(span({ id: 'aaaaaaaaaaaaaaaa', name: 'request', kind: 1, millis: 100 }));
    assert.deepEqual(lines(), [
      `shop  trace ${TRACE}  4 spans  100.00 ms  2023-11-14T22:13:20.000Z`,
      '● request SERVER                                  ━━━━━━━━━━━━━━━━━━━━━━ 100.00 ms  aaaaaaaaaaaaaaaa',
      '├─● first INTERNAL                                  ━━━━━━━               30.00 ms  bbbbbbbbbbbbbbb1',
      '│ ╰─● leaf INTERNAL                                   ━                    5.00 ms  cccccccccccccccc',
      '╰─● second INTERNAL                                         ━━━━━         25.00 ms  bbbbbbbbbbbbbbb2',
      '',
      '',
    ]);
  });

  it('shows status, attributes, events, links and what limits dropped', () => {
    const { send, text } = printer(tree);
    send(
      span({
        id: 'aaaaaaaaaaaaaaaa',
        name: 'call-database',
        kind: 2,
        status: { code: 2, message: 'connection refused' },
        attributes: { 'db.system.name': 'postgresql', 'db.rows': 3, tags: ['a', 'b'] },
        droppedAttributesCount: 2,
        events: [
          {
            name: 'exception',
            time: [1_700_000_000, 800_000],
            attributes: { 'exception.type': 'Error', 'exception.stacktrace': 'Error: x\n  at a\n  at b' },
          },
        ],
        links: [
          {
            context: { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), traceFlags: 1 },
            attributes: { why: 'retry' },
          },
        ],
      }),
    );
    const expected = [
      /^● call-database CLIENT ✗ /m,
      /^ {4}✗ connection refused$/m,
      /^ {4}db\.system\.name {2}postgresql$/m,
      /^ {4}db\.rows {9}3$/m,
      /^ {4}tags {12}\["a","b"\]$/m,
      /^ {4}… 2 attributes dropped by limits$/m,
      /^ {4}◆ exception \+800.00 µs$/m,
      /^ {8}exception\.type {8}Error$/m,
      /^ {8} {2}at b$/m,
      /^ {4}↗ trace f{32} span e{16}$/m,
      /^ {8}why {2}retry$/m,
    ];
    for (const each of expected) assert.match(text(), each);
  });

  it('shows spans without their parent under a line that names it', () => {
    const { send, exporter, lines } = printer(tree);
    send(span({ id: 'b1', parent: 'missing' }), span({ id: 'b2', parent: 'missing', start: 1 }));
    exporter.forceFlush();
    assert.deepEqual(
      lines()
        .slice(1, 4)
        .map((line) => line.slice(0, 20).trimEnd()),
      ['┄ parent missing', '├─● b1 INTERNAL', '╰─● b2 INTERNAL'],
    );
  });

  it('prints a span with a remote parent with its descendants and leaves the rest of the trace waiting', () => {
    const { send, exporter, text } = printer(tree);
    send(span({ id: 'other', parent: 'client' }), span({ id: 'inner', parent: 'server' }));
    send(span({ id: 'server', parent: 'client', remote: true }));
    assert.match(text(), /┄ remote parent client\n╰─● server/);
    assert.match(text(), /╰─● inner/);
    assert.doesNotMatch(text(), /other/);
    send(span({ id: 'client' }));
    assert.match(text(), /● client[\s\S]*╰─● other/);
    exporter.forceFlush();
    assert.equal(text().match(/● server/g)?.length, 1);
  });

  it('keeps a server span under the client span of the same process when they come together', () => {
    const { send, text } = printer(tree);
    send(
      span({ id: 'server', parent: 'client', remote: true, start: 1 }),
      span({ id: 'client', parent: 'root' }),
      span({ id: 'root' }),
    );
    assert.match(text(), /● root[\s\S]*╰─● client[\s\S]*╰─● server/);
    assert.equal(text().match(/trace /g)?.length, 1);
  });

  it('prints the oldest trace when too many spans wait', () => {
    const { send, text } = printer(tree);
    const children = (traceId: string, count: number) =>
      Array.from({ length: count }, (_, index) => span({ id: `${index}`, traceId, parent: 'x' }));
    send(...children('1'.repeat(32), 2_000));
    assert.equal(text(), '');
    send(...children('2'.repeat(32), 48));
    assert.equal(text(), '');
    send(...children('3'.repeat(32), 1));
    assert.match(text(), /trace 1{32} {2}2000 spans/);
    assert.doesNotMatch(text(), /trace 2/);
  });

  it('keeps every line within the columns', () => {
    const { send, lines } = printer(tree);
    const long = '日本語 and more '.repeat(50);
    send(
      span({
        id: 'a'.repeat(16),
        name: long,
        attributes: { [long]: long, n: long },
        status: { code: 2, message: long },
      }),
    );
    for (const line of lines()) {
      const wide = [...line].reduce((sum, each) => sum + (each >= '\u3000' && each < '\ua000' ? 2 : 1), 0);
      assert.ok(wide <= 100, `${wide}: ${line}`);
    }
  });

  it('lets no control character of a span reach the terminal', () => {
    const { send, text } = printer(tree);
    const evil = '\u001b[2J\u0007\nforged line\u009b31m';
    send(
      span({
        id: evil,
        name: evil,
        attributes: { [evil]: evil, list: [evil], 'exception.stacktrace': evil },
        status: { code: 2, message: evil },
        events: [{ name: evil, time: [0, 0], attributes: { [evil]: evil } }],
        resource: resourceFromAttributes({ 'service.name': evil }),
      }),
    );
    assert.doesNotMatch(text().replaceAll('\n', ''), /[\p{Cc}]/u);
    assert.doesNotMatch(text(), /^forged line/m);
  });

  it('shows each span once whatever ids they have', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const given = fc.record({ id, parent: fc.option(id, { nil: undefined }), remote: fc.boolean() });
    fc.assert(
      fc.property(fc.array(given, { maxLength: 12 }), (samples) => {
        const { send, exporter, text } = printer(tree);
        samples.forEach(({ id: spanId, parent, remote }, index) => {
          send(span({ id: spanId, name: `n${index}!`, remote, ...(parent === undefined ? {} : { parent }) }));
        });
        exporter.forceFlush();
        for (let index = 0; index < samples.length; index++) {
          assert.equal(text().split(`n${index}!`).length, 2);
        }
      }),
      { numRuns: 1_000, verbose: true },
    );
  });

  it('draws a trace nested two thousand deep', () => {
    const { send, text, exporter } = printer(tree);
    const deep = Array.from({ length: 2_000 }, (_, index) =>
      span({ id: `s${index}`, ...(index === 0 ? {} : { parent: `s${index - 1}` }) }),
    );
    send(...deep.reverse());
    exporter.forceFlush();
    assert.equal(text().split('●').length, 2_001);
  });
});

describe('ConsoleSpanExporter as JSON', () => {
  it('writes one object a line with everything that a span has', () => {
    const { send, lines } = printer({ format: 'json' });
    send(
      span({
        id: 'b1',
        parent: 'a1',
        kind: 2,
        millis: 1.5,
        status: { code: 2, message: 'no\nway' },
        attributes: {
          nan: Number.NaN,
          bytes: new Uint8Array([1, 2]) as never,
          big: (2n ** 60n) as never,
          none: null as never,
        },
      }),
      span({ id: 'a1' }),
    );
    assert.equal(lines().length, 3);
    const first = JSON.parse(lines()[0] ?? '');
    assert.deepEqual(
      [first.traceId, first.spanId, first.parentSpanId, first.kind, first.durationMillis],
      [TRACE, 'b1', 'a1', 'CLIENT', 1.5],
    );
    assert.equal(first.startTimeUnixNano, '1700000000000000000');
    assert.deepEqual(first.status, { code: 'ERROR', message: 'no\nway' });
    assert.deepEqual(first.attributes, { nan: 'NaN', bytes: 'AQI=', big: '1152921504606846976', none: null });
    assert.deepEqual(first.resource, { attributes: { 'service.name': 'shop' } });
  });

  it('holds nothing back', () => {
    const { send, text } = printer({ format: 'json' });
    send(span({ id: 'child', parent: 'still-running' }));
    assert.notEqual(text(), '');
  });
});

describe('ConsoleSpanExporter', () => {
  const before = { ...process.env };
  beforeEach(() => {
    delete process.env['NO_COLOR'];
    delete process.env['FORCE_COLOR'];
    process.env['TERM'] = 'xterm';
  });
  afterEach(() => {
    process.env = { ...before };
  });

  function coloured(isTTY: boolean, options: ConsoleSpanExporterOptions = { format: 'tree' }): boolean {
    const { send, text } = printer(options, isTTY);
    send(span({ id: 'a' }));
    return text().includes('\u001b[');
  }

  it('chooses the tree on a terminal and JSON elsewhere', () => {
    for (const isTTY of [true, false]) {
      const { send, text } = printer({}, isTTY);
      send(span({ id: 'a' }));
      assert.equal(text().startsWith('{'), !isTTY);
    }
  });

  it('colours a terminal, and obeys NO_COLOR, FORCE_COLOR and the option', () => {
    assert.equal(coloured(true), true);
    assert.equal(coloured(false), false);
    process.env['NO_COLOR'] = '';
    assert.equal(coloured(true), true);
    process.env['NO_COLOR'] = '1';
    assert.equal(coloured(true), false);
    assert.equal(coloured(true, { format: 'tree', colors: true }), true);
    process.env['FORCE_COLOR'] = '1';
    assert.equal(coloured(false), true);
    process.env['FORCE_COLOR'] = '0';
    assert.equal(coloured(true), false);
    delete process.env['FORCE_COLOR'];
    delete process.env['NO_COLOR'];
    process.env['TERM'] = 'dumb';
    assert.equal(coloured(true), false);
  });

  it('names a wrong option, what was given and what is allowed', () => {
    assert.throws(
      () => new ConsoleSpanExporter({ format: 'xml' as never }),
      /option format: "xml" given; allowed: "tree", "json"/,
    );
    assert.throws(
      () => new ConsoleSpanExporter({ stream: {} as never }),
      /stream must be an object with write\(\)/,
    );
  });

  it('prints what waits at shutdown and refuses what comes later', async () => {
    const { send, exporter, text, results } = printer(tree);
    send(span({ id: 'child', parent: 'running' }));
    await exporter.shutdown();
    assert.match(text(), /child/);
    send(span({ id: 'late' }));
    assert.doesNotMatch(text(), /late/);
    assert.deepEqual(
      results.map((result) => result.code),
      [ExportResultCode.SUCCESS, ExportResultCode.FAILED],
    );
  });

  it('answers with a failure when the stream throws', () => {
    const exporter = new ConsoleSpanExporter({
      format: 'json',
      stream: {
        write: () => {
          throw new Error('broken pipe');
        },
      },
    });
    let result: ExportResult | undefined;
    exporter.export([span({ id: 'a' })], (given) => {
      result = given;
    });
    assert.equal(result?.code, ExportResultCode.FAILED);
    assert.equal(result?.error?.message, 'broken pipe');
  });
});
