/** ContextImpl: the fixed fields and the shared Map behave as one immutable set of values. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Context, ContextImpl, ROOT_CONTEXT } from './context.ts';
import {
  B3_DEBUG_FLAG_KEY,
  BAGGAGE_KEY,
  createContextKey,
  RPC_METADATA_KEY,
  SPAN_KEY,
  SUPPRESS_TRACING_KEY,
} from './context-key.ts';

const keys = [
  SPAN_KEY,
  BAGGAGE_KEY,
  SUPPRESS_TRACING_KEY,
  RPC_METADATA_KEY,
  B3_DEBUG_FLAG_KEY,
  createContextKey('own'),
  Symbol('other'),
];

describe('ContextImpl', () => {
  it('is the same as a Map that is copied at every write, for any sequence of writes', () => {
    const write = fc.record({ key: fc.nat(keys.length - 1), value: fc.option(fc.anything()) });
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        let context: Context = ROOT_CONTEXT;
        const model = new Map<symbol, unknown>();
        for (const { key, value } of writes) {
          const before = context;
          const valuesBefore = keys.map((one) => before.getValue(one));
          context = value === null ? context.deleteValue(keys[key]!) : context.setValue(keys[key]!, value);
          if (value === null) model.delete(keys[key]!);
          else model.set(keys[key]!, value);
          assert.deepEqual(
            keys.map((one) => before.getValue(one)),
            valuesBefore,
          );
        }
        for (const key of keys) assert.equal(context.getValue(key), model.get(key));
      }),
      { numRuns: 1_000 },
    );
  });

  it('makes no Map for the four values that are read on every span', () => {
    const context = ROOT_CONTEXT.setValue(SPAN_KEY, 1)
      .setValue(BAGGAGE_KEY, 2)
      .setValue(SUPPRESS_TRACING_KEY, true)
      .setValue(RPC_METADATA_KEY, 3);
    assert.ok(context instanceof ContextImpl);
    assert.equal(context.others, undefined);
    assert.deepEqual(
      [context.span, context.baggage, context.suppressed, context.rpcMetadata],
      [1, 2, true, 3],
    );
  });

  it('lets go of the Map with its last value', () => {
    const key = createContextKey('own');
    const context = ROOT_CONTEXT.setValue(key, 1).deleteValue(key);
    assert.equal((context as ContextImpl).others, undefined);
  });

  it('is the same object when there is nothing to delete', () => {
    assert.equal(ROOT_CONTEXT.deleteValue(SPAN_KEY), ROOT_CONTEXT);
    assert.equal(ROOT_CONTEXT.deleteValue(Symbol('none')), ROOT_CONTEXT);
  });
});

describe('createContextKey', () => {
  it('gives the shared key for the names that the official packages share, and only for these', () => {
    assert.equal(createContextKey('OpenTelemetry Context Key SPAN'), SPAN_KEY);
    assert.equal(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), SUPPRESS_TRACING_KEY);
    assert.notEqual(createContextKey('OpenTelemetry Context Key SPAN '), SPAN_KEY);
    assert.equal(Symbol.keyFor(createContextKey('anything')), undefined);
  });
});
