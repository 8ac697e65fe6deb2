import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { HttpAnswerReader, unpackBody } from './node-http-answer.ts';

const MAX_BODY = 1_000;

interface Read {
  readonly status: number;
  readonly violation: boolean;
  readonly problem: string | undefined;
  readonly whole: boolean;
  readonly persistent: boolean;
  readonly more: boolean;
  readonly body: string;
}

/** Reads `bytes` in the pieces that `cuts` makes of them, and then the end where `ends`. */
function readIn(bytes: Buffer, cuts: readonly number[], ends: boolean): Read {
  const reader = new HttpAnswerReader(MAX_BODY);
  let from = 0;
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    if (cut > from && !reader.isOver) reader.push(bytes.subarray(from, cut));
    else if (cut > from) reader.hasMore = true;
    from = cut;
  }
  if (ends && !reader.isOver) reader.end();
  return {
    status: reader.status,
    violation: reader.violation !== undefined,
    problem: reader.bodyProblem,
    whole: reader.isWhole,
    persistent: reader.isPersistent,
    more: reader.hasMore,
    body: reader.bodyProblem === undefined ? Buffer.from(reader.body()).toString('latin1') : '',
  };
}

const read = (text: string, ends = false): Read => readIn(Buffer.from(text, 'latin1'), [], ends);

function violationOf(text: string): string | undefined {
  const reader = new HttpAnswerReader(MAX_BODY);
  reader.push(Buffer.from(text, 'latin1'));
  return reader.violation;
}

