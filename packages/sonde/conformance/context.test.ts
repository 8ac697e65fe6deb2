/** Rows CTX: contexts, keys, and which context is active. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContextManagementToken } from 'sonde';
import { api, sdk } from './subject.ts';

describe('a context', () => {
  it('CTX-01 CTX-03 is immutable: a write gives a new one with the old values and the change', () => {
    const [one, two] = [api.createContextKey('one'), api.createContextKey('two')];
    const first = api.ROOT_CONTEXT.setValue(one, 1);
    const second = first.setValue(two, 2);
    const third = second.deleteValue(one);
    assert.notEqual(first, second);
    const values = [api.ROOT_CONTEXT, first, second, third].map((context) => [
      context.getValue(one),
      context.getValue(two),
    ]);
    assert.deepEqual(values, [
      [undefined, undefined],
      [1, undefined],
      [1, 2],
      [undefined, 2],
    ]);
  });

  it('CTX-02 two keys of the same name are different keys', () => {
    const [mine, yours] = [api.createContextKey('name'), api.createContextKey('name')];
    assert.notEqual(mine, yours);
    assert.equal(api.ROOT_CONTEXT.setValue(mine, 1).getValue(yours), undefined);
  });

  it('CTX-09 span and baggage are reached by helpers, their keys are not public', () => {
    const span = api.trace.wrapSpanContext({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
    });
    assert.equal(api.trace.getSpan(api.trace.setSpan(api.ROOT_CONTEXT, span)), span);
    const baggage = api.propagation.createBaggage({ a: { value: '1' } });
    const held = api.propagation.getBaggage(api.propagation.setBaggage(api.ROOT_CONTEXT, baggage));
    assert.equal(held?.getEntry('a')?.value, '1');
    assert.deepEqual(
      Object.entries(api).filter(([, value]) => typeof value === 'symbol'),
      [],
    );
  });
});

describe('the active context', () => {
  const key = api.createContextKey('conformance');
  const inContext = api.ROOT_CONTEXT.setValue(key, 'in');
  const current = () => api.context.active().getValue(key);

  beforeEach(() => {
    api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager().enable());
  });
  afterEach(() => {
    api.context.disable();
  });

  it('CTX-04 is the root until another is made active, and again afterwards', () => {
    assert.equal(current(), undefined);
    assert.equal(
      api.context.with(inContext, () => current()),
      'in',
    );
    assert.equal(current(), undefined);
  });

  it('CTX-08 follows promises, timers, ticks, async iterators and emitters bound to it', async () => {
    const seen: unknown[] = [];
    const emitter = api.context.bind(inContext, new EventEmitter());
    await api.context.with(inContext, async () => {
      seen.push(current());
      await Promise.resolve();
      seen.push(current());
      await sleep(1);
      seen.push(current());
      await new Promise<void>((resolve) => setImmediate(resolve));
      seen.push(current());
      await new Promise<void>((resolve) => process.nextTick(resolve));
      seen.push(current());
      for await (const _ of (async function* () {
        yield sleep(1);
      })()) {
        seen.push(current());
      }
    });
    emitter.on('event', () => seen.push(current()));
    emitter.emit('event');
    assert.deepEqual(seen, Array(7).fill('in'));
    assert.equal(current(), undefined);
  });

  it('CTX-08 is not mixed up between requests that overlap', async () => {
    const request = (id: number) =>
      api.context.with(api.ROOT_CONTEXT.setValue(key, id), async () => {
        for (let i = 0; i < 5; i++) {
          await sleep(Math.random() * 3);
          if (current() !== id) return false;
        }
        return true;
      });
    const results = await Promise.all(Array.from({ length: 50 }, (_, id) => request(id)));
    assert.ok(results.every(Boolean));
  });

  it('CTX-05 CTX-06 attach makes a context active, its token gives the former one back', () => {
    api.context.with(api.ROOT_CONTEXT, () => {
      const outer = api.context.attach(inContext);
      assert.equal(current(), 'in');
      const inner = api.context.attach(inContext.setValue(key, 'deeper'));
      assert.equal(current(), 'deeper');
      inner.dispose();
      assert.equal(current(), 'in');
      outer.dispose();
      assert.equal(current(), undefined);
    });
  });

  it('CTX-07 a detach in the wrong order is told, and says so', () => {
    api.context.with(api.ROOT_CONTEXT, () => {
      const outer = api.context.attach(inContext);
      const inner = api.context.attach(inContext.setValue(key, 'deeper'));
      assert.equal(api.context.detach(outer), false);
      assert.equal(api.context.detach(inner), false);
    });
    api.context.with(api.ROOT_CONTEXT, () => {
      const [outer, inner] = [api.context.attach(inContext), api.context.attach(inContext.setValue(key, 2))];
      assert.equal(api.context.detach(inner), true);
      assert.equal(api.context.detach(outer), true);
      assert.equal(api.context.detach(outer), true);
    });
  });

  it('CTX-06 a token of something else is no reason to throw', () => {
    for (const token of [undefined, null, {}, 5, { dispose: 5 }]) {
      assert.equal(api.context.detach(token as unknown as ContextManagementToken), false);
    }
  });
});
