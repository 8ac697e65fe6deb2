import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { checkHeaders, environmentHeaders } from './headers.ts';

const GENERAL = 'OTEL_EXPORTER_OTLP_HEADERS';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_HEADERS';

afterEach(() => {
  delete process.env[GENERAL];
  delete process.env[TRACES];
});

describe('headers of the environment', () => {
  it('are a list of percent-encoded pairs', () => {
    process.env[GENERAL] = 'api-key=a%20b%3D%2C, X-Tenant = one ';
    assert.deepEqual({ ...environmentHeaders('traces') }, { 'api-key': 'a b=,', 'x-tenant': 'one' });
  });

  it('keep an equals sign inside a value', () => {
    process.env[GENERAL] = 'authorization=Basic%20YTpi==';
    assert.equal(environmentHeaders('traces')['authorization'], 'Basic YTpi==');
  });

  it('of the signal win over the general ones of the same name', () => {
    process.env[GENERAL] = 'a=1,b=2';
    process.env[TRACES] = 'B=3';
    assert.deepEqual({ ...environmentHeaders('traces') }, { a: '1', b: '3' });
    assert.deepEqual({ ...environmentHeaders('logs') }, { a: '1', b: '2' });
  });

  it('that cannot be sent are left out, the others stay', () => {
    process.env[GENERAL] = 'bad%20name=1,line=a%0Ab,content-length=5,good=1';
    assert.deepEqual({ ...environmentHeaders('traces') }, { good: '1' });
  });

  it('are sendable or left out for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab=,;%20%0a \u00e9\u20ac"') }), (text) => {
        process.env[GENERAL] = text.replaceAll('\0', '');
        for (const [name, value] of Object.entries(environmentHeaders('traces'))) {
          assert.doesNotThrow(() => new Headers([[name, value]]));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('headers of the code', () => {
  it('are kept under lower-case names', () => {
    assert.deepEqual({ ...checkHeaders({ 'X-A': '1', b: '' }) }, { 'x-a': '1', b: '' });
  });

  it('throw by name when they cannot be sent, and never show a value', () => {
    const wrong: [unknown, RegExp][] = [
      [{ 'a b': 'secret' }, /"a b" is not a header name/],
      [{ a: 'secret\r\nb: c' }, /the value of "a" holds a character/],
      [{ a: 5 }, /the value of "a" is a number/],
      [{ 'Content-Type': 'secret' }, /"Content-Type" is set by the exporter/],
      [{ 'user-agent': 'secret' }, /see the option userAgent/],
      [null, /null given; allowed is an object/],
      [['secret'], /an array given; allowed is an object/],
      ['secret', /string given/],
    ];
    for (const [given, message] of wrong) {
      assert.throws(
        () => checkHeaders(given),
        (error: Error) =>
          error instanceof TypeError && message.test(error.message) && !error.message.includes('secret'),
      );
    }
  });

  it('take a name such as __proto__ as any other', () => {
    const headers = checkHeaders(JSON.parse('{"__proto__":"x"}'));
    assert.deepEqual(Object.entries(headers), [['__proto__', 'x']]);
  });
});
