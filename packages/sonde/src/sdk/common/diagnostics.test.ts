import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { Reporter, type ReportLevel, type ReportLogger, type TelemetryError } from './diagnostics.ts';

class Bench {
  time = 0;
  level = 'info';
  logger: ReportLogger | undefined;
  readonly lines: string[] = [];
  readonly timers = new Map<object, { at: number; callback: () => void }>();
  readonly reporter: Reporter;

  constructor() {
    this.reporter = new Reporter({
      now: () => this.time,
      setTimer: (callback, milliseconds) => {
        const timer = {};
        this.timers.set(timer, { at: this.time + milliseconds, callback });
        return timer;
      },
      clearTimer: (timer) => {
        this.timers.delete(timer);
      },
      write: (line) => {
        this.lines.push(line);
      },
      logger: () => this.logger,
      level: () => this.level,
    });
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
    for (const [timer, { at, callback }] of [...this.timers]) {
      if (at > this.time) continue;
      this.timers.delete(timer);
      callback();
    }
  }
}

function loggerInto(lines: unknown[][]): ReportLogger {
  const entry =
    (level: ReportLevel) =>
    (...args: unknown[]): void => {
      lines.push([level, ...args]);
    };
  return {
    error: entry('error'),
    warn: entry('warn'),
    info: entry('info'),
    debug: entry('debug'),
    verbose: entry('verbose'),
  };
}

