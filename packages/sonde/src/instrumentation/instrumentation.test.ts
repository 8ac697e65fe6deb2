import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { diag } from '../api/diag/diag.ts';
import type { MeterProviderLike } from '../api/metrics/meter.ts';
import { metrics } from '../api/metrics/metrics-api.ts';
import { type Instrumentation, InstrumentationBase, registerInstrumentations } from './instrumentation.ts';

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  const note = (message: string): void => void said.push(message);
  diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note });
});
afterEach(() => diag.disable());

const angry = (): never => {
  throw new Error('not me');
};

/** An instrumentation of somebody else's; `over` replaces some of its methods. */
function plugin(calls: string[], over: object = {}): Instrumentation {
  return {
    instrumentationName: 'plugin',
    instrumentationVersion: '1',
    enable: () => void calls.push('enable'),
    disable: () => void calls.push('disable'),
    setTracerProvider: () => void calls.push('tracers'),
    setMeterProvider: () => void calls.push('meters'),
    setConfig: () => {},
    getConfig: () => ({}),
    ...over,
  };
}

describe('an instrumentation of ours', () => {
  class Mine extends InstrumentationBase {
    constructor(config: object = {}) {
      super('mine', '1', config);
    }
    protected override patch(): void {}
    protected override unpatch(): void {}
  }

  it('refuses hooks that are no functions and parameters that are no list, by name', () => {
    const wrong: [object, RegExp][] = [
      [{ requestHook: 'x' }, /^Mine: requestHook must be a function; got "x"$/],
      [{ ignoreIncomingRequestHook: 5 }, /^Mine: ignoreIncomingRequestHook must be a function; got 5$/],
      [{ responseHook: null }, /^Mine: responseHook must be a function; got null$/],
      [{ redactedQueryParams: 5 }, /^Mine: redactedQueryParams must be an array of names; got 5$/],
    ];
    for (const [config, message] of wrong) {
      assert.throws(() => new Mine(config), { name: 'TypeError', message });
      assert.throws(() => new Mine().setConfig(config), { name: 'TypeError', message });
    }
    const right = { requestHook: () => {}, responseHook: undefined, redactedQueryParams: [], enabled: false };
    assert.deepEqual(new Mine(right).getConfig(), right);
  });
});

describe('registerInstrumentations', () => {
  it('switches on what there is, in lists and lists of lists, and off again', () => {
    const calls: string[] = [];
    const off = registerInstrumentations({
      instrumentations: [
        plugin(calls),
        [plugin(calls), plugin(calls, { getConfig: () => ({ enabled: false }) })],
      ],
    });
    assert.deepEqual(
      calls.filter((call) => call !== 'meters'),
      ['enable', 'enable'],
    );
    calls.length = 0;
    off();
    assert.deepEqual(calls, ['disable', 'disable', 'disable']);
  });

  it('gives one of others a meter provider, the global one by default, whose instruments work with an SDK that comes later', () => {
    const given: MeterProviderLike[] = [];
    const setMeterProvider = (provider: MeterProviderLike) => void given.push(provider);
    registerInstrumentations({ instrumentations: [plugin([], { setMeterProvider })] });
    const counter = given[0]!.getMeter('plugin').createCounter('calls');
    counter.add(1);
    const added: number[] = [];
    const add = (value: number) => void added.push(value);
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter: () => ({ add }) }) as never });
    counter.add(2);
    metrics.disable();
    assert.deepEqual(added, [2]);
    const own = { getMeter: () => ({}) as never };
    registerInstrumentations({ instrumentations: [plugin([], { setMeterProvider })], meterProvider: own });
    assert.equal(given[1], own);
  });

  it('refuses no options, and a class in the place of an instance', () => {
    class MyInstrumentation {}
    for (const options of [undefined, null, 5])
      assert.throws(
        () => registerInstrumentations(options as never),
        /options must be an object such as .*; got /,
      );
    const instrumentations = [[plugin([])], MyInstrumentation] as never;
    assert.throws(() => registerInstrumentations({ instrumentations }), {
      name: 'TypeError',
      message:
        'registerInstrumentations: instrumentations[1] must be an instance; got the class MyInstrumentation: write new MyInstrumentation()',
    });
    registerInstrumentations({});
  });

  it('keeps what one of them throws from the others and from the application, at both ends', () => {
    const calls: string[] = [];
    const hostile = new Proxy({} as Instrumentation, { get: angry });
    const off = registerInstrumentations({
      instrumentations: [
        plugin(calls, { enable: angry }),
        plugin(calls, { disable: angry }),
        hostile,
        undefined as never,
        plugin(calls),
      ],
    });
    assert.deepEqual(
      calls.filter((call) => call !== 'meters'),
      ['enable', 'enable'],
    );
    assert.equal(said.filter((message) => /could not be switched on/.test(message)).length, 3);
    calls.length = 0;
    off();
    assert.deepEqual(calls, ['disable', 'disable']);
    assert.ok(said.some((message) => /could not be switched off/.test(message)));
  });
});
