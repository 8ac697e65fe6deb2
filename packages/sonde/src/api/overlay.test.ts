import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overlay } from './overlay.ts';

class Provider {
  readonly #secret = 'kept';
  flushed = 0;
  give(): string {
    return `theirs ${this.#secret}`;
  }
  forceFlush(): number {
    return ++this.flushed;
  }
}

const ours = { give: () => 'ours' };

describe('an overlay', () => {
  it('puts our methods in front, and leaves everything else to the provider', () => {
    const provider = new Provider();
    const over = overlay(provider, ours);
    assert.equal(over.give(), 'ours');
    assert.equal(over.forceFlush(), 1);
    assert.equal(provider.flushed, 1);
    assert.equal(overlay(provider, ours), over);
    assert.ok(over instanceof Provider);
    over.flushed = 7;
    assert.equal(provider.flushed, 7);
    assert.deepEqual([...Object.keys(over)], ['flushed']);
    assert.ok('forceFlush' in over && !('other' in over));
  });

  it('works over a provider that is frozen', () => {
    const provider = Object.freeze({ give: () => 'theirs', forceFlush: () => 'flushed', name: 'frozen' });
    const over = overlay(provider, ours);
    assert.equal(over.give(), 'ours');
    assert.equal(over.forceFlush(), 'flushed');
    assert.equal(over.name, 'frozen');
    assert.deepEqual(Object.keys(over), ['give', 'forceFlush', 'name']);
  });
});
