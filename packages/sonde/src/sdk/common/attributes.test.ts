import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AttributeTemplate } from '../../api/common/attribute-template.ts';
import { copyAttributeValue, INVALID_VALUE, truncate } from './attribute-value.ts';
import { type AttributeLimits, AttributeList } from './attributes.ts';

const limits: AttributeLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Infinity,
  attributeValueDepthLimit: 64,
};

describe('AttributeList', () => {
  it('keeps the last value of a key and the order of first use, before and after 16 keys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.integer())), (pairs) => {
        const list = new AttributeList();
        const expected = new Map<string, number>();
        for (const [key, value] of pairs) {
          if (expected.has(key) || expected.size < 128) expected.set(key, value);
          list.set(key, value, limits);
        }
        assert.deepEqual(Object.entries(list.toObject()), Object.entries(Object.fromEntries(expected)));
      }),
      { numRuns: 1000 },
    );
  });

  it('tells keys apart whatever the lists before had, and when lists are filled by turns', () => {
    const step = fc.tuple(
      fc.nat(3),
      fc.constantFrom('a', 'b', 'c', 'dd', 'ee', 'f'.repeat(65)),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lists = Array.from({ length: 4 }, () => new AttributeList());
        const expected = Array.from({ length: 4 }, () => new Map<string, number>());
        for (const [index, key, value] of steps) {
          const map = expected[index]!;
          if (map.has(key) || map.size < 5) map.set(key, value);
          lists[index]!.set(key, value, { ...limits, attributeCountLimit: 5 });
        }
        for (const [index, list] of lists.entries()) {
          assert.deepEqual(
            Object.entries(list.toObject()),
            Object.entries(Object.fromEntries(expected[index]!)),
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the attribute at the limit and drops the next, in both forms', () => {
    for (const readFirst of [false, true]) {
      const list = new AttributeList();
      if (readFirst) list.toObject();
      for (let index = 0; index < 3; index++)
        list.set(`k${index}`, index, { ...limits, attributeCountLimit: 2 });
      list.set('k0', 'changed', { ...limits, attributeCountLimit: 2 });
      assert.deepEqual(list.toObject(), { k0: 'changed', k1: 1 });
      assert.equal(list.dropped, 1);
    }
  });

  it('gives one object, which is the truth from then on', () => {
    const list = new AttributeList();
    list.set('a', 1, limits);
    const object = list.toObject();
    delete object['a'];
    list.set('b', 2, limits);
    assert.deepEqual(object, { b: 2 });
    assert.equal(list.toObject(), object);
  });

  it('keeps __proto__ and constructor ordinary keys', () => {
    const list = new AttributeList();
    list.setAll(JSON.parse('{"__proto__": "x", "constructor": "y"}'), limits);
    const object = list.toObject();
    assert.equal(Object.getPrototypeOf(object), Object.prototype);
    assert.deepEqual(Object.entries(object), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    list.set('__proto__', 'z', limits);
    assert.deepEqual(Object.entries(object)[0], ['__proto__', 'z']);
  });

  it('with a template is what it would be without, whatever is written and read', () => {
    const small = { ...limits, attributeCountLimit: 6, attributeValueLengthLimit: 3 };
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const operation = fc.oneof(
      fc.record({ key, value: fc.oneof(fc.string({ maxLength: 5 }), fc.integer()) }),
      fc.constantFrom('read' as const, 'has' as const),
    );
    const shared = fc.uniqueArray(key, { maxLength: 5 });
    const value = fc.oneof(fc.string({ maxLength: 4 }), fc.boolean());
    fc.assert(
      fc.property(
        shared,
        fc.array(value, { minLength: 7, maxLength: 7 }),
        fc.array(operation),
        fc.boolean(),
        (keys, values, operations, isLate) => {
          const plain = new AttributeList();
          const templated = new AttributeList();
          const before = isLate ? 1 : 0;
          for (const list of [plain, templated]) if (isLate) list.set('a', 'first', small);
          const entries = keys.flatMap((each, index) => [each, values[index]!]);
          templated.share(new AttributeTemplate(entries), small);
          for (let slot = 0; slot < entries.length; slot += 2)
            plain.set(entries[slot] as string, entries[slot + 1], small);
          for (const each of operations) {
            if (each === 'read') assert.deepEqual(templated.toObject(), plain.toObject());
            else if (each === 'has') assert.equal(templated.has('b'), plain.has('b'));
            else for (const list of [plain, templated]) list.set(each.key, each.value, small);
          }
          assert.equal(templated.dropped, plain.dropped);
          assert.deepEqual(Object.entries(templated.toObject()), Object.entries(plain.toObject()));
          assert.ok(Object.keys(plain.toObject()).length >= before);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('shares a template that is at the limits, and copies one over them', () => {
    const template = new AttributeTemplate(['a', 'abc', 'b', 1]);
    const at = { ...limits, attributeCountLimit: 2, attributeValueLengthLimit: 3 };
    for (const [given, isShared] of [
      [at, true],
      [{ ...at, attributeCountLimit: 1 }, false],
      [{ ...at, attributeValueLengthLimit: 2 }, false],
    ] as const) {
      const list = new AttributeList();
      list.share(template, given);
      assert.equal(list.shared === template, isShared);
      list.set('c', 1, given);
      assert.equal(list.dropped, given.attributeCountLimit === 1 ? 2 : 1);
    }
    assert.deepEqual(template.entries, ['a', 'abc', 'b', 1]);
  });

  it('keeps its index right when a template becomes its own beyond 16 keys', () => {
    const list = new AttributeList();
    list.share(
      new AttributeTemplate(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? `s${i}` : i))),
      limits,
    );
    for (let index = 0; index < 20; index++) list.set(`k${index}`, index, limits);
    list.set('s4', 'changed', limits);
    for (let index = 0; index < 20; index++) list.set(`k${index}`, -index, limits);
    const object = list.toObject();
    assert.equal(Object.keys(object).length, 30);
    assert.equal(object['s4'], 'changed');
    assert.equal(object['k19'], -19);
  });

  it('bears every hostile source', () => {
    const list = new AttributeList();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const sources = [
      null,
      undefined,
      1,
      'text',
      proxy,
      {
        get a() {
          throw new Error('no');
        },
      },
    ];
    for (const source of sources) list.setAll(source as never, limits);
    for (const key of ['', 1, null, undefined, Symbol('s'), {}]) list.set(key as never, 1, limits);
    for (const value of [() => 1, Symbol('s'), undefined]) list.set('k', value, limits);
    assert.deepEqual(list.toObject(), {});
  });
});

describe('the copy of a value', () => {
  it('never throws, is never longer than the limits, and shares nothing with the original', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
        (value) => {
          const copied = copyAttributeValue(value, { ...limits, attributeValueLengthLimit: 5 });
          if (typeof value === 'object' && value !== null) assert.notEqual(copied, value);
          if (typeof copied === 'string') assert.ok([...copied].length <= 5);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('cuts at characters, not in the middle of a surrogate pair', () => {
    assert.equal(truncate('a😀b', 1), 'a');
    assert.equal(truncate('a😀b', 2), 'a😀');
    assert.equal(truncate('a😀b', 3), 'a😀b');
    assert.equal(copyAttributeValue('abc', { ...limits, attributeValueLengthLimit: 0 }), '');
  });

  it('has an empty value where a cycle, a limit of depth or something unreadable was', () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle['self'] = cycle;
    assert.deepEqual(copyAttributeValue(cycle, limits), { a: 1, self: null });
    assert.deepEqual(copyAttributeValue([[[1]]], { ...limits, attributeValueDepthLimit: 2 }), [[null]]);
    assert.deepEqual(copyAttributeValue([() => 1, undefined], limits), [null, null]);
    const hostile = {
      get a() {
        throw new Error('no');
      },
    };
    assert.equal(copyAttributeValue(hostile, limits), INVALID_VALUE);
  });

  it('stays bounded when a small graph unfolds without end', () => {
    let graph: unknown[] = [1];
    for (let level = 0; level < 40; level++) graph = [graph, graph];
    const copied = copyAttributeValue(graph, limits);
    assert.ok(JSON.stringify(copied).length < 2_000_000);
  });

  it('keeps integers of 64 bits and writes larger ones as text', () => {
    assert.equal(copyAttributeValue(2n ** 63n - 1n, limits), 2n ** 63n - 1n);
    assert.equal(copyAttributeValue(2n ** 63n, limits), '9223372036854775808');
    assert.equal(copyAttributeValue(-(2n ** 63n), limits), -(2n ** 63n));
    assert.equal(copyAttributeValue(-(2n ** 63n) - 1n, limits), '-9223372036854775809');
  });

  it('truncates byte arrays in bytes', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    assert.deepEqual(
      copyAttributeValue(bytes, { ...limits, attributeValueLengthLimit: 2 }),
      new Uint8Array([1, 2]),
    );
  });
});
