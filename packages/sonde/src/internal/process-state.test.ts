import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { processState } from './process-state.ts';

describe('processState', () => {
  it('makes a value once and gives every later caller the same', () => {
    const first = processState('test.1', () => ({ made: 1 }));
    const second = processState('test.1', () => ({ made: 2 }));
    assert.equal(first, second);
    assert.equal(first.made, 1);
    assert.notEqual(
      processState('test.2', () => ({ made: 3 })),
      first,
    );
  });

  it('does not show up when the global object is listed', () => {
    processState('test.1', () => ({ made: 1 }));
    const listed = Object.getOwnPropertySymbols(globalThis).filter((key) =>
      Object.prototype.propertyIsEnumerable.call(globalThis, key),
    );
    assert.equal(listed.includes(Symbol.for('sonde.test.1')), false);
  });

  it('protects objects from the cleaning of Jest, unseen by who lists them', () => {
    const state = processState('test.3', () => ({ made: 1 }));
    assert.deepEqual(Reflect.get(state, Symbol.for('$$jest-protect-from-deletion')), []);
    assert.deepEqual({ ...state }, { made: 1 });
    assert.equal(
      processState('test.4', () => 4),
      4,
    );
  });
});
