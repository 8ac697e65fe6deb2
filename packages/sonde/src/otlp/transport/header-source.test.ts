import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { HeaderSource } from './header-source.ts';

describe('the headers of a request', () => {
  it('are the fixed ones, and over them those of the function, asked each time', async () => {
    let asked = 0;
    const source = new HeaderSource('Basic x', { a: 'fixed', b: 'fixed' }, () => ({ B: `asked ${++asked}` }));
    assert.deepEqual(await source.headers(0), { authorization: 'Basic x', a: 'fixed', b: 'asked 1' });
    assert.deepEqual(await source.headers(100), { authorization: 'Basic x', a: 'fixed', b: 'asked 2' });
    assert.deepEqual(source.headersNow(), {
      headers: { authorization: 'Basic x', a: 'fixed', b: 'asked 3' },
      incomplete: undefined,
    });
  });

  it('when nobody can wait, are the last ones that a promise gave', async () => {
    let token = 'one';
    const source = new HeaderSource(undefined, {}, async () => ({ token }));
    assert.deepEqual(source.headersNow(), {
      headers: {},
      incomplete: 'the header function has given no headers yet',
    });
    await source.headers(100);
    token = 'two';
    assert.deepEqual(source.headersNow(), { headers: { token: 'one' }, incomplete: undefined });
  });

  it('of a function that fails, is late or gives nonsense are no headers', async () => {
    const wrong: [() => never, RegExp][] = [
      [() => assert.fail('no token') as never, /the header function failed: no token/],
      [(() => new Promise(() => {})) as () => never, /no headers within 20 ms/],
      [(() => ({ then: () => {} })) as () => never, /no headers within 20 ms/],
      [runInNewContext('() => new Promise(() => {})') as () => never, /no headers within 20 ms/],
      [(() => 5) as () => never, /number given; allowed is an object of strings/],
      [(() => ({ a: 'line\nbreak' })) as () => never, /the value of "a" holds a character/],
    ];
    // The limit's own timer does not hold the process.
    const holding = setTimeout(() => {}, 10_000);
    for (const [ask, message] of wrong) {
      const source = new HeaderSource(undefined, { kept: 'yes' }, ask);
      await assert.rejects(source.headers(20), { message });
      assert.deepEqual(source.headersNow().headers, { kept: 'yes' });
    }
    clearTimeout(holding);
  });

  it('once given, last through a later failure when nobody can wait', async () => {
    let fails = false;
    const ask = (): Record<string, string> => {
      if (fails) throw new Error('gone');
      return { token: 'good' };
    };
    const source = new HeaderSource(undefined, {}, ask);
    await source.headers(0);
    fails = true;
    assert.deepEqual(source.headersNow(), { headers: { token: 'good' }, incomplete: undefined });
  });
});
