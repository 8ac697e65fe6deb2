/** Composition: order, separate halves, members that throw. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../api/context/context.ts';
import { createContextKey } from '../api/context/context-key.ts';
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import { defaultTextMapGetter, defaultTextMapSetter } from '../api/propagation/text-map-carrier.ts';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import { CompositePropagator } from './composite.ts';

const KEY = createContextKey('test');
const named = (name: string, field = 'x'): TextMapPropagator => ({
  inject: (_context, carrier, setter) => setter.set(carrier, field, `${carrier[field] ?? ''}${name}`),
  extract: (context) => context.setValue(KEY, `${context.getValue(KEY) ?? ''}${name}`),
  fields: () => [field],
});
const broken: TextMapPropagator = {
  inject() {
    throw new Error('inject');
  },
  extract() {
    throw new Error('extract');
  },
  fields: () => ['broken'],
};

describe('CompositePropagator', () => {
  let reports: string[] = [];
  beforeEach(() => {
    reports = [];
    setGlobalErrorHandler((error) => reports.push(`${error.code}: ${error.message}`));
  });
  afterEach(() => setGlobalErrorHandler(undefined));

  function run(propagator: CompositePropagator): [unknown, unknown] {
    const carrier: Record<string, string> = {};
    propagator.inject(ROOT_CONTEXT, carrier, defaultTextMapSetter);
    return [carrier['x'], propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter).getValue(KEY)];
  }

  it('runs its members in order', () => {
    assert.deepEqual(run(new CompositePropagator({ propagators: [named('a'), named('b')] })), ['ab', 'ab']);
  });

  it('is made of separate halves as well', () => {
    const config = { propagators: [named('a')], injectors: [named('i')], extractors: [named('e')] };
    assert.deepEqual(run(new CompositePropagator(config)), ['ai', 'ae']);
    assert.deepEqual(run(new CompositePropagator({ injectors: [named('i')] })), ['i', undefined]);
  });

  it('goes on when a member throws, and says so', () => {
    assert.deepEqual(run(new CompositePropagator({ propagators: [named('a'), broken, named('b')] })), [
      'ab',
      'ab',
    ]);
    assert.equal(reports.length, 2);
  });

  it('goes on when a member that has no name throws: an object without prototype, as a module is one', () => {
    const bare = Object.assign(Object.create(null) as TextMapPropagator, broken);
    assert.deepEqual(run(new CompositePropagator({ propagators: [bare, named('b')] })), ['b', 'b']);
    assert.equal(reports.length, 2);
    const nothing = Object.create(null) as TextMapPropagator;
    assert.throws(() => new CompositePropagator({ propagators: [nothing] }), /must have a method inject/);
  });

  it('lists each field of what it injects once', () => {
    const propagators = [named('a', 'one'), named('b', 'two'), named('c', 'one')];
    const composite = new CompositePropagator({ propagators, extractors: [named('d', 'three')] });
    assert.deepEqual(composite.fields(), ['one', 'two']);
    composite.fields().push('mine');
    assert.deepEqual(composite.fields(), ['one', 'two']);
    assert.deepEqual(new CompositePropagator().fields(), []);
  });

  it('refuses members without the methods of their role', () => {
    assert.throws(() => new CompositePropagator({ propagators: [{} as never] }), /must have a method inject/);
    assert.throws(
      () => new CompositePropagator({ extractors: [null as never] }),
      /must have a method extract/,
    );
  });

  it('keeps the context when a member answers nothing', () => {
    const silent = { ...named('a'), extract: () => undefined as never };
    assert.deepEqual(run(new CompositePropagator({ propagators: [silent, named('b')] }))[1], 'b');
  });
});
