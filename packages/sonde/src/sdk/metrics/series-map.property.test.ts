/** Whatever attributes come, in whatever order: the same set has one series, different sets have different ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Attributes } from '../../api/common/attributes.ts';
import { SeriesMap } from './series-map.ts';
import { NO_TAIL, type Tail } from './series-trie.ts';

interface TestSeries {
  readonly attributes: Attributes;
  readonly number: number;
  tail: Tail;
}

function mapOf(limit: number, keeps?: (key: string) => boolean) {
  const overflow: TestSeries = { attributes: { overflow: true }, number: -1, tail: NO_TAIL };
  let made = 0;
  const map: SeriesMap<TestSeries> = new SeriesMap<TestSeries>(
    {
      hasRoom: () => map.all.length < limit,
      make: (attributes) => ({ attributes, number: made++, tail: NO_TAIL }),
      overflow: () => overflow,
    },
    keeps,
  );
  return { map, overflow };
}

/** What a set of attributes is, for somebody who has all the time in the world. */
function identity(attributes: Attributes, keeps: (key: string) => boolean = () => true): string {
  const entries = Object.entries(attributes).filter(
    ([key, value]) => value !== undefined && key !== '' && keeps(key),
  );
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? `[${value.map(text).join()}]`
      : `${typeof value} ${Object.is(value, -0) ? '0' : String(value)}`;
  return JSON.stringify(entries.map(([key, value]) => [key, text(value)]).sort());
}

const key = fc.constantFrom('a', 'b', 'c', 'd', '1', '2', '__proto__', 'toString', '');
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>('x', 'y', '1', 1, 2, true, false) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(undefined, null, Number.NaN, -0, 0, 3n, 'true') },
  { weight: 1, arbitrary: fc.array(fc.constantFrom<unknown>('x', 1, true), { maxLength: 2 }) },
);
/** A list of pairs makes the object, so that the order of keys is drawn too. */
const attributes = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((pairs) => {
  const object: Record<string, unknown> = {};
  for (const [name, held] of pairs) {
    Object.defineProperty(object, name, {
      value: held,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object as Attributes;
});

describe('SeriesMap', () => {
  it('gives one series for each set, in any order of keys, as often as it is asked', () => {
    fc.assert(
      fc.property(fc.array(attributes, { maxLength: 40 }), (all) => {
        const { map } = mapOf(Number.POSITIVE_INFINITY);
        const known = new Map<string, TestSeries>();
        for (const each of [...all, ...all]) {
          const series = map.find(each);
          const expected = known.get(identity(each));
          if (expected === undefined) known.set(identity(each), series);
          else assert.equal(series, expected);
          assert.equal(identity(series.attributes), identity(each));
        }
        assert.equal(new Set(known.values()).size, known.size);
        assert.equal(map.all.length, known.size);
      }),
      { numRuns: 2_000 },
    );
  });

  it('looks only at the keys that are kept', () => {
    const keeps = (name: string): boolean => name !== 'a' && name !== '1';
    fc.assert(
      fc.property(fc.array(attributes, { maxLength: 30 }), (all) => {
        const { map } = mapOf(Number.POSITIVE_INFINITY, keeps);
        const known = new Map<string, TestSeries>();
        for (const each of [...all, ...all]) {
          const series = map.find(each);
          assert.equal(series, known.get(identity(each, keeps)) ?? series);
          known.set(identity(each, keeps), series);
        }
        assert.equal(map.all.length, known.size);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds what there is, also filtered, while others have no room', () => {
    const keeps = (name: string): boolean => name !== 'a' && name !== '1';
    fc.assert(
      fc.property(fc.array(attributes, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (all, limit) => {
        const { map, overflow } = mapOf(limit, keeps);
        const known = new Map<string, TestSeries>();
        for (const each of [...all, ...all, ...all]) {
          const series = map.find(each);
          const id = identity(each, keeps);
          if (known.has(id)) assert.equal(series, known.get(id));
          else if (known.size < limit) known.set(id, series);
          else assert.equal(series, overflow);
        }
        assert.equal(map.all.length, known.size);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never has more series than it has room for, forgets what it is told to, and then has room again', () => {
    fc.assert(
      fc.property(fc.array(attributes, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (all, limit) => {
        const { map, overflow } = mapOf(limit);
        const first = new Map<string, TestSeries>();
        for (const each of [...all, ...all, ...all]) {
          const series = map.find(each);
          const known = first.get(identity(each));
          if (known !== undefined) assert.equal(series, known);
          else if (series === overflow) assert.equal(map.all.length, limit);
          else first.set(identity(each), series);
        }
        assert.ok(map.all.length <= limit);
        map.retain(({ number }) => number % 2 === 0);
        for (const [id, series] of first) {
          if (series.number % 2 === 0) assert.equal(map.find(series.attributes), series, id);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
