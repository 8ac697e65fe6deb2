/** Diagnostics: levels, component loggers, replacement, and loggers that misbehave. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { DiagConsoleLogger } from './console-logger.ts';
import { diag } from './diag.ts';
import { type DiagLogger, DiagLogLevel } from './diag-logger.ts';

type Line = [level: string, ...args: unknown[]];

function collect(): { logger: DiagLogger; lines: Line[] } {
  const lines: Line[] = [];
  const take =
    (level: string) =>
    (...args: unknown[]) => {
      lines.push([level, ...args]);
    };
  const logger = {
    error: take('error'),
    warn: take('warn'),
    info: take('info'),
    debug: take('debug'),
    verbose: take('verbose'),
  };
  return { logger, lines };
}

const levels = ['error', 'warn', 'info', 'debug', 'verbose'] as const;

describe('diag', () => {
  afterEach(() => diag.disable());

  it('passes on what is at or below the level, INFO by default', () => {
    const passed: [DiagLogLevel | undefined, number][] = [
      [undefined, 3],
      [DiagLogLevel.NONE, 0],
      [DiagLogLevel.ERROR, 1],
      [DiagLogLevel.WARN, 2],
      [DiagLogLevel.INFO, 3],
      [DiagLogLevel.DEBUG, 4],
      [DiagLogLevel.VERBOSE, 5],
      [DiagLogLevel.ALL, 5],
    ];
    for (const [level, count] of passed) {
      const { logger, lines } = collect();
      assert.ok(diag.setLogger(logger, { logLevel: level, suppressOverrideMessage: true }));
      for (const name of levels) diag[name](name, 1);
      assert.deepEqual(
        lines,
        levels.slice(0, count).map((name) => [name, name, 1]),
      );
    }
  });

  it('takes the level alone', () => {
    const { logger, lines } = collect();
    diag.setLogger(logger, DiagLogLevel.ERROR);
    diag.warn('no');
    diag.error('yes');
    assert.deepEqual(lines, [['error', 'yes']]);
  });

  it('says to both loggers when one replaces the other, unless told not to', () => {
    const [first, second, third] = [collect(), collect(), collect()];
    diag.setLogger(first.logger);
    diag.setLogger(second.logger);
    assert.equal(first.lines.length, 1);
    assert.match(String(second.lines[0]?.[1]), /diag\.test/);
    diag.setLogger(third.logger, { suppressOverrideMessage: true });
    assert.equal(second.lines.length, 1);
    assert.equal(third.lines.length, 0);
  });

  it('replaces a logger that throws when it is told so, and takes one that throws at once', () => {
    const angry = (): never => {
      throw new Error('not me');
    };
    const broken = { error: angry, warn: angry, info: angry, debug: angry, verbose: angry };
    const { logger, lines } = collect();
    assert.equal(diag.setLogger(broken), true);
    assert.equal(diag.setLogger(logger), true);
    diag.error('heard');
    assert.deepEqual(lines.at(-1), ['error', 'heard']);
    assert.equal(diag.setLogger(broken), true);
    diag.error('lost');
    assert.equal(diag.setLogger(logger), true);
    diag.error('heard again');
    assert.deepEqual(lines.at(-1), ['error', 'heard again']);
  });

  it('gives components a logger with their name, which follows the logger', () => {
    const component = diag.createComponentLogger({ namespace: 'my-library' });
    component.error('before anybody listens');
    const { logger, lines } = collect();
    diag.setLogger(logger);
    component.warn('m', 1);
    assert.deepEqual(lines, [['warn', 'my-library', 'm', 1]]);
  });

  it('refuses itself and what is no logger', () => {
    const { logger, lines } = collect();
    diag.setLogger(logger);
    for (const bad of [diag, null, undefined, 'console', 5]) {
      assert.equal(diag.setLogger(bad as DiagLogger), false);
    }
    assert.equal(lines.length, 5);
    diag.error('still here');
    assert.equal(lines.length, 6);
  });

  it('survives loggers that throw or lack methods', () => {
    const broken = {
      error() {
        throw new Error('broken');
      },
    };
    assert.ok(diag.setLogger(broken as unknown as DiagLogger));
    diag.error('x');
    diag.info('x');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.equal(diag.setLogger(proxy as DiagLogger), false);
    diag.createComponentLogger(undefined as never).error('x');
  });
});

describe('DiagConsoleLogger', () => {
  it('writes by the console method of the level, also when the console is patched later', () => {
    const written: string[] = [];
    const saved = { ...console };
    for (const name of ['error', 'warn', 'info', 'debug', 'trace'] as const) {
      console[name] = (text: string) => written.push(`${name}: ${text}`);
    }
    const logger = new DiagConsoleLogger();
    console.error = () => written.push('patched');
    for (const name of levels) logger[name]('m');
    Object.assign(console, saved);
    assert.deepEqual(written, ['error: m', 'warn: m', 'info: m', 'debug: m', 'trace: m']);
  });
});
