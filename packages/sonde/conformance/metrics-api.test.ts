/** Rows MAPI that the API and its no-ops show. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { BatchObservableCallback, Meter, Observable, ObservableCallback, ObservableResult } from 'sonde';
import { docOf } from './declarations.ts';
import { api } from './subject.ts';

const { metrics } = api;

interface Made {
  readonly name: string;
  readonly options: unknown;
  readonly recorded: unknown[][];
  readonly callbacks: Set<ObservableCallback>;
}

/** A meter provider of the official shape that keeps everything it is given. */
function keepingProvider() {
  const scopes: unknown[][] = [];
  const made: Made[] = [];
  const batches = new Map<BatchObservableCallback, Observable[]>();
  const create = (name: string, options?: unknown) => {
    const one: Made = { name, options, recorded: [], callbacks: new Set() };
    made.push(one);
    return {
      add: (...given: unknown[]) => one.recorded.push(given),
      record: (...given: unknown[]) => one.recorded.push(given),
      addCallback: (callback: ObservableCallback) => one.callbacks.add(callback),
      removeCallback: (callback: ObservableCallback) => one.callbacks.delete(callback),
      one,
    };
  };
  const meter = {
    createCounter: create,
    createUpDownCounter: create,
    createHistogram: create,
    createGauge: create,
    createObservableCounter: create,
    createObservableUpDownCounter: create,
    createObservableGauge: create,
    addBatchObservableCallback: (callback: BatchObservableCallback, observables: Observable[]) =>
      batches.set(callback, observables),
    removeBatchObservableCallback: (callback: BatchObservableCallback) => batches.delete(callback),
  };
  const provider = {
    getMeter: (...scope: unknown[]) => {
      scopes.push(scope);
      return meter as unknown as Meter;
    },
  };
  return { provider, scopes, made, batches };
}

const observed = (made: Made | undefined): unknown[][] => {
  const values: unknown[][] = [];
  const result: ObservableResult = { observe: (...given: unknown[]) => values.push(given) };
  for (const callback of made?.callbacks ?? []) callback(result);
  return values;
};

afterEach(() => {
  api.diag.disable();
  metrics.disable();
});

describe('the global meter provider', () => {
  it('MAPI-01 can be set once, got, and taken away', () => {
    const { provider, scopes } = keepingProvider();
    assert.equal(metrics.setGlobalMeterProvider(provider), true);
    assert.equal(metrics.setGlobalMeterProvider(keepingProvider().provider), false);
    metrics.getMeterProvider().getMeter('a');
    metrics.disable();
    metrics.getMeter('b');
    assert.deepEqual(
      scopes.map(([name]) => name),
      ['a'],
    );
  });

  it('MAPI-02 gets the name, version and options that were asked for', () => {
    const { provider, scopes } = keepingProvider();
    metrics.setGlobalMeterProvider(provider);
    metrics.getMeter('library', '1.0.0', { schemaUrl: 'https://example.com/1' });
    assert.deepEqual(scopes, [['library', '1.0.0', { schemaUrl: 'https://example.com/1' }]]);
  });
});

describe('instruments', () => {
  it('MAPI-05 MAPI-06 MAPI-07 seven kinds come from a meter', () => {
    const meter = metrics.getMeter('x');
    meter.createCounter('a').add(1, { k: 'v' }, api.ROOT_CONTEXT);
    meter.createUpDownCounter('b').add(-1);
    meter.createHistogram('c').record(1.5);
    meter.createGauge('d').record(2);
    const callback = () => {};
    for (const observable of [
      meter.createObservableCounter('e'),
      meter.createObservableUpDownCounter('f'),
      meter.createObservableGauge('g'),
    ]) {
      observable.addCallback(callback);
      observable.removeCallback(callback);
    }
  });

  it('MAPI-08 MAPI-10 MAPI-11 name, unit, description and advice reach the SDK as they are', () => {
    const { provider, made } = keepingProvider();
    metrics.setGlobalMeterProvider(provider);
    const options = {
      unit: 'X'.repeat(63),
      description: 'ü'.repeat(1_023),
      valueType: api.ValueType.INT,
      advice: { explicitBucketBoundaries: [1, 2, 3] },
    };
    metrics.getMeter('x').createHistogram('not a valid name!', options);
    assert.equal(made[0]?.name, 'not a valid name!');
    assert.deepEqual(made[0]?.options, options);
  });

  it('MAPI-22 a measurement may name its context', () => {
    const { provider, made } = keepingProvider();
    metrics.setGlobalMeterProvider(provider);
    const context = api.ROOT_CONTEXT.setValue(api.createContextKey('k'), 1);
    metrics.getMeter('x').createCounter('c').add(1, { a: 1 }, context);
    assert.deepEqual(made[0]?.recorded, [[1, { a: 1 }, context]]);
  });

  it('MAPI-13 observable instruments take callbacks when they are made', () => {
    const { provider, made } = keepingProvider();
    metrics.setGlobalMeterProvider(provider);
    const meter = metrics.getMeter('x');
    meter.createObservableGauge('none');
    meter.createObservableGauge('one', {}, (result) => result.observe(1));
    meter.createObservableCounter(
      'two',
      undefined,
      (result) => result.observe(2),
      (result) => result.observe(3, { a: 1 }),
    );
    assert.deepEqual(made.map(observed), [[], [[1]], [[2], [3, { a: 1 }]]]);
  });

  it('MAPI-14 MAPI-18 callbacks can be added and undone later, and have state by closure', () => {
    const { provider, made } = keepingProvider();
    metrics.setGlobalMeterProvider(provider);
    let state = 1;
    const gauge = metrics.getMeter('x').createObservableGauge('g');
    const callback: ObservableCallback = (result) => result.observe(state);
    gauge.addCallback(callback);
    assert.deepEqual(observed(made[0]), [[1]]);
    state = 2;
    assert.deepEqual(observed(made[0]), [[2]]);
    gauge.removeCallback(callback);
    assert.deepEqual(observed(made[0]), []);
  });

  it('MAPI-20 synchronous instruments say whether they are enabled: not without an SDK', () => {
    const meter = metrics.getMeter('x');
    const all = [
      meter.createCounter('a'),
      meter.createUpDownCounter('b'),
      meter.createHistogram('c'),
      meter.createGauge('d'),
    ];
    assert.deepEqual(
      all.map((instrument) => instrument.enabled()),
      [false, false, false, false],
    );
    metrics.setGlobalMeterProvider(keepingProvider().provider);
    assert.deepEqual(
      all.map((instrument) => instrument.enabled()),
      [true, true, true, true],
    );
  });

  it('MAPI-21 bind fixes the attributes', () => {
    const { provider, made } = keepingProvider();
    const early = metrics.getMeter('x').createCounter('early').bind({ a: 1 });
    early.add(1);
    metrics.setGlobalMeterProvider(provider);
    early.add(2);
    metrics.getMeter('x').createHistogram('late').bind({ b: 2 }).record(3);
    assert.deepEqual(
      made.map(({ name, recorded }) => [name, recorded.map(([value, attributes]) => [value, attributes])]),
      [
        ['early', [[2, { a: 1 }]]],
        ['late', [[3, { b: 2 }]]],
      ],
    );
  });

  it('MAPI-19 the documents say how callbacks must behave', () => {
    const { doc } = docOf('type ObservableCallback');
    for (const word of [/quick|short|indefinite/, /alone|reentrant/, /once|duplicate/])
      assert.match(doc, word);
  });
});

