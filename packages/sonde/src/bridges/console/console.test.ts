import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { LogRecord } from '../../api/logs/logger.ts';
import { logs } from '../../api/logs/logs-api.ts';
import { whileWriting } from '../shared/log-sender.ts';
import { bridgeConsole, ConsoleInstrumentation } from './instrumentation.ts';

const records: LogRecord[] = [];
const printed: unknown[][] = [];
let onEmit: (() => void) | undefined;
let target: Console;
let undo: () => void;

beforeEach(() => {
  records.length = 0;
  printed.length = 0;
  onEmit = undefined;
  const print = (...args: unknown[]): void => void printed.push(args);
  target = { log: print, info: print, warn: print, error: print, debug: print, trace: print } as never;
  const emit = (record: LogRecord): void => {
    records.push(record);
    onEmit?.();
  };
  logs.setGlobalLoggerProvider({ getLogger: () => ({ emit, enabled: () => true }) });
  undo = bridgeConsole(target);
});
afterEach(() => {
  undo();
  logs.disable();
});

describe('the bridge to a console', () => {
  it('sends what is printed, as it is printed, and prints it', () => {
    target.log('hello %s', 'bob', { a: 1 });
    target.warn(5);
    target.error('failed', new TypeError('bad'));
    target.debug();
    assert.deepEqual(printed, [['hello %s', 'bob', { a: 1 }], [5], ['failed', printed[2]![1]], []]);
    assert.deepEqual(
      records.map(({ severityNumber, severityText, body }) => [
        severityNumber,
        severityText,
        String(body).split('\n')[0],
      ]),
      [
        [9, 'log', 'hello bob { a: 1 }'],
        [13, 'warn', '5'],
        [17, 'error', 'failed TypeError: bad'],
        [5, 'debug', ''],
      ],
    );
    assert.equal(records[2]?.attributes?.['exception.type'], 'TypeError');
  });

  it('does not send what a library prints, nor what is printed while a record is handed over', () => {
    whileWriting(() => target.log('a library'));
    onEmit = () => target.error('an exporter failed');
    target.log('mine');
    assert.deepEqual(
      records.map(({ body }) => body),
      ['mine'],
    );
    assert.equal(printed.length, 3);
  });

  it('survives arguments that throw', () => {
    const hostile = {
      [Symbol.for('nodejs.util.inspect.custom')]: () => {
        throw new Error('no');
      },
    };
    target.log(hostile);
    assert.equal(records[0]?.body, '[unable to format]');
  });

  it('sends once when it is bridged twice, and nothing when it is taken back', () => {
    const second = bridgeConsole(target);
    target.log('once');
    assert.equal(records.length, 1);
    second();
    undo();
    target.log('not any more');
    assert.equal(records.length, 1);
  });

  it('is also an instrumentation of the global console, with a provider of its own and a lowest severity', () => {
    const before = console.error;
    const instrumentation = new ConsoleInstrumentation({ enabled: false, logSeverity: 21 });
    assert.equal(console.error, before);
    instrumentation.enable();
    assert.notEqual(console.error, before);
    const own: LogRecord[] = [];
    instrumentation.setLoggerProvider({ getLogger: () => ({ emit: (record) => void own.push(record) }) });
    instrumentation.disable();
    assert.equal(console.error, before);
    assert.equal(instrumentation.instrumentationName, 'sonde/bridges/console');
  });
});
