import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { guardedWrite, isGone, type TextStream } from './guarded-write.ts';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A stream that fails in its own time, and keeps taking writes, as standard output does. */
function failing(error: Error, when: (fail: () => void) => void = setImmediate): Writable {
  return new Writable({
    autoDestroy: false,
    emitClose: false,
    decodeStrings: false,
    write: (_chunk, _encoding, done) => when(() => done(error)),
  });
}

const epipe = () => Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

describe('a guarded write', () => {
  it('to a plain object is done at once, and what it throws is told', () => {
    const told: unknown[] = [];
    const texts: string[] = [];
    guardedWrite({ write: (text) => texts.push(text) }, 'a', (error) => told.push(error));
    const thrown = new Error('no');
    const thrower: TextStream = {
      write() {
        throw thrown;
      },
    };
    guardedWrite(thrower, 'b', (error) => told.push(error));
    assert.deepEqual(texts, ['a']);
    assert.deepEqual(told, [undefined, thrown]);
  });

  it('whose stream fails later is told, and the error event kills nobody', async () => {
    for (const when of [setImmediate, process.nextTick, (fail: () => void) => fail()]) {
      const stream = failing(epipe(), when);
      const told: unknown[] = [];
      guardedWrite(stream, 'a', (error) => told.push(error));
      await settled();
      await settled();
      assert.equal(told.length, 1);
      assert.ok(isGone(told[0]), String(told[0]));
      assert.equal(stream.listenerCount('error'), 0);
    }
  });

  it('listens once for a thousand texts on their way, and no longer than they are', async () => {
    const parts: string[] = [];
    const stream = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        parts.push(chunk);
        setImmediate(done);
      },
      writev(chunks, done) {
        parts.push(...chunks.map(({ chunk }) => chunk as string));
        setImmediate(done);
      },
    });
    let done = 0;
    for (let index = 0; index < 1_000; index++) guardedWrite(stream, String(index), () => done++);
    assert.equal(stream.listenerCount('error'), 1);
    while (done < 1_000) await settled();
    assert.equal(stream.listenerCount('error'), 0);
    assert.equal(parts.length, 1_000);
    guardedWrite(stream, 'again', () => done++);
    assert.equal(stream.listenerCount('error'), 1);
    await settled();
    assert.equal(done, 1_001);
    assert.equal(stream.listenerCount('error'), 0);
  });

  it('leaves errors at other times to the application', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
    guardedWrite(stream, 'a', () => {});
    await settled();
    assert.throws(() => stream.emit('error', new Error('theirs')), /theirs/);
  });

  it('to an ended or destroyed stream is told as gone', async () => {
    for (const close of ['end', 'destroy'] as const) {
      const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
      stream.on('error', () => {});
      stream[close]();
      await settled();
      const told: unknown[] = [];
      guardedWrite(stream, 'a', (error) => told.push(error));
      await settled();
      assert.ok(isGone(told[0]), `${close}: ${told[0]}`);
    }
  });

  it('is told once by a stream that emits errors and never calls back, and keeps nothing of the others', async () => {
    const stream = Object.assign(new EventEmitter(), { write: () => true });
    const told: unknown[] = [];
    for (let index = 0; index < 100; index++) guardedWrite(stream, 'a', (error) => told.push(error));
    const error = new Error('gone');
    stream.emit('error', error);
    stream.emit('error', error);
    await settled();
    assert.deepEqual(told, [error]);
    assert.equal(stream.listenerCount('error'), 1);
  });

  it('survives a stream whose every member throws', () => {
    const hostile = new Proxy({} as TextStream, {
      get() {
        throw new Error('hands off');
      },
    });
    let told: unknown;
    guardedWrite(hostile, 'a', (error) => {
      told = error;
    });
    assert.match(String(told), /hands off/);
    assert.equal(isGone(undefined), false);
    assert.equal(isGone(null), false);
    assert.equal(isGone({ code: 'ENOSPC' }), false);
  });
});
