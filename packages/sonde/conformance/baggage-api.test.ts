/** Rows BAG about the API, with no SDK installed unless a row speaks of the active context. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Baggage, BaggageEntry } from 'sonde';
import { api, sdk } from './subject.ts';

const { propagation, ROOT_CONTEXT } = api;
const names = (baggage: Baggage) => baggage.getAllEntries().map(([name]) => name);

describe('baggage', () => {
  it('BAG-01 holds one value per name, case-sensitive, any text', () => {
    const baggage = propagation
      .createBaggage({ Naïve: { value: '🦊 & ,;=%' } })
      .setEntry('user', { value: 'a' })
      .setEntry('User', { value: 'b' })
      .setEntry('user', { value: '' });
    assert.deepEqual(
      ['Naïve', 'user', 'User', 'USER'].map((name) => baggage.getEntry(name)?.value),
      ['🦊 & ,;=%', '', 'b', undefined],
    );
  });

  it('BAG-01 takes no empty name', () => {
    const baggage = propagation.createBaggage({ '': { value: '1' } }).setEntry('', { value: '2' });
    assert.deepEqual(names(baggage), []);
  });

  it('BAG-02 gets one and all, sets with metadata, removes, and never changes', () => {
    const empty = propagation.createBaggage();
    const metadata = api.baggageEntryMetadataFromString('property;k=v');
    const one = empty.setEntry('a', { value: '1', metadata });
    const two = one.setEntry('b', { value: '2' });
    assert.equal(one.getEntry('a')?.metadata?.toString(), 'property;k=v');
    assert.deepEqual(
      two.getAllEntries().map(([name, { value }]) => [name, value]),
      [
        ['a', '1'],
        ['b', '2'],
      ],
    );
    assert.deepEqual(
      [names(two.removeEntry('a')), names(two.removeEntries('a', 'b', 'c')), names(two.clear())],
      [['b'], [], []],
    );
    assert.deepEqual([names(empty), names(one), names(two)], [[], ['a'], ['a', 'b']]);
  });

  it('BAG-02 an entry that is handed out or in is not a way to change it', () => {
    const given: BaggageEntry = { value: '1' };
    const baggage = propagation.createBaggage({ a: { value: '0' } }).setEntry('a', given);
    const got = baggage.getEntry('a');
    if (got !== undefined) got.value = 'changed';
    assert.equal(baggage.getEntry('a')?.value, '1');
  });

  it('BAG-03 BAG-05 works without an SDK: into a context, out of it, and away from it', () => {
    const baggage = propagation.createBaggage({ a: { value: '1' } });
    const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
    assert.equal(propagation.getBaggage(context)?.getEntry('a')?.value, '1');
    assert.equal(propagation.getBaggage(ROOT_CONTEXT), undefined);
    assert.equal(propagation.getBaggage(propagation.deleteBaggage(context)), undefined);
  });

  it('BAG-04 the active baggage can be got and set', () => {
    api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager().enable());
    const baggage = propagation.createBaggage({ a: { value: '1' } });
    const active = () => propagation.getActiveBaggage()?.getEntry('a')?.value;
    try {
      assert.equal(active(), undefined);
      assert.equal(propagation.withActiveBaggage(baggage, active), '1');
      assert.equal(active(), undefined);
      api.context.with(ROOT_CONTEXT, () => {
        const token = propagation.setActiveBaggage(baggage);
        assert.equal(active(), '1');
        token.dispose();
        assert.equal(active(), undefined);
      });
    } finally {
      api.context.disable();
    }
  });

  it('BAG-06 the last write of a name wins', () => {
    const baggage = propagation.createBaggage({ a: { value: 'remote' } });
    assert.equal(baggage.setEntry('a', { value: 'local' }).getEntry('a')?.value, 'local');
    assert.equal(names(baggage.setEntry('a', { value: 'local' })).length, 1);
  });
});