describe('an answer', () => {
  it('ends with the length that it announces, and what follows is noticed', () => {
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc';
    const whole = {
      status: 200,
      violation: false,
      problem: undefined,
      whole: true,
      persistent: true,
      more: false,
      body: 'abc',
    };
    assert.deepEqual(read(text), whole);
    assert.deepEqual(read(`${text}d`), { ...whole, more: true });
    assert.equal(read(text.slice(0, -1)).whole, false);
    assert.equal(read(text.slice(0, -1), true).problem, 'broken');
  });

  it('ends with its last chunk and the trailers after it', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const text = `${head}3\r\nabc\r\n00A;x="y"\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n`;
    assert.equal(read(text).body, 'abc0123456789');
    assert.equal(read(text).whole, true);
    for (const broken of [
      'x\r\n',
      '3 3\r\nabc\r\n',
      '3\r\nabcd\r\n',
      '-1\r\n',
      '\r\n',
      '0x3\r\nabc\r\n',
      '0\r\nno trailer\r\n\r\n',
    ]) {
      assert.equal(read(head + broken).problem, 'broken', broken);
    }
  });

  it('ends with the connection where it announces nothing, and then lets nobody use that again', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\nabc';
    assert.equal(read(text).whole, false);
    assert.equal(read(text, true).body, 'abc');
    assert.equal(read(text, true).persistent, false);
  });

  it('has no body with 204 and 304, whatever its headers say', () => {
    for (const status of [204, 304]) {
      const text = `HTTP/1.1 ${status} Nothing\r\nContent-Length: 5\r\n\r\n`;
      assert.deepEqual([read(text).whole, read(text).body], [true, '']);
    }
  });

  it('says whether the connection may be kept', () => {
    const kept = (version: string, connection: string): boolean =>
      read(`HTTP/${version} 200 OK\r\n${connection}Content-Length: 0\r\n\r\n`).persistent;
    assert.equal(kept('1.1', ''), true);
    assert.equal(kept('1.1', 'Connection: Close\r\n'), false);
    assert.equal(kept('1.1', 'Connection: x\r\nConnection: y , close\r\n'), false);
    assert.equal(kept('1.0', ''), false);
    assert.equal(kept('1.0', 'Connection: Keep-Alive\r\n'), true);
  });

  it('comes after as many interim answers as are borne, and no more', () => {
    const interim = 'HTTP/1.1 103 Early\r\nLink: x\r\n\r\n';
    const final = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    assert.equal(read(interim.repeat(16) + final).status, 200);
    assert.match(violationOf(interim.repeat(17) + final) ?? '', /more than 16 interim answers/);
    const reader = new HttpAnswerReader(MAX_BODY);
    reader.push(Buffer.from(interim + final));
    assert.equal(reader.header('link'), undefined);
  });

  it('is bounded: headers, trailers, the line before a chunk, the body', () => {
    const head = (length: number): string => {
      const start = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: ';
      return `${start}${'y'.repeat(length - start.length)}\r\n\r\n`;
    };
    assert.equal(read(head(16_384)).status, 200);
    assert.match(violationOf(head(16_385)) ?? '', /more than 16384 bytes/);
    const counted = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
    assert.equal(read(counted(MAX_BODY) + 'x'.repeat(MAX_BODY)).whole, true);
    assert.equal(read(counted(MAX_BODY + 1)).problem, 'too_large');
    const open = 'HTTP/1.1 200 OK\r\n\r\n';
    assert.equal(read(open + 'x'.repeat(MAX_BODY), true).whole, true);
    assert.equal(read(open + 'x'.repeat(MAX_BODY + 1)).problem, 'too_large');
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = (length: number): string => `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n`;
    assert.equal(read(`${chunked}${chunk(600)}${chunk(400)}0\r\n\r\n`).whole, true);
    assert.equal(read(chunked + chunk(600) + chunk(401)).problem, 'too_large');
    assert.equal(read(`${chunked}1;${'e'.repeat(4_094)}\r\nx\r\n0\r\n\r\n`).whole, true);
    assert.equal(read(`${chunked}1;${'e'.repeat(4_095)}\r\nx\r\n0\r\n\r\n`).problem, 'broken');
    assert.equal(read(`${chunked}0\r\nt:${'t'.repeat(16_382)}\r\n\r\n`).whole, true);
    assert.equal(read(`${chunked}0\r\nt:${'t'.repeat(16_383)}\r\n\r\n`).problem, 'broken');
    assert.equal(read(`${chunked}0\r\n${'t: u\r\n'.repeat(5_000)}\r\n`).problem, 'broken');
  });

  it('that is not one is told by its first wrong byte', () => {
    for (const beginning of [
      'G',
      'HTTQ',
      '\x00',
      'HTTP/2',
      '\r\n',
      ' HTTP/1.1 200 OK',
      'HTTP/1.1 200 OK\nx',
    ]) {
      assert.notEqual(violationOf(beginning), undefined, JSON.stringify(beginning));
    }
    for (const beginning of ['H', 'HTTP/1.', 'HTTP/1.1 200 OK\r', 'HTTP/1.1 200 OK\r\nx']) {
      assert.equal(violationOf(beginning), undefined, JSON.stringify(beginning));
    }
  });

  it('with a head that can be read in two ways is refused', () => {
    for (const lines of [
      'Content-Length: 3\r\nContent-Length: 3',
      'Content-Length: 3, 3',
      'Content-Length: -3',
      'Content-Length: +3',
      'Content-Length: 0x3',
      'Content-Length: 1234567890123456',
      'Content-Length:',
      'Content-Length: 3\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: gzip, chunked',
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: identity',
      'x: y\r\n folded',
      'x : y',
      ': y',
      'x',
      'x: \x00',
      'x: a\rb',
      'x: a\nb',
    ]) {
      assert.notEqual(violationOf(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`), undefined, JSON.stringify(lines));
    }
    for (const line of [
      'HTTP/1.1 20 OK',
      'HTTP/1.1 099 OK',
      'HTTP/1.1 2000 OK',
      'HTTP/1.2 200 OK',
      'HTTP/1.1  200',
      'HTTP/1.1 abc',
    ]) {
      assert.notEqual(violationOf(`${line}\r\n\r\n`), undefined, line);
    }
    assert.notEqual(violationOf('HTTP/1.0 100 Continue\r\n\r\n'), undefined);
    assert.notEqual(violationOf('HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), undefined);
  });

  it('is the same in whatever pieces it comes', () => {
    const part = fc.constantFrom(
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 503 Busy\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.0 200\r\n',
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Connection: close\r\n',
      '\r\n',
      '5\r\nhello\r\n',
      '0\r\n\r\n',
      'hello',
      '\n',
      ':',
    );
    const parts = fc.array(part, { maxLength: 9 }).map((all) => all.join(''));
    const garbage = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    const starts = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const text = fc.oneof(
      fc.tuple(starts, parts).map((all) => all.join('')),
      fc.tuple(starts, garbage).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(
        text,
        fc.array(fc.nat({ max: 200 }), { maxLength: 30 }),
        fc.boolean(),
        (whole, cuts, ends) => {
          const bytes = Buffer.from(whole, 'latin1');
          const { more: _, ...once } = readIn(bytes, [], ends);
          const { more: __, ...pieces } = readIn(bytes, cuts, ends);
          assert.deepEqual(pieces, once);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('a body', () => {
  const unpack = (body: Uint8Array, encoding: string | undefined): Promise<[string, string | undefined]> =>
    new Promise((resolve) => {
      unpackBody(body, encoding, 100, (unpacked, problem) =>
        resolve([Buffer.from(unpacked).toString(), problem]),
      );
    });

  it('is unpacked where it was packed, up to the limit', async () => {
    assert.deepEqual(await unpack(Buffer.from('abc'), undefined), ['abc', undefined]);
    assert.deepEqual(await unpack(Buffer.from('abc'), 'identity'), ['abc', undefined]);
    assert.deepEqual(await unpack(gzipSync('abc'), ' GZIP '), ['abc', undefined]);
    assert.deepEqual(await unpack(gzipSync('a'.repeat(100)), 'x-gzip'), ['a'.repeat(100), undefined]);
    assert.deepEqual(await unpack(gzipSync('a'.repeat(101)), 'gzip'), ['', 'too_large']);
    assert.deepEqual(await unpack(Buffer.from('abc'), 'gzip'), ['', 'broken']);
    assert.deepEqual(await unpack(new Uint8Array(0), 'gzip'), ['', undefined]);
  });
});
