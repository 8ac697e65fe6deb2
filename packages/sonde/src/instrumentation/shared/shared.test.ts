/** Redaction, methods and hooks, by examples and by hostile input. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { callHook } from './hook.ts';
import { KnownMethods, spanNameOf } from './http-method.ts';
import { DEFAULT_REDACTED_KEYS, redactQuery, redactUrl } from './url-redaction.ts';

const KEYS = new Set(DEFAULT_REDACTED_KEYS);
const RUNS = { numRuns: 2_000 };

/** Text made of what URLs are made of, and of anything. */
const piece = fc.oneof(
  fc.constantFrom('?', '&', '=', '@', '#', ':', '/', '//', '%', 'sig', 'Signature', 'https://', 'a', ''),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const hostile = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));

describe('redactQuery', () => {
  it('replaces the values of the keys, as written, and nothing else', () => {
    assert.equal(redactQuery('a=1&sig=x&sigh=y&b', KEYS), 'a=1&sig=REDACTED&sigh=y&b');
    assert.equal(redactQuery('Signature=a=b==&SIG=c', KEYS), 'Signature=REDACTED&SIG=c');
    assert.equal(redactQuery('sig', KEYS), 'sig');
    assert.equal(redactQuery('sig=', KEYS), 'sig=REDACTED');
    assert.equal(redactQuery('%73ig=x', KEYS), '%73ig=REDACTED');
  });

  it('keeps the number of pairs, and never a value of a key', () => {
    fc.assert(
      fc.property(hostile, (query) => {
        const redacted = redactQuery(query, KEYS);
        assert.equal(redacted.split('&').length, query.split('&').length);
        for (const pair of redacted.split('&')) {
          const at = pair.indexOf('=');
          if (at > 0 && KEYS.has(pair.slice(0, at))) assert.equal(pair.slice(at + 1), 'REDACTED');
        }
        assert.equal(redactQuery(redacted, KEYS), redacted);
      }),
      RUNS,
    );
  });
});

describe('redactUrl', () => {
  it('replaces credentials', () => {
    assert.equal(redactUrl('https://u:p@a.b/c?sig=1', KEYS), 'https://REDACTED:REDACTED@a.b/c?sig=REDACTED');
    assert.equal(redactUrl('http://u@a', KEYS), 'http://REDACTED:REDACTED@a');
    assert.equal(redactUrl('http://u:p@ss@a/', KEYS), 'http://REDACTED:REDACTED@a/');
    assert.equal(redactUrl('http://u:p?w@a/', KEYS), 'http://u:p?w@a/');
    assert.equal(redactUrl('http://a/b@c', KEYS), 'http://a/b@c');
  });

  it('never throws, and an authority that is a URL never keeps credentials', () => {
    fc.assert(
      fc.property(hostile, (url) => {
        assert.equal(typeof redactUrl(url, KEYS), 'string');
      }),
      RUNS,
    );
    const word = fc.stringMatching(/^[a-z0-9@:.]{1,12}$/);
    fc.assert(
      fc.property(word, hostile, (secret, rest) => {
        const redacted = redactUrl(`https://S3CRET${secret}@host/${rest.replaceAll('S3CRET', '')}`, KEYS);
        assert.ok(!redacted.includes('S3CRET'), redacted);
      }),
      RUNS,
    );
  });

  it('takes time linear in the length', () => {
    const started = performance.now();
    redactUrl(`https://${'@'.repeat(1_000_000)}`, KEYS);
    redactUrl(`${'a'.repeat(1_000_000)}`, KEYS);
    redactQuery('sig=&'.repeat(200_000), KEYS);
    // What is quadratic takes minutes.
    assert.ok(performance.now() - started < 10_000);
  });
});

describe('methods', () => {
  it('are the standard ones, or those that the variable names', () => {
    const standard = new KnownMethods();
    const asked = ['GET', 'GET', 'get', 'POST', 'GET', undefined, '', '_OTHER'];
    const names = ['GET', 'GET', '_OTHER', 'POST', 'GET', '_OTHER', '_OTHER', '_OTHER'];
    assert.deepEqual(
      asked.map((method) => standard.nameOf(method)),
      names,
    );
    process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'] = ' PROPFIND , ,get';
    try {
      const given = new KnownMethods();
      assert.deepEqual(
        ['PROPFIND', 'get', 'GET', ''].map((method) => given.nameOf(method)),
        ['PROPFIND', 'get', '_OTHER', '_OTHER'],
      );
    } finally {
      delete process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'];
    }
    assert.equal(spanNameOf('_OTHER'), 'HTTP');
    assert.equal(spanNameOf('GET'), 'GET');
  });
});

describe('callHook', () => {
  it('gives what the hook gives, and undefined for none or one that throws', () => {
    assert.equal(
      callHook('h', (a: number) => a + 1, 1),
      2,
    );
    assert.equal(callHook('h', undefined), undefined);
    assert.equal(
      callHook('h', () => {
        throw new Error('hook');
      }),
      undefined,
    );
    assert.equal(callHook('h', 7 as never), undefined);
  });
});
