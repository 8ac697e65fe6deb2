/** Tests of what bridges share: severities, sending, the fields of a span, errors as attributes, the bridge for others. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { context as contextApi } from '../../api/context/context-api.ts';
import type { LogRecord } from '../../api/logs/logger.ts';
import { logs } from '../../api/logs/logs-api.ts';
import { SeverityNumber } from '../../api/logs/severity-number.ts';
import { wrapSpanContext } from '../../api/trace/non-recording-span.ts';
import { setSpan } from '../../api/trace/span-in-context.ts';
import { replaceMethod } from './bridged.ts';
import { liftException } from './exception-fields.ts';
import { createLogBridge } from './log-bridge.ts';
import { isLibraryWriting, LogSender, whileWriting } from './log-sender.ts';
import { severityOfName, severityOfNumber } from './severity.ts';
import { TraceFields } from './trace-fields.ts';

const records: LogRecord[] = [];
const logger = {
  emit: (record: LogRecord): void => void records.push(record),
  enabled: (): boolean => true,
};
const span = wrapSpanContext({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
});

/** A context manager with one context for all: enough to be inside a span. */
function inSpan<R>(run: () => R): R {
  const inside = setSpan(ROOT_CONTEXT, span);
  contextApi.setGlobalContextManager({
    active: () => inside,
    with: (_context: unknown, fn: () => unknown) => fn(),
    bind: (_context: unknown, target: unknown) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  } as never);
  try {
    return run();
  } finally {
    contextApi.disable();
  }
}

beforeEach(() => {
  records.length = 0;
  logs.setGlobalLoggerProvider({ getLogger: () => logger });
});
afterEach(() => logs.disable());

describe('severities', () => {
  it('spread the numbers of pino and bunyan over the 24 steps', () => {
    const expected: [number, number][] = [
      [-1, 0], [0, 1], [9, 1], [10, 1], [12, 1], [13, 2], [20, 5], [30, 9], [35, 11], [39, 12], [40, 13],
      [50, 17], [60, 21], [69, 24], [70, 24], [1e9, 24], [Infinity, 24], [Number.NaN, 0],
    ]; // biome-ignore format: pairs
    for (const [level, severity] of expected) assert.equal(severityOfNumber(level), severity, String(level));
    let last = 0;
    for (let level = 0; level <= 80; level++) {
      assert.ok(severityOfNumber(level) >= last);
      last = severityOfNumber(level);
    }
  });

  it('know the names of the usual families, in any case, and no others', () => {
    assert.equal(severityOfName('warning'), SeverityNumber.WARN);
    assert.equal(severityOfName('ERROR'), SeverityNumber.ERROR);
    assert.equal(severityOfName('silly'), SeverityNumber.TRACE);
    assert.equal(severityOfName('emerg'), SeverityNumber.FATAL3);
    for (const name of ['', 'constructor', '__proto__', 'blue', undefined, 5])
      assert.equal(severityOfName(name), SeverityNumber.UNSPECIFIED);
  });
});

describe('LogSender', () => {
  it('asks before anything is built, and obeys its options', () => {
    assert.equal(new LogSender('x', '1', {}).wants(9), true);
    assert.equal(new LogSender('x', '1', { disableLogSending: true }).wants(9), false);
    const errorsOnly = new LogSender('x', '1', { logSeverity: SeverityNumber.ERROR });
    assert.deepEqual([errorsOnly.wants(16), errorsOnly.wants(17), errorsOnly.wants(0)], [false, true, true]);
    logs.disable();
    assert.equal(new LogSender('x', '1', {}).wants(9), false, 'without an SDK nothing is wanted');
  });

  it('does not throw what a logger throws, and ends a loop through it', () => {
    let calls = 0;
    const sender = new LogSender('x', '1', {});
    sender.setProvider({
      getLogger: () => ({
        emit: () => {
          calls++;
          sender.send({ severityNumber: 9, body: 'again' });
          throw new Error('broken');
        },
      }),
    });
    sender.send({ severityNumber: 9, body: 'once' });
    assert.equal(calls, 3);
    sender.setProvider({
      getLogger: () => {
        throw new Error('no logger');
      },
    });
    sender.send({ severityNumber: 9 });
    assert.equal(calls, 6, 'the logger from before');
  });

  it('knows what a library prints while it writes, also when that throws', () => {
    assert.equal(isLibraryWriting(), false);
    assert.equal(
      whileWriting(() => whileWriting(isLibraryWriting)),
      true,
    );
    assert.throws(() =>
      whileWriting(() => {
        throw new Error('disk full');
      }),
    );
    assert.equal(isLibraryWriting(), false);
  });
});

