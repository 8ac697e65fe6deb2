/** Rows RES: resources, the environment, and detectors. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ReadableSpan, TracerProviderOptions } from 'sonde/sdk';
import { api, resources, sdk } from './subject.ts';

const NAMES = ['OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SERVICE_NAME'] as const;
let lines: string[] = [];

beforeEach(() => {
  lines = [];
  const push =
    (level: string) =>
    (...parts: unknown[]) =>
      void lines.push(`${level} ${parts.join(' ')}`);
  api.diag.setLogger({
    error: push('error'),
    warn: push('warn'),
    info: push('info'),
    debug: push('debug'),
    verbose: push('verbose'),
  });
});
afterEach(() => {
  api.diag.disable();
  for (const name of NAMES) delete process.env[name];
});

/** What was said loudly enough to be seen by default. */
const said = (): string => lines.filter((line) => /^(error|warn)/.test(line)).join('\n');

/** The attributes that a span's exporter sees. */
function exported(options: TracerProviderOptions = {}): Record<string, unknown> {
  const exporter = new sdk.InMemorySpanExporter();
  const spanProcessors = [new sdk.SimpleSpanProcessor({ exporter })];
  const provider = new sdk.TracerProvider({ ...options, spanProcessors });
  provider.getTracer('test').startSpan('name').end();
  return (exporter.getFinishedSpans() as ReadableSpan[])[0]?.resource.attributes ?? {};
}

describe('resource', () => {
  it('RES-01 a resource is made of attributes and a schema URL, and does not change', () => {
    const given = { a: 'x', n: 1 };
    const resource = resources.resourceFromAttributes(given, { schemaUrl: 'https://example.test/1' });
    given.a = 'changed';
    assert.deepEqual(resource.attributes, { a: 'x', n: 1 });
    assert.equal(resource.schemaUrl, 'https://example.test/1');
    assert.equal(resources.resourceFromAttributes({}).schemaUrl, undefined);
    const merged = resource.merge(resources.resourceFromAttributes({ a: 'y' }));
    assert.deepEqual(resource.attributes, { a: 'x', n: 1 });
    assert.deepEqual(merged.attributes, { a: 'y', n: 1 });
  });

  it('RES-02 merging: the updating value wins even if it is empty', () => {
    const old = resources.resourceFromAttributes({ a: 'x', b: 'y' });
    const updating = resources.resourceFromAttributes({ a: '', c: 'z' });
    assert.deepEqual({ ...old.merge(updating).attributes }, { a: '', b: 'y', c: 'z' });
  });

  it('RES-02 RES-09 merging: the schema URL that is there; two that differ are an error', () => {
    const of = (schemaUrl?: string) =>
      resources.resourceFromAttributes({ a: 1 }, schemaUrl ? { schemaUrl } : {});
    assert.equal(of().merge(of('https://1')).schemaUrl, 'https://1');
    assert.equal(of('https://1').merge(of()).schemaUrl, 'https://1');
    assert.equal(of('https://1').merge(of('https://1')).schemaUrl, 'https://1');
    assert.equal(said(), '');
    assert.equal(of('https://1').merge(of('https://2')).schemaUrl, undefined);
    assert.match(said(), /https:\/\/1.*https:\/\/2/);
  });

  it('RES-03 the default resource names the service and the SDK', () => {
    const attributes = resources.defaultResource().attributes;
    assert.match(String(attributes['service.name']), /^unknown_service(:[^/\\]+)?$/);
    assert.equal(attributes['telemetry.sdk.language'], 'nodejs');
    assert.ok(attributes['telemetry.sdk.name']);
    assert.match(String(attributes['telemetry.sdk.version']), /^\d+\.\d+\.\d+/);
    assert.deepEqual({ ...exported() }, { ...attributes });
  });

  it('RES-04 a provider takes the environment, under what the user gives', () => {
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'team=env,tier=env';
    process.env['OTEL_SERVICE_NAME'] = 'from-env';
    assert.equal(exported()['team'], 'env');
    assert.equal(exported()['service.name'], 'from-env');
    const attributes = exported({
      resource: resources.resourceFromAttributes({ tier: 'code', 'service.name': 'from-code' }),
    });
    assert.equal(attributes['team'], 'env');
    assert.equal(attributes['tier'], 'code');
    assert.equal(attributes['service.name'], 'from-code');
  });

  it('RES-05 names and values are percent-decoded', () => {
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'k%3Dey=a%2Cb%20c, second = %C3%A9 ,empty=';
    const { attributes } = resources.detectResources({ detectors: [resources.envDetector] });
    assert.deepEqual({ ...attributes }, { 'k=ey': 'a,b c', second: 'é', empty: '' });
  });

  it('RES-05 one error discards the whole list and is reported', () => {
    for (const bad of ['novalue', 'x=%zz', '=y', 'x=%E0%A4%A']) {
      process.env['OTEL_RESOURCE_ATTRIBUTES'] = `good=1,${bad}`;
      const { attributes } = resources.detectResources({ detectors: [resources.envDetector] });
      assert.deepEqual({ ...attributes }, {}, bad);
    }
    assert.match(said(), /OTEL_RESOURCE_ATTRIBUTES/);
  });

  it('RES-05 long values are taken', () => {
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = `long=${'v'.repeat(300)},b=2`;
    const { attributes } = resources.detectResources({ detectors: [resources.envDetector] });
    assert.equal(String(attributes['long']).length, 300);
    assert.equal(attributes['b'], '2');
  });

  it('RES-06 there is an empty resource', () => {
    const empty = resources.emptyResource();
    assert.deepEqual({ ...empty.attributes }, {});
    assert.equal(empty.schemaUrl, undefined);
    const one = resources.resourceFromAttributes({ a: 1 });
    assert.deepEqual({ ...empty.merge(one).attributes }, { a: 1 });
  });
});

