/** Resources: creation, merging, and attributes that come late or never. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { defaultResource, defaultServiceName, resourceForProvider } from './default-resource.ts';
import { setGlobalErrorHandler } from './diagnostics.ts';
import { asResource, emptyResource, type Resource, resourceFromAttributes } from './resource.ts';
import { SDK_VERSION } from './sdk-info.ts';

let reports: string[] = [];
beforeEach(() => {
  reports = [];
  setGlobalErrorHandler((error) => reports.push(`${error.code}: ${error.message}`));
});
afterEach(() => {
  setGlobalErrorHandler(undefined);
  mock.timers.reset();
});

describe('resourceFromAttributes', () => {
  it('keeps what was given when the object it came from changes', () => {
    const given: Record<string, unknown> = { a: 1, list: ['x'] };
    const resource = resourceFromAttributes(given, { schemaUrl: 'https://schema' });
    given['a'] = 2;
    (given['list'] as string[]).push('y');
    assert.deepEqual(resource.attributes, { a: 1, list: ['x'] });
    assert.equal(resource.schemaUrl, 'https://schema');
    assert.equal(resource.asyncAttributesPending, false);
  });

  it('keeps __proto__ as an ordinary key', () => {
    const resource = resourceFromAttributes(JSON.parse('{"__proto__":"x","b":1}'));
    assert.deepEqual(Object.entries(resource.attributes), [
      ['__proto__', 'x'],
      ['b', 1],
    ]);
    assert.equal(Object.getPrototypeOf(resource.attributes), Object.prototype);
  });

  it('leaves out what cannot be an attribute, and says so', () => {
    const hostile = {
      ok: 'yes',
      '': 'empty key',
      call: () => 1,
      sign: Symbol('s'),
      nothing: undefined,
      get broken(): never {
        throw new Error('getter');
      },
    };
    assert.deepEqual(resourceFromAttributes(hostile).attributes, { ok: 'yes' });
    assert.equal(reports.length, 4);
  });

  it('refuses what is no set of attributes, naming it', () => {
    assert.throws(() => resourceFromAttributes(null as never), /must be an object, not null/);
    assert.throws(() => resourceFromAttributes({}, { schemaUrl: 1 as never }), /schemaUrl .* not 1/);
    assert.throws(() => resourceFromAttributes({}, { timeoutMillis: -1 }), /timeoutMillis/);
  });
});

describe('merge', () => {
  const values = fc.dictionary(
    fc.string({ minLength: 1 }),
    fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  );

  it('gives what spreading the attributes gives, in any grouping', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [a, b, c].map((each) => resourceFromAttributes(each)) as [
          Resource,
          Resource,
          Resource,
        ];
        const expected = Object.entries({ ...a, ...b, ...c }).sort();
        assert.deepEqual(Object.entries(x.merge(y).merge(z).attributes).sort(), expected);
        assert.deepEqual(Object.entries(x.merge(y.merge(z)).attributes).sort(), expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the updating value even if it is empty', () => {
    const merged = resourceFromAttributes({ a: 'x', b: 'y' }).merge(resourceFromAttributes({ a: '' }));
    assert.deepEqual(merged.attributes, { a: '', b: 'y' });
  });

  it('settles the schema by the rules of the specification', () => {
    const one = resourceFromAttributes({ a: 1 }, { schemaUrl: 'https://1' });
    const two = resourceFromAttributes({ b: 2 }, { schemaUrl: 'https://2' });
    assert.equal(emptyResource().merge(one).schemaUrl, 'https://1');
    assert.equal(one.merge(emptyResource()).schemaUrl, 'https://1');
    assert.equal(one.merge(one).schemaUrl, 'https://1');
    assert.deepEqual(reports, []);
    const both = one.merge(two);
    assert.equal(both.schemaUrl, undefined);
    assert.deepEqual(both.attributes, { a: 1, b: 2 });
    assert.match(reports.join(), /resource_schema_conflict.*"https:\/\/1" and "https:\/\/2"/);
  });

  it('takes null as nothing and refuses what is no resource', () => {
    const one = resourceFromAttributes({ a: 1 });
    assert.equal(one.merge(null), one);
    assert.throws(() => one.merge('x' as never), /argument of merge must be a resource.*"x"/);
  });
});

describe('promised attributes', () => {
  it('come when they come, in the order of the resources', async () => {
    const late = deferred<string>();
    const below = resourceFromAttributes({ name: late.promise, a: 1 });
    const merged = below.merge(resourceFromAttributes({ b: Promise.resolve(2) }));
    const overridden = below.merge(resourceFromAttributes({ name: 'mine' }));
    assert.equal(merged.asyncAttributesPending, true);
    assert.deepEqual(merged.attributes, { a: 1 });
    late.resolve('late');
    await merged.waitForAsyncAttributes?.();
    assert.equal(merged.asyncAttributesPending, false);
    assert.deepEqual(merged.attributes, { name: 'late', a: 1, b: 2 });
    assert.equal(merged.attributes, merged.attributes);
    assert.deepEqual(overridden.attributes, { name: 'mine', a: 1 });
  });

  it('that reject, throw or resolve to nothing are left out without a word above debug', async () => {
    const hostileThenable = {
      then() {
        throw new Error('then');
      },
    };
    const resource = resourceFromAttributes({
      a: Promise.reject(new Error('no')),
      b: Promise.resolve(undefined),
      c: hostileThenable,
      d: 'kept',
    });
    await resource.waitForAsyncAttributes?.();
    assert.deepEqual(resource.attributes, { d: 'kept' });
    assert.deepEqual(reports, []);
  });

  it('leave the value below them where they bring nothing', async () => {
    const merged = resourceFromAttributes({ id: 'fallback' }).merge(
      resourceFromAttributes({ id: Promise.resolve(undefined) }),
    );
    await merged.waitForAsyncAttributes?.();
    assert.deepEqual(merged.attributes, { id: 'fallback' });
  });

  it('are given up at the deadline, by name, and never change the resource afterwards', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const late = deferred<string>();
    const resource = resourceFromAttributes(
      { slow: late.promise, quick: Promise.resolve(1) },
      { timeoutMillis: 50 },
    );
    const waited = resource.waitForAsyncAttributes?.();
    await new Promise(setImmediate);
    mock.timers.tick(49);
    await new Promise(setImmediate);
    assert.equal(resource.asyncAttributesPending, true);
    mock.timers.tick(1);
    await waited;
    assert.equal(resource.asyncAttributesPending, false);
    assert.match(reports.join(), /resource_attribute_late.*50 ms.*"slow"$/);
    late.resolve('too late');
    await new Promise(setImmediate);
    assert.deepEqual(resource.attributes, { quick: 1 });
  });
});

describe('resources of the official SDK', () => {
  it('of the 2.x and 3.x lines keep their order of values and their promises', async () => {
    const foreign = {
      attributes: {},
      schemaUrl: 'https://s',
      asyncAttributesPending: true,
      merge: () => foreign,
      getRawAttributes: () =>
        [
          ['a', 'wins'],
          ['a', 'loses'],
          ['p', Promise.resolve(1)],
        ] as [string, unknown][],
    };
    const merged = resourceFromAttributes({ a: 'below', z: 1 }).merge(foreign as Resource);
    await merged.waitForAsyncAttributes?.();
    assert.deepEqual(merged.attributes, { a: 'wins', z: 1, p: 1 });
    assert.equal(merged.schemaUrl, 'https://s');
  });

  it('of the 1.x line are read when their attributes have come', async () => {
    let attributes: Record<string, unknown> = { now: 1 };
    const foreign = {
      get attributes() {
        return attributes;
      },
      asyncAttributesPending: true,
      waitForAsyncAttributes: async () => {
        attributes = { now: 1, then: 2 };
      },
    };
    const resource = asResource(foreign, 'x');
    await resource.waitForAsyncAttributes?.();
    assert.deepEqual(resource.attributes, { now: 1, then: 2 });
  });

  it('see ours as one of theirs: first value wins in getRawAttributes', () => {
    const merged = resourceFromAttributes({ a: 'old', p: Promise.resolve(1) }).merge(
      resourceFromAttributes({ a: 'new' }),
    );
    const raw = merged.getRawAttributes();
    assert.deepEqual(raw.find(([key]) => key === 'a')?.[1], 'new');
    assert.ok(raw.find(([key]) => key === 'p')?.[1] instanceof Promise);
  });
});

describe('resourceForProvider', () => {
  const saved = { ...process.env };
  beforeEach(() => {
    delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
    delete process.env['OTEL_SERVICE_NAME'];
  });
  afterEach(() => {
    process.env = { ...saved };
  });

  it('is the default alone when nobody says anything', () => {
    assert.deepEqual(resourceForProvider().attributes, defaultResource().attributes);
    assert.equal(defaultServiceName(), 'unknown_service:node');
  });

  it('puts the environment over the default and the code over both', () => {
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'service.name=from-list,team=a%2Cb,tier=env';
    process.env['OTEL_SERVICE_NAME'] = 'from-name';
    const attributes = resourceForProvider(resourceFromAttributes({ tier: 'code' })).attributes;
    assert.equal(attributes['service.name'], 'from-name');
    assert.equal(attributes['team'], 'a,b');
    assert.equal(attributes['tier'], 'code');
    assert.equal(attributes['telemetry.sdk.name'], 'sonde');
    const named = resourceForProvider(resourceFromAttributes({ 'service.name': 'code' }));
    assert.equal(named.attributes['service.name'], 'code');
  });

  it('does not take a fallback name for one that somebody chose', () => {
    process.env['OTEL_SERVICE_NAME'] = 'from-name';
    const resource = resourceForProvider(defaultResource().merge(resourceFromAttributes({ a: 1 })));
    assert.equal(resource.attributes['service.name'], 'from-name');
    assert.equal(resource.attributes['a'], 1);
  });

  it('discards a malformed list whole', () => {
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'good=1,bad=%zz';
    assert.equal('good' in resourceForProvider().attributes, false);
  });

  it('refuses what is no resource, naming the option', () => {
    assert.throws(() => resourceForProvider({ a: 1 } as never), /option resource must be a resource/);
  });
});

describe('telemetry.sdk.version', () => {
  it('is the version of the package', () => {
    const require = createRequire(import.meta.url);
    const manifest = JSON.parse(readFileSync(require.resolve('sonde/package.json'), 'utf8'));
    assert.equal(SDK_VERSION, manifest.version);
  });
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
