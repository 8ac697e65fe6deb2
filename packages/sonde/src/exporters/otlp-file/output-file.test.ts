/** A disk that hangs, as a network's may: what is waited for, what is kept, and what is written when it is back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SendRequest } from '../../otlp/transport/send.ts';
import { MemoryFiles } from './memory-files.fixture.ts';
import { openFileTransport } from './output-file.ts';

function request(text: string, timeoutMillis = 20): SendRequest {
  const body = [new TextEncoder().encode(text)];
  return { body, byteLength: text.length, timeoutMillis };
}

describe('a disk that hangs', () => {
  it('has one line at a time, however often it is tried, and gets only that one when it is back', async () => {
    const files = new MemoryFiles();
    const { open } = files;
    let release = (): void => {};
    const back = new Promise<void>((resolve) => {
      release = resolve;
    });
    let writes = 0;
    files.open = async (path) => {
      const file = await open.call(files, path);
      const write = async (bytes: Uint8Array): Promise<number> => {
        writes++;
        await back;
        return file.write(bytes);
      };
      return { ...file, write };
    };
    const transport = openFileTransport({ path: 'x.jsonl', files, rotation: undefined });
    // The timeouts' own timers do not hold the process.
    const holding = setTimeout(() => {}, 10_000);
    for (const text of ['{"first":1}', '{"second":2}', '{"third":3}']) {
      assert.equal((await transport.send(request(text))).kind, 'retryable', text);
    }
    release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(writes, 1);
    assert.equal(files.byPath.get('x.jsonl')?.bytes.toString(), '{"first":1}\n');
    assert.equal((await transport.send(request('{"fourth":4}'))).kind, 'accepted');
    assert.equal(files.byPath.get('x.jsonl')?.bytes.toString(), '{"first":1}\n{"fourth":4}\n');
    transport.close();
    clearTimeout(holding);
  });
});
