/** Where paths end early: what must follow of a set is looked at, whatever else is found on the way. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attributes } from '../../api/common/attributes.ts';
import { SeriesMap } from './series-map.ts';
import { NO_TAIL, type Tail } from './series-trie.ts';

interface TestSeries {
  readonly attributes: Attributes;
  tail: Tail;
}

function emptyMap(keeps?: (key: string) => boolean): SeriesMap<TestSeries> {
  return new SeriesMap<TestSeries>(
    {
      hasRoom: () => true,
      make: (attributes) => ({ attributes, tail: NO_TAIL }),
      overflow: () => assert.fail('there is room'),
    },
    keeps,
  );
}

describe('SeriesTrie', () => {
  it('tells a set from one that begins alike, is shorter, longer or differs in its last value', () => {
    const sets: Attributes[] = [
      { a: 1, b: 2, c: 3 },
      { a: 1, b: 2, c: 4 },
      { a: 1, b: 2 },
      { a: 1 },
      {},
      { a: 1, b: 2, c: 3, d: 4 },
      { a: 1, d: 2 },
      { a: 2, b: 2, c: 3 },
      { a: 2, b: 2, c: 3, d: 4 },
    ];
    for (const order of [sets, [...sets].reverse()]) {
      const map = emptyMap();
      const first = order.map((set) => map.find(set));
      assert.equal(new Set(first).size, sets.length);
      for (const [at, set] of order.entries()) {
        assert.equal(map.find({ ...set }), first[at]);
        assert.deepEqual(first[at]!.attributes, set);
        const turned = Object.fromEntries(Object.entries(set).reverse());
        for (let again = 0; again < 2; again++) assert.equal(map.find(turned), first[at]);
      }
    }
  });

  it('finds what is behind a NaN, which does not equal itself', () => {
    const map = emptyMap();
    const series = map.find({ a: 1, b: Number.NaN, c: 2 });
    assert.notEqual(series, map.find({ a: 1, b: Number.NaN, c: 3 }));
    assert.equal(map.find({ a: 1, b: Number.NaN, c: 2 }), series);
    assert.equal(map.known({ a: 1, b: Number.NaN, c: 2 }), series);
  });

  it('shares what follows between series, and keeps apart what differs in each of 1,000', () => {
    const map = emptyMap();
    const made = Array.from({ length: 1_000 }, (_, at) =>
      map.find({ user: at, request: `${at}`, method: 'GET' }),
    );
    assert.equal(new Set(made).size, 1_000);
    for (const [at, series] of made.entries()) {
      assert.equal(map.known({ user: at, request: `${at}`, method: 'GET' }), series);
      assert.equal(map.known({ user: at, request: `${at + 1}`, method: 'GET' }), undefined);
      assert.equal(map.known({ user: at, request: `${at}`, method: 'PUT' }), undefined);
    }
    const alike = Array.from({ length: 10 }, (_, at) => map.find({ host: at, method: 'GET', status: 200 }));
    assert.equal(new Set(alike.map(({ tail }) => tail)).size, 1);
  });

  it('makes attributes that are a copy, with every key there is', () => {
    const map = emptyMap((key) => key !== 'left out');
    const given = JSON.parse('{"__proto__":1,"constructor":2,"7":3,"left out":4,"kept":5}') as Attributes;
    const { attributes } = map.find(given);
    assert.deepEqual(
      Object.entries(attributes).sort(),
      Object.entries(given)
        .filter(([key]) => key !== 'left out')
        .sort(),
    );
    assert.equal(Object.getPrototypeOf(attributes), Object.prototype);
    assert.notEqual(map.find({ kept: 5 }), map.find(given));
  });
});
