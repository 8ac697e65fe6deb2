/** Environment variables as carriers: names, whose environment is read and written. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EnvironmentGetter, EnvironmentSetter, normalizeEnvironmentKey } from './env-carrier.ts';

describe('normalizeEnvironmentKey', () => {
  it('gives a name that every shell takes, and leaves such a name as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        const name = normalizeEnvironmentKey(key);
        assert.match(name, /^[A-Z_][A-Z0-9_]*$/);
        assert.equal(normalizeEnvironmentKey(name), name);
      }),
      { numRuns: 1000 },
    );
  });

  it('makes no ASCII letters of others', () => {
    assert.equal(normalizeEnvironmentKey('ıß'), '__');
  });
});

describe('EnvironmentGetter and EnvironmentSetter', () => {
  it('prefer what they were made with, then the carrier, then the process to read', () => {
    process.env['TRACEPARENT'] = 'process';
    try {
      assert.equal(new EnvironmentGetter().get(undefined, 'traceparent'), 'process');
      assert.equal(new EnvironmentGetter().get({ TRACEPARENT: 'carrier' }, 'traceparent'), 'carrier');
      assert.equal(
        new EnvironmentGetter({ TRACEPARENT: 'own' }).get({ TRACEPARENT: 'carrier' }, 'traceparent'),
        'own',
      );
      new EnvironmentSetter().set(undefined, 'traceparent', 'written');
      assert.equal(process.env['TRACEPARENT'], 'process');
    } finally {
      delete process.env['TRACEPARENT'];
    }
    const own: Record<string, string> = {};
    const carrier: Record<string, string> = {};
    new EnvironmentSetter(own).set(carrier, 'trace-state', 'x');
    new EnvironmentSetter().set(carrier, 'trace-state', 'y');
    assert.deepEqual([own, carrier], [{ TRACE_STATE: 'x' }, { TRACE_STATE: 'y' }]);
  });

  it('read own variables only', () => {
    const getter = new EnvironmentGetter({});
    assert.equal(getter.get(undefined, '__proto__'), undefined);
    assert.deepEqual(getter.getAll(undefined, 'x'), []);
    assert.deepEqual(new EnvironmentGetter({ X: '1' }).getAll(undefined, 'x'), ['1']);
  });
});
