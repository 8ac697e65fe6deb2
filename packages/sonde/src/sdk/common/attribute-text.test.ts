import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attributeJson, attributesJson, attributeText } from './attribute-text.ts';

describe('attributeText', () => {
  it('writes scalars bare and nothing as the empty text', () => {
    const given = ['a "b"', 1.5, true, 2n ** 63n, Number.NaN, Number.NEGATIVE_INFINITY, null, undefined];
    assert.deepEqual(given.map(attributeText), [
      'a "b"',
      '1.5',
      'true',
      '9223372036854775808',
      'NaN',
      '-Infinity',
      '',
      '',
    ]);
  });

  it('writes bytes as base64 and everything nested as JSON', () => {
    assert.equal(attributeText(new Uint8Array([104, 105])), 'aGk=');
    assert.equal(attributeText([1, 'a', Number.NaN, null]), '[1,"a","NaN",null]');
    assert.equal(
      attributeText({ a: [new Uint8Array([1])], b: 2n ** 60n }),
      '{"a":["AQ=="],"b":"1152921504606846976"}',
    );
    assert.equal(attributeText([]), '[]');
  });

  it('encodes long byte arrays whole', () => {
    const bytes = new Uint8Array(100_001).fill(255);
    assert.deepEqual(new Uint8Array(Buffer.from(attributeText(bytes), 'base64')), bytes);
  });
});

describe('attributeJson', () => {
  it('keeps integers that a double holds and writes larger ones as digits', () => {
    assert.equal(attributeJson(9007199254740991n), 9007199254740991);
    assert.equal(attributeJson(9007199254740992n), '9007199254740992');
  });

  it('keeps a key called __proto__ and leaves out what is undefined', () => {
    const attributes = JSON.parse('{"__proto__":1,"a":2}');
    attributes.none = undefined;
    assert.equal(JSON.stringify(attributesJson(attributes)), '{"__proto__":1,"a":2}');
  });
});