describe('instruments made before the SDK starts', () => {
  it('record from then on, and nothing from before', () => {
    const { provider, made } = keepingProvider();
    const meter = metrics.getMeter('early');
    const counter = meter.createCounter('c', { unit: '1' });
    const histogram = meter.createHistogram('h');
    const gauge = meter.createObservableGauge('g', {}, (result) => result.observe(1));
    counter.add(1);
    metrics.setGlobalMeterProvider(provider);
    assert.deepEqual(observed(made.find(({ name }) => name === 'g')), [[1]]);
    counter.add(2, { a: 1 });
    histogram.record(3);
    gauge.addCallback((result) => result.observe(2));
    const recorded = Object.fromEntries(made.map((one) => [one.name, one.recorded.map((given) => given[0])]));
    assert.deepEqual(recorded, { g: [], c: [2], h: [3] });
    assert.deepEqual(observed(made.find(({ name }) => name === 'g')), [[1], [2]]);
  });

  it('MAPI-16 are known to batch callbacks by the instruments of the SDK', () => {
    const { provider, batches } = keepingProvider();
    const meter = metrics.getMeter('early');
    const [a, b] = [meter.createObservableGauge('a'), meter.createObservableCounter('b')];
    const callback: BatchObservableCallback = (result) => {
      result.observe(a, 1);
      result.observe(b, 2, { k: 'v' });
    };
    meter.addBatchObservableCallback(callback, [a, b]);
    metrics.setGlobalMeterProvider(provider);
    const [[registered, observables]] = [...batches] as [[BatchObservableCallback, Observable[]]];
    const names = observables.map((observable) => (observable as unknown as { one: Made }).one.name);
    assert.deepEqual(names, ['a', 'b']);
    const values: unknown[][] = [];
    registered({
      observe: (metric, ...given) => values.push([(metric as unknown as { one: Made }).one.name, ...given]),
    });
    assert.deepEqual(values, [
      ['a', 1, undefined],
      ['b', 2, { k: 'v' }],
    ]);
    meter.removeBatchObservableCallback(callback, [a, b]);
    assert.equal(batches.size, 0);
  });
});

describe('the no-op meter', () => {
  it('MAPI-24 takes everything, keeps no callback, says nothing', () => {
    const said: unknown[] = [];
    const take = (...given: unknown[]) => said.push(given);
    api.diag.setLogger(
      { error: take, warn: take, info: take, debug: take, verbose: take },
      api.DiagLogLevel.ALL,
    );
    said.length = 0;
    const meter = api.createNoopMeter();
    let called = 0;
    meter.createCounter('').add(-1, undefined);
    meter.createHistogram('1 bad name', { unit: 'x'.repeat(1_000) }).record(Number.NaN);
    meter.createGauge('g').record(Number.POSITIVE_INFINITY);
    meter.createUpDownCounter('u').add('text' as unknown as number);
    const observable = meter.createObservableGauge('o');
    observable.addCallback(() => {
      called++;
    });
    meter.addBatchObservableCallback(() => {
      called++;
    }, [observable]);
    assert.deepEqual([said.length, called], [0, 0]);
  });
});
