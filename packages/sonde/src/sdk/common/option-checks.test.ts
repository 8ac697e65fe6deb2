import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kindOf } from '../../internal/shown.ts';
import { OptionChecks, wrongOption } from './option-checks.ts';

interface Options {
  readonly size?: unknown;
}

const check = (size: unknown, prefix?: string): OptionChecks<Options> =>
  new OptionChecks<Options>('Owner', { size }, prefix);

describe('checks of options', () => {
  it('give back what can be used', () => {
    assert.deepEqual([check(1).whole('size', 1, 9), check(9).whole('size', 1, 9)], [1, 9]);
    assert.equal(check(false).flag('size'), false);
    assert.equal(check('b').oneOf('size', ['a', 'b']), 'b');
    assert.deepEqual([check('').string('size'), check('x').text('size')], ['', 'x']);
  });

  it('give undefined where nothing was given, null too, as in the official SDK', () => {
    for (const none of [undefined, null]) {
      const checks = check(none);
      assert.equal(checks.whole('size', 1, 9), undefined);
      assert.equal(checks.flag('size'), undefined);
      assert.equal(checks.oneOf('size', ['a']), undefined);
      assert.equal(checks.string('size'), undefined);
      assert.equal(checks.text('size'), undefined);
    }
  });

  const hostile: readonly unknown[] = [Object.create(null), Symbol('s'), () => 1, [1], new Proxy({}, {})];

  it('throw for all else, naming owner, option, value and what is allowed', () => {
    for (const wrong of [0, 10, 1.5, Number.NaN, -0.5, '5', 5n, true, ...hostile]) {
      assert.throws(
        () => check(wrong).whole('size', 1, 9),
        /^TypeError: Owner option size: .+ given; allowed: a whole number from 1 to 9$/,
      );
    }
    for (const wrong of [0, 'true', ...hostile]) {
      assert.throws(
        () => check(wrong).flag('size'),
        /^TypeError: Owner option size: .+ given; allowed: true or false$/,
      );
    }
    for (const wrong of ['', 'A', 0, ...hostile]) {
      assert.throws(
        () => check(wrong).oneOf('size', ['a', 'b']),
        /^TypeError: Owner option size: .+ given; allowed: "a", "b"$/,
      );
    }
    for (const wrong of [0, ...hostile]) {
      assert.throws(() => check(wrong).string('size'), /allowed: a string$/);
      assert.throws(() => check(wrong).text('size'), /allowed: a string that is not empty$/);
    }
    assert.throws(() => check('').text('size'), /option size: "" given/);
    assert.throws(() => check(1, 'tls.').text('size'), /Owner option tls\.size: 1 given/);
  });

  it('take an object of options and nothing else', () => {
    for (const wrong of [null, 5, 'text', [], () => 1]) {
      assert.throws(
        () => new OptionChecks('Owner', wrong as object),
        /^TypeError: Owner: .+ given; allowed is an object of options$/,
      );
    }
  });

  it('name the option whose options they are', () => {
    assert.throws(
      () => new OptionChecks('Owner', 5 as never, 'tls.'),
      /^TypeError: Owner option tls: 5 given; allowed: an object of options$/,
    );
  });

  it('can keep a secret', () => {
    assert.equal(
      wrongOption('Owner', 'key', kindOf(4711), 'a text').message,
      'Owner option key: a number given; allowed: a text',
    );
  });
});
