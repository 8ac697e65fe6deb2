/** Rows LIB-02 and LIB-03: an instrumented library has its own copy of the official API, and meets the subject in the global. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, describe, it } from 'node:test';
import type * as Official from '@opentelemetry/api';
import { api, sdk } from './subject.ts';

/** What a library depends on: the API alone. */
const library: typeof Official = createRequire(import.meta.url)('@opentelemetry/api');

afterEach(() => {
  for (const entry of [api.trace, api.metrics, api.logs, api.context, api.propagation]) entry.disable();
});

describe('a library with its own copy of the API', () => {
  it('LIB-02 gets the spans and the active context of the application', () => {
    api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager().enable());
    api.trace.setGlobalTracerProvider(new sdk.TracerProvider({ spanProcessors: [] }));
    const outer = api.trace.getTracer('application').startSpan('outer');
    const inner = api.context.with(api.trace.setSpan(api.context.active(), outer), () => {
      assert.equal(library.trace.getActiveSpan(), outer);
      return library.trace.getTracer('library').startSpan('inner');
    });
    assert.equal(inner.spanContext().traceId, outer.spanContext().traceId);
    const activated = library.context.with(library.trace.setSpan(library.ROOT_CONTEXT, inner), () =>
      api.trace.getActiveSpan(),
    );
    assert.equal(activated, inner);
  });

  it('LIB-02 reads the baggage that the application set, and the other way round', () => {
    const context = api.propagation.setBaggage(
      api.ROOT_CONTEXT,
      api.propagation.createBaggage({ user: { value: 'alice' } }),
    );
    assert.equal(library.propagation.getBaggage(context)?.getEntry('user')?.value, 'alice');
    const theirs = library.propagation.setBaggage(
      library.ROOT_CONTEXT,
      library.propagation.createBaggage({ tier: { value: 'gold' } }),
    );
    assert.equal(api.propagation.getBaggage(theirs)?.getEntry('tier')?.value, 'gold');
  });

  it('LIB-03 finds every value and every method of the stable API, under the same names', () => {
    const missing: string[] = [];
    for (const [name, value] of Object.entries(library)) {
      const ours = (api as unknown as Record<string, unknown>)[name];
      if (ours === undefined) missing.push(name);
      if (typeof value !== 'object' || value === null) continue;
      for (const member of membersOf(value)) {
        if ((ours as Record<string, unknown> | undefined)?.[member] === undefined)
          missing.push(`${name}.${member}`);
      }
    }
    assert.deepEqual(missing, []);
    assert.ok(Object.keys(library).length > 25);
  });
});

/** Public members, also those of the class that the value is of; what starts with an underscore is nobody's. */
function membersOf(value: object): string[] {
  const prototype = Object.getPrototypeOf(value);
  const inherited = prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype);
  return [...Object.keys(value), ...inherited].filter(
    (name) => name !== 'constructor' && !name.startsWith('_'),
  );
}