describe('Reporter', () => {
  it('writes level, code and message in one line to stderr', () => {
    const bench = new Bench();
    bench.reporter.report('warn', 'queue_full', 'Cannot keep a span', new TypeError('no room'));
    assert.deepEqual(bench.lines, ['sonde warn [queue_full] Cannot keep a span: TypeError: no room']);
  });

  it('writes the first line of a code at once, then one a minute with what was held back', () => {
    const bench = new Bench();
    for (let i = 0; i < 1_000; i++) bench.reporter.report('error', 'export_failed', 'Cannot export');
    bench.reporter.report('error', 'other_code', 'Something else');
    assert.deepEqual(bench.lines, [
      'sonde error [export_failed] Cannot export',
      'sonde error [other_code] Something else',
    ]);
    bench.advance(59_999);
    assert.equal(bench.lines.length, 2);
    bench.advance(1);
    assert.equal(
      bench.lines[2],
      'sonde error [export_failed] Cannot export (999 times more since the last line)',
    );
    bench.reporter.report('error', 'export_failed', 'Cannot export');
    bench.advance(60_000);
    assert.equal(bench.lines[3], 'sonde error [export_failed] Cannot export (once more since the last line)');
    bench.advance(600_000);
    bench.reporter.report('error', 'export_failed', 'Cannot export');
    assert.equal(bench.lines[4], 'sonde error [export_failed] Cannot export');
    assert.equal(bench.lines.length, 5);
  });

  it('keeps a bounded number of codes and of timers', () => {
    const bench = new Bench();
    for (let i = 0; i < 10_000; i++) bench.reporter.report('error', `code_${i}`, 'made up');
    assert.equal(bench.lines.length, 257);
    assert.equal(bench.timers.size, 1);
  });

  it('lets no source hide what another has to say', () => {
    const bench = new Bench();
    for (const source of ['traces', 'logs', 'traces', 'logs', 'logs']) {
      bench.reporter.report('warn', 'timeout', `Losing ${source}`, undefined, source);
    }
    bench.reporter.flush();
    assert.deepEqual(bench.lines, [
      'sonde warn [timeout] Losing traces',
      'sonde warn [timeout] Losing logs',
      'sonde warn [timeout] Losing traces (once more since the last line)',
      'sonde warn [timeout] Losing logs (2 times more since the last line)',
    ]);
  });

  it('counts together what comes from too many sources, and follows others when these are quiet', () => {
    const bench = new Bench();
    const flood = (name: string): void => {
      for (let i = 0; i < 10_000; i++)
        bench.reporter.report('warn', 'timeout', 'lost', undefined, `${name}${i}`);
    };
    flood('a');
    assert.equal(bench.lines.length, 257);
    assert.equal(bench.timers.size, 1);
    bench.reporter.report('warn', 'timeout', 'lost', undefined, 'late');
    assert.equal(bench.lines.length, 257);
    bench.advance(60_000);
    bench.reporter.report('warn', 'timeout', 'lost', undefined, 'late');
    assert.equal(bench.lines.at(-1), 'sonde warn [timeout] lost');
  });

  it('says a thing once for each key, past the limit on the rate', () => {
    const bench = new Bench();
    for (const key of ['A', 'B', 'A', 'B', 'C'])
      bench.reporter.reportOnce('warn', 'env_invalid', key, `${key} is wrong`);
    assert.deepEqual(bench.lines, [
      'sonde warn [env_invalid] A is wrong',
      'sonde warn [env_invalid] B is wrong',
      'sonde warn [env_invalid] C is wrong',
    ]);
  });

  it('forgets nothing it said once, and stops at a bound', () => {
    const bench = new Bench();
    for (let i = 0; i < 5_000; i++) bench.reporter.reportOnce('warn', 'advice', String(i), 'x');
    assert.equal(bench.lines.length, 1_000);
  });

  it('obeys the level: info by default, none writes nothing, verbose everything', () => {
    const bench = new Bench();
    const levels = ['error', 'warn', 'info', 'debug', 'verbose'] as const;
    const count = (level: string): number => {
      bench.level = level;
      bench.reporter.forgetLevel();
      bench.lines.length = 0;
      bench.time += 1e6;
      for (const each of levels) bench.reporter.report(each, `at_${each}`, 'x');
      return bench.lines.length;
    };
    assert.deepEqual(
      ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all', 'nonsense'].map(count),
      [0, 1, 2, 3, 4, 5, 5, 3],
    );
  });

  it('prefers the logger of the API, whose own level decides', () => {
    const bench = new Bench();
    const calls: unknown[][] = [];
    bench.logger = loggerInto(calls);
    bench.level = 'none';
    const cause = new Error('why');
    bench.reporter.report('debug', 'sent', 'Sent 512 spans', cause);
    bench.reporter.report('info', 'started', 'Started');
    assert.deepEqual(calls, [
      ['debug', '[sent] Sent 512 spans', cause],
      ['info', '[started] Started'],
    ]);
    assert.deepEqual(bench.lines, []);
  });

  it('survives a logger that throws and one that reports again', () => {
    const bench = new Bench();
    bench.logger = {
      ...loggerInto([]),
      error: () => {
        bench.reporter.report('error', 'again', 'from inside');
        throw new Error('logger is broken');
      },
    };
    bench.reporter.report('error', 'a', 'first');
    bench.reporter.report('error', 'b', 'second');
    bench.reporter.reportOnce('error', 'c', 'key', 'third');
    bench.logger = undefined;
    bench.reporter.report('error', 'd', 'still alive');
    assert.deepEqual(bench.lines, ['sonde error [d] still alive']);
  });

  it('hands errors and warnings to the error handler instead, each one, and survives what it throws', () => {
    const bench = new Bench();
    const seen: TelemetryError[] = [];
    bench.reporter.setErrorHandler((error) => {
      seen.push(error);
      bench.reporter.report('error', 'nested', 'from the handler');
      throw error;
    });
    const cause = new Error('refused');
    bench.reporter.report('error', 'export_failed', 'Cannot export', cause);
    bench.reporter.report('error', 'export_failed', 'Cannot export', cause);
    bench.reporter.report('info', 'started', 'Started');
    assert.deepEqual(
      seen.map((error) => [error.code, error.message, error.cause]),
      [
        ['export_failed', 'Cannot export', cause],
        ['export_failed', 'Cannot export', cause],
      ],
    );
    assert.deepEqual(bench.lines, ['sonde info [started] Started']);
    bench.reporter.setErrorHandler(undefined);
    bench.reporter.report('error', 'export_failed', 'Cannot export');
    assert.equal(bench.lines.length, 2);
  });

  it('keeps a line one line, and bounded, whatever it is told', () => {
    const bench = new Bench();
    bench.reporter.report('warn', 'a', 'x\nsonde error [forged] y\u001b[31m\u2028\u202e');
    assert.equal(bench.lines[0], 'sonde warn [a] x\\nsonde error [forged] y\\u001b[31m\\u2028\\u202e');
    bench.reporter.report('warn', 'b', 'z'.repeat(1e6));
    assert.ok(bench.lines[1] !== undefined && bench.lines[1].length < 5_000);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    bench.reporter.report('warn', 'c', 'cycle', cycle);
    assert.equal(bench.lines[2], 'sonde warn [c] cycle: [detail cannot be shown]');
  });

  it('tells what an error says, one of another realm too, and survives a detail that throws', () => {
    const bench = new Bench();
    bench.reporter.report('warn', 'a', 'x', new TypeError('no'));
    bench.reporter.report('warn', 'b', 'x', runInNewContext('new TypeError("elsewhere")'));
    bench.reporter.report('warn', 'c', 'x', Object.create(null));
    bench.reporter.report('warn', 'd', 'x', Symbol('s'));
    bench.reporter.report(
      'warn',
      'e',
      'x',
      new Proxy({}, { get: () => assert.fail('read'), getPrototypeOf: () => assert.fail('asked') }),
    );
    assert.deepEqual(
      bench.lines.map((line) => line.slice('sonde warn [a] x: '.length)),
      ['TypeError: no', 'TypeError: elsewhere', '{}', 'Symbol(s)', '[detail cannot be shown]'],
    );
  });

  it('keeps what a logger and an error handler get one line, and bounded', () => {
    const bench = new Bench();
    const lines: unknown[][] = [];
    bench.logger = loggerInto(lines);
    bench.reporter.report('warn', 'a', 'x\nforged\u001b[31m', 'a\ndetail is passed as it is');
    bench.reporter.report('warn', 'b', 'z'.repeat(1e6));
    assert.deepEqual(lines[0], ['warn', '[a] x\\nforged\\u001b[31m', 'a\ndetail is passed as it is']);
    assert.equal(String(lines[1]?.[1]).length, 4_001);
    const seen: TelemetryError[] = [];
    bench.reporter.setErrorHandler((error) => seen.push(error));
    bench.reporter.report('warn', 'c', 'x\nforged');
    assert.equal(seen[0]?.message, 'x\\nforged');
  });

  it('writes what it holds when flushed, and leaves no timer', () => {
    const bench = new Bench();
    for (let i = 0; i < 3; i++) bench.reporter.report('warn', 'a', 'again');
    bench.reporter.flush();
    bench.reporter.flush();
    assert.deepEqual(bench.lines, [
      'sonde warn [a] again',
      'sonde warn [a] again (2 times more since the last line)',
    ]);
    assert.equal(bench.timers.size, 0);
  });
});
