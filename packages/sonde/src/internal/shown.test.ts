import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { kindOf, messageOf, shown } from './shown.ts';

function boom(): never {
  throw new Error('hands off');
}

const EVERY_TRAP = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((trap) => [trap, boom]),
) as ProxyHandler<object>;

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Each throws as soon as anything of it is read, asked or called. */
const HOSTILE: readonly unknown[] = [
  Object.create(null),
  { toString: boom, valueOf: boom, toJSON: boom, [Symbol.toPrimitive]: boom },
  Object.defineProperties({}, { message: { get: boom }, [Symbol.toStringTag]: { get: boom } }),
  Object.defineProperty(new Error('x'), 'message', { get: boom }),
  Object.assign(new Error('x'), { message: Object.create(null) }),
  Object.defineProperty(new Error(''), 'name', { get: boom }),
  new Proxy({}, EVERY_TRAP),
  new Proxy([], EVERY_TRAP),
  new Proxy(boom, EVERY_TRAP),
  revoked({}),
  revoked([]),
  revoked(boom),
];

const harmless: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
  fc.string({ unit: 'binary', maxLength: 1_000 }),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Symbol(text)),
  fc.string({ unit: 'binary', maxLength: 2_000 }).map((text) => new Error(text)),
  fc.integer({ min: 0, max: 5_000 }).map((digits) => -(10n ** BigInt(digits))),
);

/** Behind a function, because fast-check itself looks at what it hands out. */
const anything: fc.Arbitrary<() => unknown> = fc.oneof(
  { arbitrary: harmless.map((value) => () => value), weight: 9 },
  { arbitrary: fc.nat(HOSTILE.length - 1).map((index) => () => HOSTILE[index]), weight: 1 },
);

/** A hundred characters, each an escape of six, quotes, and what says that it was cut. */
const LONGEST = 650;
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+$/u;

describe('shown', () => {
  const table: readonly (readonly [unknown, string])[] = [
    ['5', '"5"'],
    ['', '""'],
    [5, '5'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [5n, '5n'],
    [10n ** 98n, `1${'0'.repeat(98)}n`],
    [10n ** 100n, 'a bigint of 100 digits or more'],
    [-(10n ** 100n), 'a bigint of 100 digits or more'],
    [true, 'true'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 5, 'a function'],
    [class A {}, 'a function'],
    [[1, 2], 'an array'],
    [{ a: 1 }, 'an object'],
    [Promise.resolve(), 'a promise'],
    ['a\n"b"\u001b[2J', '"a\\n\\"b\\"\\u001b[2J"'],
    ['\u202e\u2028\u009b', '"\\u202e\\u2028\\u009b"'],
  ];
  for (const [value, text] of table) it(`writes ${text}`, () => assert.equal(shown(value), text));

  it('shows a hundred characters whole, and of more says how many there were', () => {
    assert.equal(shown('x'.repeat(100)), `"${'x'.repeat(100)}"`);
    assert.equal(shown('x'.repeat(101)), `"${'x'.repeat(100)}"… (101 characters)`);
    assert.equal(shown(Symbol('x'.repeat(100))), `Symbol(${'x'.repeat(93)}… (108 characters)`);
  });

  it('cuts a pair of surrogates without half of it getting out', () => {
    assert.equal(shown(`${'x'.repeat(99)}👍`), `"${'x'.repeat(99)}\\ud83d"… (101 characters)`);
  });

  it('never throws, and is one short line, whatever it is given', () => {
    for (const value of HOSTILE) assert.match(shown(value), /^an? (object|array|function)$/);
    fc.assert(
      fc.property(anything, (value) => {
        const text = shown(value());
        assert.match(text, ONE_LINE);
        assert.ok(text.length <= LONGEST, `${text.length} characters`);
      }),
      { numRuns: 3_000, verbose: true },
    );
  });
});

describe('kindOf', () => {
  it('tells nothing of the value itself', () => {
    for (const secret of ['hunter2', 4711, 4711n, Symbol('hunter2'), true]) {
      assert.equal(kindOf(secret), `a ${typeof secret}`);
    }
    assert.deepEqual([undefined, null, [], {}].map(kindOf), ['undefined', 'null', 'an array', 'an object']);
  });

  it('never throws, whatever it is given', () => {
    const kinds =
      /^(undefined|null|an? (string|number|bigint|symbol|boolean|function|object|array|promise))$/;
    fc.assert(
      fc.property(anything, (value) => assert.match(kindOf(value()), kinds)),
      { numRuns: 1_000, verbose: true },
    );
  });
});

describe('messageOf', () => {
  it('is what an error says, one of another realm or of a library that throws objects too', () => {
    assert.equal(messageOf(new Error('no')), 'no');
    assert.equal(messageOf(runInNewContext('new TypeError("elsewhere")')), 'elsewhere');
    assert.equal(messageOf({ message: 'plain' }), 'plain');
    assert.equal(messageOf('text'), 'text');
  });

  it('is the name of an error that says nothing, and what was thrown where it is none', () => {
    assert.equal(messageOf(new AggregateError([])), 'AggregateError');
    assert.equal(messageOf(undefined), 'undefined');
    assert.equal(messageOf({}), 'an object');
    assert.equal(messageOf(5), '5');
  });

  it('cuts what is longer than a thousand characters', () => {
    assert.equal(messageOf(new Error('x'.repeat(1_000))), 'x'.repeat(1_000));
    assert.equal(messageOf(new Error('x'.repeat(1_001))), `${'x'.repeat(1_000)}… (1001 characters)`);
  });

  it('never throws, and is a text of bounded length, whatever was thrown', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = messageOf(value());
        assert.equal(typeof text, 'string');
        assert.ok(text.length <= 1_030, `${text.length} characters`);
      }),
      { numRuns: 3_000, verbose: true },
    );
  });
});