describe('resource detectors', () => {
  it('RES-07 detectors give a resource, and finding nothing is no error', async () => {
    const resource = resources.detectResources({
      detectors: [
        { detect: () => ({ attributes: { a: 1, later: Promise.resolve(2) } }) },
        { detect: () => ({ attributes: {} }) },
        { detect: () => ({}) },
      ],
    });
    await resource.waitForAsyncAttributes?.();
    assert.deepEqual({ ...resource.attributes }, { a: 1, later: 2 });
    assert.equal(said(), '');
  });

  it('RES-07 an error while detecting is reported and costs nobody else anything', () => {
    const resource = resources.detectResources({
      detectors: [
        {
          detect() {
            throw new Error('metadata service is down');
          },
        },
        { detect: () => ({ attributes: { a: 1 } }) },
      ],
    });
    assert.deepEqual({ ...resource.attributes }, { a: 1 });
    assert.match(said(), /detector/);
  });

  it('RES-08 detectors of the semantic conventions set their schema URL', () => {
    const { hostDetector, osDetector, processDetector, serviceInstanceIdDetector } = resources;
    for (const detector of [hostDetector, osDetector, processDetector, serviceInstanceIdDetector]) {
      const { schemaUrl, attributes } = resources.detectResources({ detectors: [detector] });
      assert.ok(Object.keys(attributes).length > 0);
      assert.match(String(schemaUrl), /^https:\/\/opentelemetry\.io\/schemas\/1\.\d+\.\d+$/);
    }
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'a=1';
    assert.equal(resources.detectResources({ detectors: [resources.envDetector] }).schemaUrl, undefined);
  });

  it('RES-10 detectors have names in snake case, and the reserved ones are there', () => {
    for (const name of ['host', 'process', 'service']) {
      const detectors = resources.resourceDetectorsByName(name) ?? [];
      assert.ok(detectors.length > 0, name);
      for (const detector of detectors) assert.match(String(detector.name), /^[a-z0-9_]+$/);
    }
    const detectors = [...(resources.resourceDetectorsByName('host') ?? [])];
    const { attributes } = resources.detectResources({ detectors });
    assert.ok(attributes['host.name']);
    assert.ok(attributes['os.type']);
  });

  it('RES-10 two detectors of one name are reported', () => {
    const detect = () => ({ attributes: { a: 1 } });
    const cloud = { name: 'cloud', detect };
    resources.detectResources({ detectors: [cloud, { name: 'cloud', detect }] });
    assert.match(said(), /cloud/);
  });

  it('RES-11 the service detector: OTEL_SERVICE_NAME and an id of this instance', () => {
    process.env['OTEL_SERVICE_NAME'] = 'checkout';
    const { serviceNameEnvDetector, serviceInstanceIdDetector } = resources;
    const detect = () =>
      resources.detectResources({ detectors: [serviceNameEnvDetector, serviceInstanceIdDetector] })
        .attributes;
    assert.equal(detect()['service.name'], 'checkout');
    assert.match(String(detect()['service.instance.id']), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(detect()['service.instance.id'], detect()['service.instance.id']);
  });
});
