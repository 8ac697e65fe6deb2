/** The default getter and setter over the carriers that people use, and reading through getters of the official API. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { defaultTextMapGetter, defaultTextMapSetter, getAll, getFirst } from './text-map-carrier.ts';

const getter = defaultTextMapGetter;

describe('defaultTextMapGetter', () => {
  it('reads objects, Headers and Map', () => {
    const carriers = [
      { traceparent: 'a' },
      new Headers({ traceparent: 'a' }),
      new Map([['traceparent', 'a']]),
      new Map([['TraceParent', 'a']]),
    ];
    for (const carrier of carriers) {
      assert.equal(getter.get(carrier, 'traceparent'), 'a');
      assert.equal(getter.get(carrier, 'TRACEPARENT'), 'a');
      assert.equal(getter.get(carrier, 'tracestate'), undefined);
      assert.equal(getter.keys(carrier).length, 1);
    }
  });

  it('gives the exact name before one that differs in case', () => {
    assert.equal(getter.get({ A: 'other', a: 'exact' }, 'a'), 'exact');
  });

  it('reads no inherited names', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      assert.equal(getter.get({}, name), undefined);
    }
  });

  it('leaves out what is no text', () => {
    assert.deepEqual(getter.getAll({ a: ['1', 2, null, {}, Symbol('x'), () => 1] }, 'a'), ['1', '2']);
    assert.equal(getter.get({ a: [] }, 'a'), undefined);
  });

  it('never throws', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('keys');
        },
        get() {
          throw new Error('get');
        },
        getOwnPropertyDescriptor() {
          throw new Error('descriptor');
        },
      },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.constant(hostile)), fc.anything(), (carrier, key) => {
        getter.get(carrier, key as string);
        getter.getAll(carrier, key as string);
        getter.keys(carrier);
        defaultTextMapSetter.set(carrier, key as string, 'v');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('defaultTextMapSetter', () => {
  it('writes to objects, Headers and Map, with the casing it was given', () => {
    const object: Record<string, string> = {};
    const headers = new Headers();
    const map = new Map<string, string>();
    for (const carrier of [object, headers, map]) defaultTextMapSetter.set(carrier, 'X-Name', 'v');
    assert.deepEqual(object, { 'X-Name': 'v' });
    assert.equal(headers.get('x-name'), 'v');
    assert.deepEqual([...map], [['X-Name', 'v']]);
  });

  it('never throws', () => {
    for (const carrier of [undefined, null, 5, 'text', Object.freeze({}), new Headers()]) {
      for (const key of ['a', '', 'not a header\n', undefined, Symbol('a')]) {
        defaultTextMapSetter.set(carrier, key as string, 'v');
      }
    }
  });

  it('makes __proto__ a field like any other', () => {
    const carrier: Record<string, string> = {};
    defaultTextMapSetter.set(carrier, '__proto__', 'v');
    assert.deepEqual(Object.keys(carrier), ['__proto__']);
    assert.equal(Object.getPrototypeOf(carrier), Object.prototype);
  });
});

describe('getFirst and getAll', () => {
  it('read through getters without getAll, and past arrays', () => {
    const official = {
      keys: () => [],
      get: (_: unknown, key: string) => (key === 'list' ? ['1', '2'] : 'one'),
    };
    assert.deepEqual([getFirst(official, {}, 'list'), getAll(official, {}, 'list')], ['1', ['1', '2']]);
    assert.deepEqual([getFirst(official, {}, 'x'), getAll(official, {}, 'x')], ['one', ['one']]);
  });

  it('take a getter that throws for one that finds nothing', () => {
    const broken = {
      keys: () => [],
      get() {
        throw new Error('no');
      },
    };
    assert.deepEqual([getFirst(broken, {}, 'a'), getAll(broken, {}, 'a')], [undefined, []]);
  });
});
