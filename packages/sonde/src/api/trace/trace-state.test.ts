/** TraceState: the grammar of level 2, its limits, and that no input makes it invalid. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createTraceState } from './trace-state.ts';

const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[ -~]{0,255}[!-~]$/;

/** What the specification demands of a header, written apart from the parser. */
function assertValid(header: string): void {
  if (header === '') return;
  assert.ok(header.length <= 512, `${header.length} characters`);
  const members = header.split(',');
  assert.ok(members.length <= 32, `${members.length} members`);
  const keys = members.map((member) => {
    const at = member.indexOf('=');
    const value = member.slice(at + 1);
    assert.match(member.slice(0, at), KEY);
    assert.match(value, VALUE);
    assert.ok(!value.includes('='));
    return member.slice(0, at);
  });
  assert.equal(new Set(keys).size, keys.length);
}

const members = (count: number, length = 4): string =>
  Array.from({ length: count }, (_, i) => `k${i}=${'v'.repeat(length)}`).join(',');

describe('createTraceState', () => {
  it('accepts the last and refuses the first key beyond the limits', () => {
    const cases: [string, boolean][] = [
      ['a', true],
      ['0', true],
      ['1vendor', true],
      ['a@b@c', true],
      ['a@', true],
      [`a${'b'.repeat(255)}`, true],
      [`a${'b'.repeat(256)}`, false],
      ['@a', false],
      ['_a', false],
      ['A', false],
      ['a b', false],
      ['a.b', false],
      ['', false],
    ];
    for (const [key, isValid] of cases) {
      assert.equal(createTraceState().set(key, 'v').get(key), isValid ? 'v' : undefined, key);
      assert.equal(createTraceState(`${key}=v`).get(key), isValid ? 'v' : undefined, key);
    }
  });

  it('accepts the last and refuses the first value beyond the limits', () => {
    const cases: [string, boolean][] = [
      ['v', true],
      ['a b', true],
      [' v', true],
      ['~', true],
      ['v'.repeat(256), true],
      ['v'.repeat(257), false],
      ['v ', false],
      ['', false],
      ['a,b', false],
      ['a=b', false],
      ['ü', false],
      ['a\tb', false],
      ['a\nb', false],
      ['\x7f', false],
    ];
    for (const [value, isValid] of cases) {
      assert.equal(
        createTraceState().set('k', value).get('k'),
        isValid ? value : undefined,
        JSON.stringify(value),
      );
    }
  });

  it('keeps 32 members and no more', () => {
    assert.equal(createTraceState(members(32)).serialize().split(',').length, 32);
    const full = createTraceState(members(33));
    assert.equal(full.get('k31'), 'vvvv');
    assert.equal(full.get('k32'), undefined);
    const pushed = createTraceState(members(32)).set('new', 'v');
    assert.equal(pushed.get('k31'), undefined);
    assert.ok(pushed.serialize().startsWith('new=v,k0='));
  });

  it('writes 512 characters whole and shortens from 513', () => {
    const fits = `a=${'v'.repeat(255)},b=${'v'.repeat(252)}`;
    assert.equal(fits.length, 512);
    assert.equal(createTraceState(fits).serialize(), fits);
    assert.equal(createTraceState(`${fits}v`).serialize(), `a=${'v'.repeat(255)}`);
  });

  it('drops members over 128 characters before shorter ones, then from the end', () => {
    const large = `large=${'v'.repeat(200)}`;
    const small = members(40, 12).split(',').slice(0, 30).join(',');
    assert.ok(small.length < 512);
    assert.equal(createTraceState(`${large},${small}`).serialize(), small);
    const many = members(32, 20);
    const written = createTraceState(many).serialize();
    assert.ok(many.startsWith(`${written},`));
    assert.ok(written.length > 512 - 25);
  });

  it('takes optional whitespace and empty members, keeps the first of a key that occurs twice', () => {
    assert.equal(createTraceState(' a=1 ,\t, b=2\t,,a=3').serialize(), 'a=1,b=2');
  });

  it('gives valid lists for any text and any sequence of changes', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.stringMatching(/^([a-z0-9@]{1,8}=[ -~]{0,20},?){0,50}$/),
    );
    fc.assert(
      fc.property(nasty, fc.array(fc.tuple(nasty, nasty, fc.boolean())), (header, changes) => {
        let state = createTraceState(header);
        assertValid(state.serialize());
        for (const [key, value, isSet] of changes) {
          state = isSet ? state.set(key, value) : state.unset(key);
          assertValid(state.serialize());
        }
        assert.equal(createTraceState(state.serialize()).serialize(), state.serialize());
      }),
      { numRuns: 2_000 },
    );
  });

  it('looks at megabytes in no time', () => {
    const started = performance.now();
    assert.equal(createTraceState('a=1,'.repeat(1_000_000)).serialize(), '');
    assert.equal(createTraceState(`${'='.repeat(1_000_000)}`).serialize(), '');
    // What is quadratic takes minutes.
    assert.ok(performance.now() - started < 10_000);
  });
});
