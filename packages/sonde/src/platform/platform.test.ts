import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as browser from './browser.ts';
import * as edge from './edge.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import * as node from './node.ts';

// Every platform file exports the same names with the same types: these lines do not compile otherwise.
const platforms: Readonly<Record<string, typeof node>> = { browser, edge, node };

describe('the platform files', () => {
  for (const [name, platform] of Object.entries(platforms)) {
    it(`${name} exports the names of node.ts and no others`, () => {
      assert.deepEqual(Object.keys(platform).sort(), Object.keys(node).sort());
    });

    it(`${name} compresses pieces into one gzip stream, small and large`, async () => {
      for (const size of [10, 100_000]) {
        const pieces = [new Uint8Array(size).fill(65), new Uint8Array(0), new Uint8Array(size).fill(66)];
        const packed = Buffer.concat(await platform.gzip(pieces));
        assert.equal(gunzipSync(packed).toString(), 'A'.repeat(size) + 'B'.repeat(size));
      }
    });

    it(`${name} writes UTF-8 in place, lone surrogates as U+FFFD`, () => {
      const target = platform.allocateBytes(32);
      const length = platform.writeUtf8(target, 'aé€😀\ud800', 2);
      assert.equal(new TextDecoder().decode(target.subarray(2, 2 + length)), 'aé€😀\ufffd');
    });

    it(`${name} reads true time again when a fake clock that was there at the first reading is gone`, () => {
      const now = performance.now;
      performance.now = () => 1;
      let read = now;
      try {
        read = platform.monotonicClock();
        assert.equal(read(), 1);
      } finally {
        performance.now = now;
      }
      const before = now.call(performance);
      assert.ok(read() >= before);
    });

    it(`${name} gives the store back after a run that throws`, () => {
      const storage = platform.createContextStorage<string>();
      storage.run('outer', () => {
        assert.throws(() =>
          storage.run('inner', () => {
            assert.equal(storage.getStore(), 'inner');
            throw new Error('inside');
          }),
        );
        assert.equal(storage.getStore(), 'outer');
      });
      assert.equal(storage.getStore(), undefined);
    });
  }
});

describe('sending while the process ends', () => {
  it('answers for requests that memory has no room for', () => {
    const request = {
      url: 'http://127.0.0.1:9/',
      headers: {},
      body: [],
      byteLength: Number.MAX_SAFE_INTEGER,
    };
    const [answer, ...others] = node.sendBlocking([request as never], 100);
    assert.deepEqual(others, []);
    assert.equal(answer?.failure, 'unavailable');
    assert.match(answer?.message ?? '', /memory|length/i);
  });
});

describe('parts that are loaded at first use', () => {
  it('are the exports of the entry point on Node', () => {
    const part = node.loadPart('sonde/propagators') as Record<string, unknown>;
    assert.equal(typeof part['B3Propagator'], 'function');
    assert.equal(node.loadPart('sonde/propagators'), part);
  });

  it('are not there in a bundle, and the error says which', () => {
    assert.throws(() => browser.loadPart('sonde/propagators'), /sonde\/propagators cannot be loaded/);
  });
});

for (const [name, platform] of Object.entries({ fetch: edge, 'node:http': node })) {
  describe(`an HTTP exchange over ${name}`, () => {
    let server: Server;
    let client: HttpClient;
    let answer: (
      url: string,
      body: Buffer,
    ) => { status: number; headers?: Record<string, string>; body?: string };
    const seen: { method: string | undefined; headers: Record<string, unknown>; body: string }[] = [];

    before(async () => {
      server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const body = Buffer.concat(chunks);
          seen.push({ method: request.method, headers: request.headers, body: body.toString() });
          const { status, headers, body: text } = answer(request.url ?? '', body);
          response.writeHead(status, headers).end(text);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
      client = platform.openHttpClient({ url, maxResponseBytes: 1_000, maxConnections: 4, keepAlive: true });
    });
    after(() => {
      client.close();
      server.closeAllConnections();
      server.close();
    });

    const post = (timeoutMillis = 5_000): ReturnType<HttpClient['exchange']> => {
      const body = [Buffer.from('ab'), Buffer.from(''), Buffer.from('cde')];
      return client.exchange({ headers: { 'x-key': 'v' }, body, byteLength: 5, timeoutMillis });
    };

    it('posts the pieces as one body of known length', async () => {
      answer = () => ({ status: 200, headers: { 'x-answer': 'yes' }, body: 'fine' });
      const result = (await post()) as HttpAnswer;
      assert.equal(result.kind, 'answer');
      assert.equal(result.status, 200);
      assert.equal(result.header('x-answer'), 'yes');
      assert.equal(Buffer.from(result.body).toString(), 'fine');
      const request = seen.at(-1)!;
      assert.equal(request.method, 'POST');
      assert.equal(request.body, 'abcde');
      assert.equal(request.headers['content-length'], '5');
      assert.equal(request.headers['transfer-encoding'], undefined);
      assert.equal(request.headers['x-key'], 'v');
    });

    it('follows no redirect', async () => {
      const before = seen.length;
      answer = () => ({ status: 307, headers: { location: '/elsewhere' } });
      const result = (await post()) as HttpAnswer;
      assert.equal(result.status, 307);
      assert.equal(seen.length, before + 1);
    });

    it('stops reading at the limit of the answer', async () => {
      answer = () => ({ status: 200, body: 'x'.repeat(1_000) });
      assert.equal(((await post()) as HttpAnswer).body.length, 1_000);
      answer = () => ({ status: 200, body: 'x'.repeat(1_001) });
      assert.equal(((await post()) as HttpAnswer).bodyProblem, 'too_large');
    });
  });
}
