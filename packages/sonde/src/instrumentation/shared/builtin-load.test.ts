import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasSoundHooks, whenBuiltinLoads } from './builtin-load.ts';

describe('waiting for a built-in module', () => {
  it('relies on hooks from the release on in which they are sound', () => {
    const sound = ['22.22.3', '22.23.0', '24.11.1', '24.12.0', '25.1.0', '26.0.0', '27.1.2'];
    const not = ['20.20.2', '22.22.2', '22.15.0', '23.11.0', '24.11.0', '25.0.0', '21.7.3', 'x'];
    assert.deepEqual(
      sound.filter((version) => !hasSoundHooks(version)),
      [],
    );
    assert.deepEqual(
      not.filter((version) => hasSoundHooks(version)),
      [],
    );
  });

  it('calls back at once for a module that is there', () => {
    const seen: unknown[] = [];
    whenBuiltinLoads('fs', (module) => seen.push(module))();
    assert.deepEqual(seen, [process.getBuiltinModule('node:fs')]);
  });

  it('calls back once, before whoever asks gets the module, and leaves nothing behind', () => {
    const { getBuiltinModule } = process;
    const seen: unknown[] = [];
    whenBuiltinLoads('dgram', (module) => seen.push(module));
    const asked = process.getBuiltinModule('node:dgram');
    assert.deepEqual(seen, [asked]);
    process.getBuiltinModule('node:dgram');
    assert.equal(seen.length, 1);
    assert.equal(process.getBuiltinModule, getBuiltinModule);
  });

  it('stops waiting when told to', () => {
    const { getBuiltinModule } = process;
    const seen: unknown[] = [];
    const stop = whenBuiltinLoads('trace_events', (module) => seen.push(module));
    const before = seen.length;
    stop();
    assert.equal(process.getBuiltinModule, getBuiltinModule);
    process.getBuiltinModule('node:trace_events');
    assert.equal(seen.length, before);
  });
});
