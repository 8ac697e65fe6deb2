import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { jsonValue } from './json-value.ts';

describe('jsonValue', () => {
  it('is what JSON makes of a value, for every value that JSON can write', () => {
    fc.assert(
      fc.property(
        fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true }),
        (value) => {
          let written: string | undefined;
          try {
            written = JSON.stringify(value);
          } catch {
            return; // BigInt and hostile objects have tests of their own.
          }
          const expected: unknown = written === undefined ? undefined : JSON.parse(written);
          assert.deepEqual(throughJson(jsonValue(value)), expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('leaves out what toJSON leaves out, at any depth', () => {
    class User {
      readonly id = 7;
      readonly password = 's3cret';
      toJSON(): object {
        return { id: this.id };
      }
    }
    assert.deepEqual(jsonValue({ users: [new User()], by: { one: new User() } }), {
      users: [{ id: 7 }],
      by: { one: { id: 7 } },
    });
    assert.deepEqual(jsonValue(new User()), { id: 7 });
  });

  it('leaves out what JSON does not see: inherited and hidden members, symbols, functions, Maps', () => {
    const value = Object.create({ inherited: 's3cret' }, { hidden: { value: 's3cret' } }) as object;
    Object.assign(value, {
      own: 1,
      [Symbol('s')]: 's3cret',
      f: () => 's3cret',
      map: new Map([['k', 's3cret']]),
    });
    assert.deepEqual(jsonValue(value), { own: 1, map: {} });
    assert.equal(
      jsonValue(() => 's3cret'),
      undefined,
    );
    assert.equal(jsonValue(Symbol('s3cret')), undefined);
    assert.deepEqual(jsonValue({ error: new Error('s3cret') }), { error: {} });
  });

  it('keeps integers of 64 bits and bytes', () => {
    const bytes = new Uint8Array([1, 2]);
    assert.deepEqual(jsonValue({ big: 5n, bytes, buffer: Buffer.from('ab') }), {
      big: 5n,
      bytes,
      buffer: Buffer.from('ab'),
    });
  });

  it('writes a cycle as libraries do, and lets an object that occurs twice be', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle['self'] = cycle;
    assert.deepEqual(jsonValue(cycle), { name: 'a', self: '[Circular]' });
    const shared = { s: 1 };
    assert.deepEqual(jsonValue([shared, shared]), [{ s: 1 }, { s: 1 }]);
  });

  it('survives getters, toJSON and proxies that throw', () => {
    const text = '[unable to serialize]';
    assert.equal(
      jsonValue({
        get a() {
          throw new Error('no');
        },
      }),
      text,
    );
    assert.equal(
      jsonValue({
        toJSON() {
          throw new Error('no');
        },
      }),
      text,
    );
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.equal(jsonValue(proxy), text);
    assert.equal(jsonValue({ deep: { proxy } }), text);
  });

  it('ends where depth and breadth have no end', () => {
    let deep: object = {};
    for (let index = 0; index < 10_000; index++) deep = { deep };
    assert.notEqual(jsonValue(deep), undefined);
    const wide = Array.from({ length: 400 }, () => Array.from({ length: 400 }, () => ({ a: 1 })));
    assert.equal(Array.isArray(jsonValue(wide)), true);
    const endless = { toJSON: () => ({ endless }) };
    assert.notEqual(jsonValue(endless), undefined);
  });

  it('keeps a key __proto__ a key', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"b":2}') as object;
    const copied = jsonValue(value) as object;
    assert.equal(Object.getPrototypeOf(copied), Object.prototype);
    assert.deepEqual(Object.keys(copied), ['__proto__', 'b']);
  });
});

function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}
