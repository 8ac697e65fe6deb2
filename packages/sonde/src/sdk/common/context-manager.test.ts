/** Emitters that are bound to a Context: what other libraries do with their listeners goes on as before. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { createContextKey } from '../../api/context/context-key.ts';
import { AsyncLocalStorageContextManager } from './context-manager.ts';

const key = createContextKey('bound');
const context = (value: string) => ROOT_CONTEXT.setValue(key, value);

describe('an emitter that is bound', () => {
  const manager = new AsyncLocalStorageContextManager();

  it('lets go of listeners of every kind, bound once or several times', () => {
    for (const times of [1, 2, 3]) {
      const emitter = new EventEmitter();
      for (let index = 0; index < times; index++) manager.bind(context('a'), emitter);
      for (const add of ['on', 'addListener', 'prependListener', 'once', 'prependOnceListener'] as const) {
        const listener = (): void => assert.fail('it was removed');
        emitter[add]('event', listener);
        emitter.removeListener('event', listener);
        assert.equal(emitter.listenerCount('event'), 0, `${add}, bound ${times} times`);
        emitter.emit('event');
      }
      let calls = 0;
      emitter.once('event', () => calls++);
      emitter.emit('event');
      emitter.emit('event');
      assert.equal(calls, 1, `once, bound ${times} times`);
      assert.equal(emitter.listenerCount('event'), 0);
    }
  });

  it('runs its listeners in the Context of its first binding, as the official manager does', () => {
    const emitter = new EventEmitter();
    manager.bind(context('first'), emitter);
    manager.bind(context('second'), emitter);
    const seen: unknown[] = [];
    emitter.on('event', () => seen.push(manager.active().getValue(key)));
    emitter.emit('event');
    assert.deepEqual(seen, ['first']);
  });
});
