/** Rows PROP about the API: carriers and the global propagator. The propagators have files of their own. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from 'sonde';
import { api, propagators } from './subject.ts';

const key = api.createContextKey('conformance.propagation');

/** A propagator of one field. */
const single: TextMapPropagator = {
  inject(context: Context, carrier: unknown, setter: TextMapSetter) {
    setter.set(carrier, 'X-Value', String(context.getValue(key)));
  },
  extract(context: Context, carrier: unknown, getter: TextMapGetter) {
    const value = getter.get(carrier, 'X-Value');
    return value === undefined ? context : context.setValue(key, value);
  },
  fields: () => ['X-Value'],
};

afterEach(() => {
  api.propagation.disable();
});

describe('getter and setter', () => {
  const getter = api.defaultTextMapGetter;
  const setter = api.defaultTextMapSetter;

  it('PROP-05 are constants that serve any number of carriers', () => {
    const carriers: Record<string, string>[] = [{}, {}];
    carriers.forEach((carrier, index) => {
      setter.set(carrier, 'name', String(index));
    });
    assert.deepEqual(
      carriers.map((carrier) => getter.get(carrier, 'name')),
      ['0', '1'],
    );
  });

  it('PROP-07 the setter keeps the casing of the name', () => {
    const carrier = {};
    setter.set(carrier, 'X-Mixed-Case', 'v');
    assert.deepEqual(carrier, { 'X-Mixed-Case': 'v' });
  });

  it('PROP-08 keys are all keys of the carrier', () => {
    assert.deepEqual(getter.keys({ a: '1', B: '2' }), ['a', 'B']);
    assert.deepEqual(getter.keys(undefined), []);
  });

  it('PROP-09 get gives the first value', () => {
    assert.equal(getter.get({ a: ['1', '2'] }, 'a'), '1');
    assert.equal(getter.get({ a: '1' }, 'a'), '1');
    assert.equal(getter.get({ a: '1' }, 'b'), undefined);
  });

  it('PROP-10 names are found whatever their casing', () => {
    for (const name of ['traceparent', 'Traceparent', 'TRACEPARENT']) {
      assert.equal(getter.get({ [name]: 'v' }, 'traceparent'), 'v');
      assert.equal(getter.get({ traceparent: 'v' }, name), 'v');
    }
  });

  it('PROP-11 getAll gives all values in their order, none when the field is absent', () => {
    assert.deepEqual(getter.getAll({ a: ['2', '1'] }, 'a'), ['2', '1']);
    assert.deepEqual(getter.getAll({ a: '1' }, 'a'), ['1']);
    assert.deepEqual(getter.getAll({ a: '1' }, 'b'), []);
  });

  it('PROP-12 a getter without getAll is read by its get', () => {
    const old = { keys: () => ['a'], get: (carrier: Record<string, string>, name: string) => carrier[name] };
    assert.deepEqual(api.getAll(old, { a: '1' }, 'a'), ['1']);
    assert.deepEqual(api.getAll(old, { a: '1' }, 'b'), []);
    const baggage = new propagators.W3CBaggagePropagator();
    const context = baggage.extract(api.ROOT_CONTEXT, { baggage: 'a=1' }, old);
    assert.equal(api.propagation.getBaggage(context)?.getEntry('a')?.value, '1');
  });
});

describe('the global propagator', () => {
  it('PROP-16 does nothing unless one is set', () => {
    const carrier = {};
    api.propagation.inject(api.ROOT_CONTEXT.setValue(key, 'v'), carrier);
    assert.deepEqual(carrier, {});
    assert.equal(api.propagation.extract(api.ROOT_CONTEXT, { traceparent: 'x' }), api.ROOT_CONTEXT);
    assert.deepEqual(api.propagation.fields(), []);
  });

  it('PROP-15 can be set and got', () => {
    assert.equal(api.propagation.setGlobalPropagator(single), true);
    assert.equal(api.propagation.getGlobalPropagator(), single);
    assert.deepEqual(api.propagation.fields(), ['X-Value']);
  });

  it('PROP-01 PROP-03 injects from a context into a carrier, and extracts into a context derived from the one given', () => {
    api.propagation.setGlobalPropagator(single);
    const carrier: Record<string, string> = {};
    api.propagation.inject(api.ROOT_CONTEXT.setValue(key, 'sent'), carrier);
    assert.deepEqual(carrier, { 'X-Value': 'sent' });
    const other = api.createContextKey('other');
    const given = api.ROOT_CONTEXT.setValue(other, 1);
    const extracted = api.propagation.extract(given, carrier);
    assert.deepEqual(
      [extracted.getValue(key), extracted.getValue(other), given.getValue(key)],
      ['sent', 1, undefined],
    );
  });

  it('PROP-02 a propagator that throws leaves the context as it was', () => {
    const broken: TextMapPropagator = {
      inject() {
        throw new Error('inject');
      },
      extract() {
        throw new Error('extract');
      },
      fields() {
        throw new Error('fields');
      },
    };
    api.propagation.setGlobalPropagator(broken);
    assert.equal(api.propagation.extract(api.ROOT_CONTEXT, {}), api.ROOT_CONTEXT);
    api.propagation.inject(api.ROOT_CONTEXT, {});
    assert.deepEqual(api.propagation.fields(), []);
  });
});
