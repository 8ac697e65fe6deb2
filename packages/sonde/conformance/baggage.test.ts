/** Rows BAG of the propagator: the `baggage` field. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Baggage } from 'sonde';
import { api, propagators } from './subject.ts';

function extract(baggage: string | string[]): Baggage | undefined {
  const propagator = new propagators.W3CBaggagePropagator();
  return api.propagation.getBaggage(
    propagator.extract(
      api.ROOT_CONTEXT,
      { baggage },
      { get: (carrier, key) => carrier[key], keys: Object.keys },
    ),
  );
}

function inject(baggage: Baggage): Record<string, string> {
  const carrier: Record<string, string> = {};
  const context = api.propagation.setBaggage(api.ROOT_CONTEXT, baggage);
  new propagators.W3CBaggagePropagator().inject(context, carrier, api.defaultTextMapSetter);
  return carrier;
}

const make = (entries: Record<string, string>): Baggage =>
  api.propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }])),
  );

const size = (baggage: Baggage | undefined): number => baggage?.getAllEntries().length ?? 0;

describe('baggage header', () => {
  it('BAG-06 of a name that comes twice the last value wins', () => {
    assert.equal(extract('a=1,b=2,a=3')?.getEntry('a')?.value, '3');
    assert.equal(size(extract('a=1,b=2,a=3')), 2);
    assert.equal(extract(['a=1', 'a=2'])?.getEntry('a')?.value, '2');
  });

  it('BAG-07 the field is baggage, and metadata is one text that goes back where it came from', () => {
    assert.deepEqual(new propagators.W3CBaggagePropagator().fields(), ['baggage']);
    const baggage = extract('a=1;property;key=value,b=2') as Baggage;
    assert.equal(baggage.getEntry('a')?.value, '1');
    assert.equal(baggage.getEntry('a')?.metadata?.toString(), 'property;key=value');
    assert.equal(baggage.getEntry('b')?.metadata, undefined);
    assert.equal(inject(baggage)['baggage'], 'a=1;property;key=value,b=2');
    const changed = baggage.setEntry('c', { value: '3' });
    assert.equal(inject(changed)['baggage'], 'a=1;property;key=value,b=2,c=3');
  });

  it('BAG-08 values are percent-encoded on the way out and decoded on the way in', () => {
    const text = 'a b,c;d=é"\\ %20 \u{1f600}\r\n';
    const { baggage: header = '' } = inject(make({ key: text }));
    assert.match(header, /^key=[!#-+\--:<-[\]-~]+$/);
    assert.equal(extract(header)?.getEntry('key')?.value, text);
    assert.equal(extract('k=a%20b%2Cc')?.getEntry('k')?.value, 'a b,c');
  });

  it('BAG-08 encoding that is malformed never throws', () => {
    for (const header of ['a=%', 'a=%z1', 'a=%C3', '%FF=1', 'a=%E0%A4%A']) {
      assert.doesNotThrow(() => extract(`${header},ok=1`));
      assert.equal(extract(`${header},ok=1`)?.getEntry('ok')?.value, '1');
    }
    assert.doesNotThrow(() => inject(make({ lone: '\ud800' })));
  });

  it('BAG-09 empty values are kept', () => {
    const baggage = extract('a=,b=2') as Baggage;
    assert.equal(baggage.getEntry('a')?.value, '');
    assert.equal(inject(baggage)['baggage'], 'a=,b=2');
    assert.equal(inject(make({ e: '' }))['baggage'], 'e=');
  });

  // Before the other tests of limits: a second report within a minute is only counted.
  it('BAG-10 limits are in bytes, and what is over them is said', () => {
    const lines: string[] = [];
    const push = (message: string) => void lines.push(message);
    api.diag.setLogger({ error: push, warn: push, info: push, debug: push, verbose: push });
    try {
      assert.equal(size(extract(`k=${'é'.repeat(2047)}`)), 1);
      assert.equal(size(extract(`k=${'é'.repeat(2048)},ok=1`)), 1);
      assert.match(lines.join('\n'), /1 baggage entr.*4096/);
    } finally {
      api.diag.disable();
    }
  });

  it('BAG-10 180 members, 4096 bytes a member and 8192 bytes in all are propagated', () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join(',');
    assert.equal(size(extract(list(180))), 180);
    assert.equal(size(extract(list(181))), 180);
    assert.equal(size(extract(`k=${'v'.repeat(4094)}`)), 1);
    assert.equal(size(extract(`k=${'v'.repeat(4095)}`)), 0);
    const full = `a=${'v'.repeat(4093)},b=${'v'.repeat(4094)}`;
    assert.equal(size(extract(full)), 2);
    assert.equal(size(extract(`${full},c=1`)), 2);
    assert.equal(inject(extract(full) as Baggage)['baggage'], full);
  });

  it('BAG-11 a header that is not valid leaves the baggage of the context as it is', () => {
    const before = api.propagation.setBaggage(api.ROOT_CONTEXT, make({ mine: '1' }));
    const propagator = new propagators.W3CBaggagePropagator();
    for (const baggage of ['', 'novalue', '=1', ',,,', ';']) {
      const after = propagator.extract(before, { baggage }, api.defaultTextMapGetter);
      assert.equal(api.propagation.getBaggage(after)?.getEntry('mine')?.value, '1');
    }
    assert.equal(
      api.propagation.getBaggage(propagator.extract(before, {}, api.defaultTextMapGetter)),
      api.propagation.getBaggage(before),
    );
  });
});
