import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { addressOf } from './host-address.ts';
import { parseProxy, proxyOf } from './http-proxy.ts';
import { isExempt } from './no-proxy.ts';

const NAMES = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'REQUEST_METHOD',
];

afterEach(() => {
  for (const name of NAMES) delete process.env[name];
});

const target = (host: string, port = 443, secure = true) => ({ host, port, secure });

describe('the proxy of a target', () => {
  it('is the one for its scheme, and the lower-case variable wins', () => {
    assert.equal(proxyOf(target('a.test')), undefined);
    process.env['HTTP_PROXY'] = 'http://plain:1';
    process.env['HTTPS_PROXY'] = 'http://upper:2';
    assert.equal(proxyOf(target('a.test'))?.host, 'upper');
    process.env['https_proxy'] = 'lower:3';
    assert.deepEqual(proxyOf(target('a.test')), {
      host: 'lower',
      port: 3,
      secure: false,
      authorization: undefined,
    });
    assert.equal(proxyOf(target('a.test', 80, false))?.host, 'plain');
  });

  it('is never that of a header under CGI', () => {
    process.env['HTTP_PROXY'] = 'http://plain:1';
    process.env['REQUEST_METHOD'] = 'GET';
    assert.equal(proxyOf(target('a.test', 80, false)), undefined);
    process.env['http_proxy'] = 'http://mine:1';
    assert.equal(proxyOf(target('a.test', 80, false))?.host, 'mine');
  });

  it('is none for this machine itself', () => {
    process.env['HTTP_PROXY'] = 'http://plain:1';
    for (const host of [
      'localhost',
      'LOCALHOST.',
      'a.localhost',
      '127.0.0.1',
      '127.1.2.3',
      '::1',
      '::ffff:127.0.0.1',
    ]) {
      assert.equal(proxyOf(target(host, 4318, false)), undefined, host);
    }
    for (const host of ['128.0.0.1', '::2', 'localhost.test']) {
      assert.equal(proxyOf(target(host, 4318, false))?.host, 'plain', host);
    }
  });

  it('is none where it cannot be used', () => {
    for (const wrong of ['socks5://me:hunter2@host', 'http://', '::']) {
      process.env['HTTPS_PROXY'] = wrong;
      assert.equal(proxyOf(target('a.test')), undefined, wrong);
    }
  });
});

describe('the URL of a proxy', () => {
  it('may leave out scheme and port, and hold credentials', () => {
    assert.deepEqual(parseProxy('http://me:p%40ss@proxy'), {
      host: 'proxy',
      port: 80,
      secure: false,
      authorization: `Basic ${btoa('me:p@ss')}`,
    });
    assert.deepEqual(parseProxy('https://[::1]'), {
      host: '::1',
      port: 443,
      secure: true,
      authorization: undefined,
    });
    assert.deepEqual(parseProxy('proxy:3128'), {
      host: 'proxy',
      port: 3128,
      secure: false,
      authorization: undefined,
    });
  });

  it('any text is one or a reason that shows nothing of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withFragments: true })), (text) => {
        const proxy = parseProxy(text);
        if (typeof proxy === 'string') assert.ok(proxy.length < 200);
        else assert.ok(proxy.port >= 0 && proxy.port <= 65_535);
      }),
      { numRuns: 1_000, verbose: 1 },
    );
    assert.ok(!String(parseProxy('ftp://me:hunter2@host')).includes('hunter2'));
  });
});

describe('NO_PROXY', () => {
  it('names hosts, domains, ports, addresses and networks', () => {
    const cases: [string, string, boolean][] = [
      ['*', 'any.test', true],
      ['example.com', 'example.com', true],
      ['example.com', 'a.b.example.com', true],
      ['example.com', 'notexample.com', false],
      ['.example.com', 'a.example.com', true],
      ['.example.com', 'example.com', true],
      ['*.example.com', 'a.example.com', true],
      ['EXAMPLE.com.', 'A.Example.COM', true],
      ['other.test, example.com', 'example.com', true],
      ['other.test example.com', 'example.com', true],
      ['example.com:443', 'example.com', true],
      ['example.com:444', 'example.com', false],
      ['10.1.2.3', '10.1.2.3', true],
      ['10.1.2.3', '10.1.2.30', false],
      ['10.0.0.0/8', '10.255.1.1', true],
      ['10.0.0.0/8', '11.0.0.1', false],
      ['192.168.4.0/22', '192.168.7.255', true],
      ['192.168.4.0/22', '192.168.8.0', false],
      ['10.0.0.1/32', '10.0.0.1', true],
      ['10.0.0.1/0', '99.0.0.1', true],
      ['10.0.0.1/33', '10.0.0.1', false],
      ['10.0.0.1/x', '10.0.0.1', false],
      ['10.0.0.1/8/8', '10.0.0.1', false],
      ['2001:db8::/32', '2001:db8:ffff::1', true],
      ['2001:db8::/32', '2001:db9::1', false],
      ['[2001:db8::1]:443', '2001:db8::1', true],
      ['[2001:db8::1]', '2001:DB8:0:0::1', true],
      ['1', '10.0.0.1', false],
      ['', 'example.com', false],
      [',, ,', 'example.com', false],
    ];
    for (const [list, host, expected] of cases) {
      assert.equal(isExempt(target(host), list), expected, `${list} for ${host}`);
    }
  });

  it('any list is looked through without harm, and a name in it is found', () => {
    fc.assert(
      fc.property(fc.string(), fc.domain(), fc.ipV4(), (any, domain, address) => {
        assert.equal(typeof isExempt(target(domain), any), 'boolean');
        assert.equal(isExempt(target(`a.${domain}`), `other.test,${domain}`), true);
        assert.equal(isExempt(target(address), `${address}/32`), true);
        assert.equal(typeof isExempt(target(address), any), 'boolean');
      }),
      { numRuns: 1_000, verbose: 1 },
    );
  });

  it('reads every way to write an address of IPv6', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        assert.ok([4, 16].includes(addressOf(address)?.length ?? 0), address);
      }),
      { numRuns: 1_000, verbose: 1 },
    );
    assert.deepEqual([...addressOf('::ffff:1.2.3.4')!], [1, 2, 3, 4]);
    assert.equal(addressOf('1.2.3.256'), undefined);
    assert.equal(addressOf('1.2.3'), undefined);
    assert.equal(addressOf('fe80::1%eth0'), undefined);
  });
});
