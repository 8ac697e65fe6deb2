/** What headers say of host, port, scheme and client: the forms of RFC 7239 and 9110, and everything else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { contentLength } from '../shared/http-duration.ts';
import { forwardedOf } from './forwarded.ts';
import { hostOf } from './host-header.ts';

const token = fc.stringMatching(/^[a-z0-9.-]{1,12}$/);
const IPV6 = '2001:db8::17';

describe('forwardedOf', () => {
  it('is undefined for a request that came straight', () => {
    assert.equal(forwardedOf({ host: 'a', 'x-forwarded-server': 'b' }), undefined);
  });

  it('reads the first hop of Forwarded, quoted or not, in any order and case', () => {
    const name = (text: string) => fc.constantFrom(text, text.toUpperCase());
    const value = fc
      .tuple(token, fc.boolean())
      .map(([text, isQuoted]) => [text, isQuoted ? `"${text}"` : text]);
    fc.assert(
      fc.property(
        fc.tuple(name('for'), value),
        fc.tuple(name('host'), value),
        fc.constantFrom('http', 'HTTPS'),
        fc.constantFrom('', ', for=10.0.0.1;host=late', ',for="x,y"'),
        fc.boolean(),
        ([forName, [client, clientText]], [hostName, [host, hostText]], proto, rest, isReversed) => {
          const pairs = [`${forName}=${clientText}`, `${hostName}=${hostText}`, `proto=${proto}`];
          if (isReversed) pairs.reverse();
          const header = pairs.join(';') + rest;
          assert.deepEqual(forwardedOf({ forwarded: header, 'x-forwarded-for': '9.9.9.9' }), {
            client,
            host,
            proto: proto.toLowerCase(),
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes ports and brackets off addresses, and nothing off names', () => {
    for (const [text, address] of [
      [`"[${IPV6}]:4711"`, IPV6],
      [`"[${IPV6}]"`, IPV6],
      ['192.0.2.1:80', '192.0.2.1'],
      ['192.0.2.1', '192.0.2.1'],
      ['_hidden', '_hidden'],
      ['unknown', 'unknown'],
    ]) {
      assert.equal(forwardedOf({ forwarded: `for=${text}` })?.client, address);
    }
    assert.equal(forwardedOf({ 'x-forwarded-for': `[${IPV6}]:1, 1.1.1.1` })?.client, IPV6);
    assert.equal(forwardedOf({ 'x-forwarded-for': '192.0.2.1:443,x' })?.client, '192.0.2.1');
  });

  it('does not split at a comma within quotes', () => {
    assert.equal(forwardedOf({ forwarded: 'host="a,b";for=c, for=d' })?.client, 'c');
  });

  it('takes a scheme of 16 characters and none of 17', () => {
    const scheme = 'a'.repeat(16);
    assert.equal(forwardedOf({ 'x-forwarded-proto': scheme })?.proto, scheme);
    assert.equal(forwardedOf({ 'x-forwarded-proto': `${scheme}a` })?.proto, undefined);
    assert.equal(forwardedOf({ 'x-forwarded-proto': 'ht tp' })?.proto, undefined);
  });

  it('never throws, and gives no empty text, whatever the headers are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.stringMatching(/^[a-z=;", ]{0,30}$/),
    );
    const header = fc.oneof(text, fc.array(text), fc.constant(undefined));
    fc.assert(
      fc.property(header, header, header, header, (forwarded, client, host, proto) => {
        const result = forwardedOf({
          forwarded: forwarded as string,
          'x-forwarded-for': client,
          'x-forwarded-host': host,
          'x-forwarded-proto': proto,
        } as never);
        for (const value of Object.values(result ?? {})) assert.notEqual(value, '');
      }),
      { numRuns: 2000 },
    );
  });

  it('takes time linear in the length', () => {
    const started = performance.now();
    for (const part of [';', 'for=', '"', ', ', ' ;', 'for="', '[', '1.']) {
      forwardedOf({ forwarded: part.repeat(300_000 / part.length) });
      forwardedOf({ 'x-forwarded-for': part.repeat(300_000 / part.length) });
    }
    // What is quadratic takes minutes.
    assert.ok(performance.now() - started < 20_000);
  });
});

describe('hostOf', () => {
  it('reads names, addresses and ports up to 65535', () => {
    assert.deepEqual(hostOf('shop.test', 'http'), { address: 'shop.test', port: 80 });
    assert.deepEqual(hostOf('shop.test', 'https'), { address: 'shop.test', port: 443 });
    assert.deepEqual(hostOf(`[${IPV6}]:8080`, 'http'), { address: IPV6, port: 8080 });
    assert.deepEqual(hostOf('a:65535', 'http'), { address: 'a', port: 65_535 });
    assert.deepEqual(hostOf('a:65536', 'http'), { address: 'a', port: undefined });
    for (const text of [undefined, '', ':80', 'a:b', '[::1', 'a:1:2', IPV6]) {
      assert.deepEqual(hostOf(text, 'http'), { address: undefined, port: undefined });
    }
  });

  it('never throws, and gives back every name with its port', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 0, max: 65_535 }), fc.string(), (name, port, odd) => {
        assert.deepEqual(hostOf(`${name}:${port}`, 'http'), { address: name, port });
        hostOf(odd, 'http');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('contentLength', () => {
  it('takes up to 15 digits and nothing else', () => {
    assert.equal(contentLength('999999999999999'), 999_999_999_999_999);
    assert.equal(contentLength('1000000000000000'), undefined);
    assert.equal(contentLength(' 7 '), 7);
    assert.equal(contentLength(7), 7);
    for (const header of [undefined, null, '', '-1', '1.5', 'a', ['1', '2'], Number.NaN]) {
      assert.equal(contentLength(header), undefined);
    }
  });
});