describe('TraceFields', () => {
  it('are the ids of the active span in lower-case hex, and nothing outside one', () => {
    const fields = new TraceFields({});
    assert.equal(fields.active(), undefined);
    assert.equal(fields.activeText(), '');
    const expected = {
      trace_id: span.spanContext().traceId,
      span_id: span.spanContext().spanId,
      trace_flags: '01',
    };
    inSpan(() => {
      assert.deepEqual(fields.active(), expected);
      assert.deepEqual(JSON.parse(`{${fields.activeText().slice(1)}}`), expected);
      assert.equal(fields.activeText(), fields.activeText());
    });
    assert.equal(fields.activeText(), '');
  });

  it('take other names, a hook, and no', () => {
    inSpan(() => {
      const renamed = new TraceFields({ logKeys: { traceId: 'dd.trace_id', spanId: '' } });
      assert.deepEqual(Object.keys(renamed.active() ?? {}), ['dd.trace_id', 'span_id', 'trace_flags']);
      assert.equal(new TraceFields({ disableLogCorrelation: true }).active(), undefined);
      const hooked = new TraceFields({
        logHook: (_span, fields, level) => {
          fields['level is'] = level;
          fields['nothing'] = undefined;
          fields['cycle'] = fields;
        },
      });
      assert.match(hooked.activeText(30), /,"level is":30/);
      assert.doesNotMatch(hooked.activeText(30), /nothing|cycle/);
      const broken = new TraceFields({
        logHook: () => {
          throw new Error('hook');
        },
      });
      assert.match(broken.activeText(), /trace_id/);
    });
  });
});

describe('liftException', () => {
  it('moves what a serializer made of an error, and leaves the rest where it is', () => {
    const attributes: Record<string, unknown> = {
      err: { type: 'TypeError', message: 'bad', stack: 'TypeError: bad\n  at x', code: 'E' },
    };
    liftException(attributes, 'err');
    assert.deepEqual(attributes, {
      'exception.type': 'TypeError',
      'exception.message': 'bad',
      'exception.stacktrace': 'TypeError: bad\n  at x',
      err: { code: 'E' },
    });
  });

  it('takes nothing that is no error, cuts a stack, and lets what is there win', () => {
    for (const err of [undefined, null, 'text', { message: 5, stack: 's' }, { message: 'only' }, []]) {
      const attributes: Record<string, unknown> = { err };
      liftException(attributes, 'err');
      assert.deepEqual(attributes, { err });
    }
    const attributes: Record<string, unknown> = {
      'exception.type': 'Mine',
      e: { name: 'Error', message: 'm', stack: 'x'.repeat(40_000) },
    };
    liftException(attributes, 'e');
    assert.equal(attributes['exception.type'], 'Mine');
    assert.equal((attributes['exception.stacktrace'] as string).length, 32_768);
    assert.equal('e' in attributes, false);
  });
});

describe('replaceMethod', () => {
  it('replaces once, looks like what it replaces, and takes it back', () => {
    const target = { greet: (): string => 'hello' };
    const make = (original: () => string) => () => `bridged ${original()}`;
    const undo = replaceMethod(target, 'greet', make);
    assert.equal(replaceMethod(target, 'greet', make), undefined, 'a second bridge finds the first');
    assert.equal(target.greet(), 'bridged hello');
    assert.equal(target.greet.name, 'greet');
    undo?.();
    assert.equal(target.greet(), 'hello');
  });

  it('takes away what it put over an inherited method, and leaves what others put over ours', () => {
    class Base {
      greet(): string {
        return 'hello';
      }
    }
    const target = new Base();
    const undo = replaceMethod(target, 'greet', () => () => 'bridged');
    assert.equal(target.greet(), 'bridged');
    undo?.();
    assert.equal(Object.hasOwn(target, 'greet'), false);
    const again = replaceMethod<() => string>(
      target,
      'greet',
      (original, state) => () => (state.isOff ? original() : 'bridged'),
    );
    const ours = target.greet;
    target.greet = () => `over ${ours()}`;
    again?.();
    assert.equal(target.greet(), 'over bridged'.replace('bridged', 'hello'));
    assert.throws(() => replaceMethod({}, 'greet', () => () => ''), TypeError);
  });
});

describe('createLogBridge', () => {
  it('sends lines of any library with severity, fields and error', () => {
    const bridge = createLogBridge({ name: 'mine', version: '2', levels: { blue: SeverityNumber.INFO3 } });
    bridge.send({
      level: 'blue',
      message: 'hello',
      fields: { a: 1, 'exception.type': 'Mine' },
      error: new Error('bad'),
      time: new Date(5),
    });
    bridge.send({ level: 40 });
    bridge.send({});
    const [first, second, third] = records;
    assert.deepEqual(
      [first?.severityNumber, first?.severityText, first?.body, first?.timestamp],
      [SeverityNumber.INFO3, 'blue', 'hello', 5],
    );
    assert.equal(first?.attributes?.['exception.type'], 'Mine');
    assert.equal(first?.attributes?.['exception.message'], 'bad');
    assert.equal(first?.attributes?.['a'], 1);
    assert.deepEqual([second?.severityNumber, third?.severityNumber], [SeverityNumber.WARN, 0]);
    assert.equal(bridge.enabled('info'), true);
    assert.deepEqual(bridge.traceFields(), {});
    assert.deepEqual(Object.keys(inSpan(() => bridge.traceFields())), ['trace_id', 'span_id', 'trace_flags']);
  });
});
