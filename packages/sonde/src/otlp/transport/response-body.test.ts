import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePartialSuccess, parseStatusMessage } from './response-body.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json; charset=utf-8';

function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function lengthDelimited(field: number, content: readonly number[]): number[] {
  return [...varint(field * 8 + 2), ...varint(content.length), ...content];
}

function partialSuccess(rejected: number, message: string): Uint8Array {
  const content = [...varint(8), ...varint(rejected), ...lengthDelimited(2, [...Buffer.from(message)])];
  return Uint8Array.from(lengthDelimited(1, content));
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

describe('a partial success', () => {
  it('is read from protobuf', () => {
    const body = partialSuccess(7, 'quota');
    assert.deepEqual(parsePartialSuccess(body, PROTOBUF), { rejected: 7, message: 'quota' });
  });

  it('is read from protobuf past fields that nobody knows', () => {
    const unknown = [
      ...varint(9 * 8),
      ...varint(300),
      ...varint(10 * 8 + 1),
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      ...varint(11 * 8 + 5),
      1,
      2,
      3,
      4,
    ];
    const content = [...unknown, ...lengthDelimited(12, [1, 2, 3]), ...varint(8), ...varint(2)];
    const body = Uint8Array.from([...unknown, ...lengthDelimited(1, content)]);
    assert.deepEqual(parsePartialSuccess(body, PROTOBUF), { rejected: 2, message: undefined });
  });

  it('is read from JSON, for every signal, with numbers and strings', () => {
    for (const name of ['rejectedSpans', 'rejectedDataPoints', 'rejectedLogRecords']) {
      const body = json({ partialSuccess: { [name]: '3', errorMessage: 'no', later: {} }, unknown: [1] });
      assert.deepEqual(parsePartialSuccess(body, JSON_TYPE), { rejected: 3, message: 'no' });
    }
    assert.equal(parsePartialSuccess(json({ partialSuccess: { rejectedSpans: 3 } }), JSON_TYPE).rejected, 3);
  });

  it('survives any message and count', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 48 }),
        fc.string({ minLength: 1, unit: 'grapheme' }),
        (rejected, text) => {
          const message = text.trim() === '' ? undefined : text.trim();
          assert.deepEqual(parsePartialSuccess(partialSuccess(rejected, text), PROTOBUF), {
            rejected,
            message,
          });
          const body = json({ partialSuccess: { rejectedSpans: String(rejected), errorMessage: text } });
          assert.deepEqual(parsePartialSuccess(body, JSON_TYPE), { rejected, message });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is nothing for an empty answer and for nonsense', () => {
    const nothing = { rejected: 0, message: undefined };
    assert.deepEqual(parsePartialSuccess(new Uint8Array(0), PROTOBUF), nothing);
    for (const value of [
      null,
      5,
      'text',
      [],
      { partialSuccess: 5 },
      { partialSuccess: { rejectedSpans: -1 } },
    ]) {
      assert.deepEqual(parsePartialSuccess(json(value), JSON_TYPE), nothing);
    }
    assert.deepEqual(
      parsePartialSuccess(json({ partialSuccess: { rejectedSpans: '1e3' } }), JSON_TYPE),
      nothing,
    );
    assert.deepEqual(parsePartialSuccess(Buffer.from('{"partialSuccess'), JSON_TYPE), nothing);
  });

  it('never throws and never counts below nothing, whatever the bytes are', () => {
    const types = fc.constantFrom(undefined, PROTOBUF, JSON_TYPE, 'text/html', 'text/plain', '\u0000');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), types, (body, type) => {
        const { rejected, message } = parsePartialSuccess(body, type);
        assert.ok(Number.isInteger(rejected) && rejected >= 0);
        assert.ok(message === undefined || message.length <= 501);
        const text = parseStatusMessage(body, type);
        assert.ok(text === undefined || text.length <= 501);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('the message of an error', () => {
  it('is that of a google.rpc.Status in either encoding', () => {
    const status = Uint8Array.from([
      ...varint(8),
      ...varint(3),
      ...lengthDelimited(2, [...Buffer.from('bad span')]),
    ]);
    assert.equal(parseStatusMessage(status, PROTOBUF), 'bad span');
    assert.equal(
      parseStatusMessage(json({ code: 3, message: 'bad span', details: [] }), JSON_TYPE),
      'bad span',
    );
  });

  it('is the text of a plain answer, and nothing of a web page', () => {
    assert.equal(parseStatusMessage(Buffer.from('over quota\n'), 'text/plain; charset=utf-8'), 'over quota');
    assert.equal(parseStatusMessage(Buffer.from('<html>nope</html>'), 'text/html'), undefined);
  });

  it('is cut where it is long', () => {
    const text = parseStatusMessage(json({ message: 'x'.repeat(501) }), JSON_TYPE);
    assert.equal(text?.length, 501);
    assert.ok(text?.endsWith('…'));
    assert.equal(parseStatusMessage(json({ message: 'x'.repeat(500) }), JSON_TYPE), 'x'.repeat(500));
  });
});
