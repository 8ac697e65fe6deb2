import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { diag } from '../api/diag/diag.ts';
import { type Instrumentation, registerInstrumentations } from './instrumentation.ts';

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

describe('registerInstrumentations', () => {
  it('switches on what there is, in lists and lists of lists, and off again', () => {
    const calls: string[] = [];
    const off = registerInstrumentations({
      instrumentations: [
        plugin(calls),
        [plugin(calls), plugin(calls, { getConfig: () => ({ enabled: false }) })],
      ],
    });
    assert.deepEqual(calls, ['enable', 'enable']);
    off();
    assert.deepEqual(calls.slice(2), ['disable', 'disable', 'disable']);
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
    assert.deepEqual(calls, ['enable', 'enable']);
    assert.equal(said.filter((message) => /could not be switched on/.test(message)).length, 3);
    off();
    assert.deepEqual(calls.slice(2), ['disable', 'disable']);
    assert.ok(said.some((message) => /could not be switched off/.test(message)));
  });
});
