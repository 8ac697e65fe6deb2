import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Parsed, type ParsedValue, parseEnvironmentValue } from './environment-parse.ts';
import type { EnvironmentRow, EnvironmentType } from './environment-table.ts';

function parse(type: EnvironmentType, text: string, more: Partial<EnvironmentRow> = {}): Parsed {
  return parseEnvironmentValue({ type, spec: 'general', wiredBy: '', ...more }, text);
}

function value(
  type: EnvironmentType,
  text: string,
  more: Partial<EnvironmentRow> = {},
): ParsedValue | undefined {
  return parse(type, text, more).value;
}

describe('parseEnvironmentValue', () => {
  it('takes only "true" in any case for true', () => {
    for (const text of ['true', 'TRUE', 'True', ' true '])
      assert.deepEqual(parse('boolean', text), { value: true });
    for (const text of ['false', 'FALSE']) assert.deepEqual(parse('boolean', text), { value: false });
    for (const text of ['1', 'yes', 'on', 'truee']) {
      const parsed = parse('boolean', text);
      assert.equal(parsed.value, false);
      assert.match(parsed.problem ?? '', /true and false/);
    }
  });

  it('takes whole decimal numbers within bounds, last accepted and first rejected', () => {
    assert.equal(value('integer', '0'), 0);
    assert.equal(value('integer', '-0'), 0);
    assert.equal(value('integer', '2147483647'), 2147483647);
    assert.equal(value('integer', '2147483648'), undefined);
    assert.equal(value('integer', '-1'), undefined);
    assert.equal(value('integer', '1', { min: 1 }), 1);
    assert.equal(value('integer', '0', { min: 1 }), undefined);
    assert.equal(value('integer', '65535', { max: 65535 }), 65535);
    assert.equal(value('integer', '65536', { max: 65535 }), undefined);
    for (const text of ['1.5', '0x10', '1e3', '١', '1_000', '5s', 'NaN', 'Infinity', '--1', '1 2'])
      assert.equal(value('integer', text), undefined, text);
  });

  it('takes 0 for a duration and for a timeout, and says the unit', () => {
    assert.equal(value('duration', '0'), 0);
    assert.equal(value('timeout', '0'), 0);
    assert.match(parse('duration', '-5').problem ?? '', /milliseconds from 0 to 2147483647/);
    assert.match(parse('timeout', 'soon').problem ?? '', /0 means no limit/);
  });

  it('takes words of an enum in any case and gives the canonical one', () => {
    const values = ['none', 'gzip'];
    assert.equal(value('enum', 'GZIP', { values }), 'gzip');
    assert.equal(value('enum', ' gzip ', { values }), 'gzip');
    assert.deepEqual(parse('enum', 'brotli', { values }), { problem: 'allowed are none, gzip' });
  });

  it('takes lists without doubles and keeps what it knows', () => {
    const values = ['a', 'b', 'none'];
    assert.deepEqual(value('enums', 'b, A ,b,,', { values }), ['b', 'a']);
    const parsed = parse('enums', 'a,zzz', { values });
    assert.deepEqual(parsed.value, ['a']);
    assert.match(parsed.problem ?? '', /"zzz" is not known; allowed are a, b, none/);
    assert.equal(parse('enums', 'zzz', { values }).value, undefined);
    assert.deepEqual(parse('enums', ' , ', { values }), {});
  });

  it('decodes keys and values of pairs and keeps the last of two equal keys', () => {
    const pairs = value('pairs', 'service.name=a%2Cb, k%3D=v=w ,k=1,k=2,empty=,__proto__=x');
    assert.deepEqual(
      [...(pairs as ReadonlyMap<string, string>)],
      [
        ['service.name', 'a,b'],
        ['k=', 'v=w'],
        ['k', '2'],
        ['empty', ''],
        ['__proto__', 'x'],
      ],
    );
  });

  it('discards a list of pairs with one bad member', () => {
    for (const text of ['a=1,b', 'a=1,=2', 'a=%zz', 'a=1,b=%E0%A4%A'])
      assert.match(parse('pairs', text).problem ?? '', /is not key=value/, text);
  });

  it('survives every text, and a value or a problem comes of each that is not blank', () => {
    const types: EnvironmentType[] = ['boolean', 'integer', 'duration', 'timeout', 'limit', 'string', 'enum'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.string({ unit: 'binary', minLength: 1 }), (type, text) => {
        const parsed = parse(type, text, { values: ['x'] });
        assert.ok(parsed.value !== undefined || parsed.problem !== undefined);
        if (typeof parsed.value === 'number') assert.ok(parsed.value >= 0 && parsed.value < 2 ** 31);
      }),
      { numRuns: 2_000, verbose: true },
    );
  });

  it('reads back any pairs that were percent-encoded', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.dictionary(
          text.filter((key) => key !== ''),
          text,
          { minKeys: 1 },
        ),
        (given) => {
          const encoded = Object.entries(given)
            .map(([key, each]) => `${encodeURIComponent(key)}=${encodeURIComponent(each)}`)
            .join(',');
          const read = value('pairs', encoded) as ReadonlyMap<string, string>;
          assert.deepEqual([...read], Object.entries(given));
        },
      ),
      { numRuns: 1_000, verbose: true },
    );
  });

  it('survives every text given as pairs', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('=', ',', '%', '2', 'C', ' ', 'ü') }), (text) => {
        const parsed = parse('pairs', text);
        assert.ok(parsed.value === undefined || parsed.problem === undefined);
      }),
      { numRuns: 2_000, verbose: true },
    );
  });
});
