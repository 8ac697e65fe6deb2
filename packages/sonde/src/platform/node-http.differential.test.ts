/** What a client of our own makes of an answer, held against what one over node:http makes of the same bytes. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { HttpAnswer, HttpClient, HttpClientOptions, HttpFailure } from './http-client.ts';
import { openHttpClient } from './node-http.ts';

/** The bytes that every connection is answered with, and then closed. */
let pieces: readonly Buffer[] = [];
const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  socket.once('data', () => {
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
});

let own: HttpClient;
let viaNode: HttpClient;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const common: HttpClientOptions = { url, maxResponseBytes: 1_000, maxConnections: 4, keepAlive: false };
  own = openHttpClient(common);
  viaNode = openHttpClient({ ...common, agentOptions: {} });
});

after(() => {
  own.close();
  viaNode.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** In words that both clients share. */
function wordsOf(outcome: HttpAnswer | HttpFailure): unknown {
  if (outcome.kind === 'failure') return outcome.reason;
  const { status, bodyProblem, body } = outcome;
  const header = (name: string): string | undefined => outcome.header(name);
  return {
    status,
    bodyProblem,
    body: Buffer.from(body).toString('latin1'),
    type: header('content-type'),
    after: header('retry-after'),
  };
}

const request = { headers: { a: 'b' }, body: [Buffer.from('hello')], byteLength: 5, timeoutMillis: 5_000 };

async function both(answer: readonly Buffer[]): Promise<readonly [unknown, unknown]> {
  pieces = answer;
  const outcomes = await Promise.all([own.exchange(request), viaNode.exchange(request)]);
  return [wordsOf(outcomes[0]), wordsOf(outcomes[1])];
}

const body = fc.string({ unit: 'binary-ascii', maxLength: 40 });
const statusLine = fc
  .tuple(fc.constantFrom(200, 201, 202, 204, 304, 400, 429, 503), fc.constantFrom('', ' OK', ' \xe9 x'))
  .map(([status, reason]) => `HTTP/1.1 ${status}${reason}\r\n`);
const headers = fc
  .array(
    fc.constantFrom(
      'Content-Type: application/json',
      'Content-Type: text/plain',
      'Retry-After:  3 ',
      'retry-after: 7',
      'X: \t',
      'Connection: close',
      'X-Long: abc\xe9\tdef',
    ),
    { maxLength: 4 },
  )
  .map((lines) => lines.map((line) => `${line}\r\n`).join(''));
/** Extensions of chunks are skipped as they are, and node:http looks into them. */
const framedWith = (extension: string) =>
  fc
    .tuple(body, fc.constantFrom('counted', 'chunked', 'open'), fc.nat({ max: 9 }))
    .map(([text, way, cut]) => {
      if (way === 'open') return `\r\n${text}`;
      if (way === 'counted') return `Content-Length: ${text.length}\r\n\r\n${text}`;
      const [one, two] = [text.slice(0, cut), text.slice(cut)];
      const chunk = (part: string): string =>
        part === '' ? '' : `${part.length.toString(16)}${extension}\r\n${part}\r\n`;
      return `Transfer-Encoding: chunked\r\n\r\n${chunk(one)}${chunk(two)}0\r\n\r\n`;
    });
const interim = fc.constantFrom(
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n',
);
const answerWith = (extension: string): fc.Arbitrary<string> =>
  fc.tuple(interim, statusLine, headers, framedWith(extension)).map((parts) => parts.join(''));

describe('two clients', () => {
  it('make the same of every answer, whole or cut off anywhere, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(answerWith(';x=y'), fc.nat(), fc.nat({ max: 60 }), async (whole, at, lost) => {
        const bytes = Buffer.from(whole, 'latin1');
        const kept = bytes.subarray(0, Math.max(1, bytes.length - (lost > 30 ? 0 : lost)));
        const cut = at % kept.length;
        const [ours, theirs] = await both([kept.subarray(0, cut), kept.subarray(cut)]);
        assert.deepEqual(ours, theirs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('agree about an answer with a byte changed, or ours is the stricter', async () => {
    let same = 0;
    await fc.assert(
      fc.asyncProperty(answerWith(''), fc.nat(), fc.nat({ max: 255 }), async (whole, at, byte) => {
        const bytes = Buffer.from(whole, 'latin1');
        bytes[at % bytes.length] = byte;
        const [ours, theirs] = await both([bytes]);
        try {
          assert.deepEqual(ours, theirs);
          same++;
        } catch (error) {
          const problem = (ours as { bodyProblem?: string }).bodyProblem;
          // An answer of another protocol (101) is none for us, whatever follows it.
          if (ours !== 'protocol' && ours !== 'connection' && problem !== 'broken') throw error;
        }
      }),
      { numRuns: 1_000 },
    );
    assert.ok(same > 900, `${same} of 1,000 are the same`);
  });
});
