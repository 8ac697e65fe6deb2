/** Detection: ours, the official SDK's shapes of three generations, and detectors that misbehave. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import { resourceFromAttributes } from '../sdk/common/resource.ts';
import { resourceDetectorsByName } from './built-in.ts';
import { detectResources } from './detect.ts';
import { type ResourceDetector, SEMANTIC_CONVENTIONS_SCHEMA_URL } from './detector.ts';
import { hostDetector } from './host.ts';
import { osDetector } from './os.ts';
import { createProcessDetector, processDetector } from './process.ts';
import { serviceDetector, serviceInstanceIdDetector } from './service-instance.ts';

let reports: string[] = [];
beforeEach(() => {
  reports = [];
  setGlobalErrorHandler((error) => reports.push(`${error.code}: ${error.message}`));
});
afterEach(() => setGlobalErrorHandler(undefined));

const detector = (answer: () => unknown, name?: string): ResourceDetector =>
  ({ ...(name === undefined ? {} : { name }), detect: answer }) as ResourceDetector;

describe('detectResources', () => {
  it('merges in order, the later detector over the earlier', () => {
    const resource = detectResources({
      detectors: [
        detector(() => ({ attributes: { a: 1, b: 1 } })),
        detector(() => ({ attributes: { b: 2 }, schemaUrl: 'https://s' })),
      ],
    });
    assert.deepEqual(resource.attributes, { a: 1, b: 2 });
    assert.equal(resource.schemaUrl, 'https://s');
    assert.deepEqual(detectResources().attributes, {});
  });

  it('takes the answers of all lines of the official SDK', async () => {
    const resource = detectResources({
      detectors: [
        detector(() => ({ attributes: { three: Promise.resolve(3), none: undefined } })),
        detector(() => resourceFromAttributes({ one: 1 })),
        detector(async () => resourceFromAttributes({ async: Promise.resolve('1.x') })),
        detector(() => undefined),
        detector(() => ({})),
      ],
    });
    assert.equal(resource.asyncAttributesPending, true);
    await resource.waitForAsyncAttributes?.();
    assert.deepEqual(resource.attributes, { three: 3, one: 1, async: '1.x' });
    assert.deepEqual(reports, []);
  });

  it('loses only what a failing detector would have found, and reports it', async () => {
    const resource = detectResources({
      detectors: [
        detector(() => {
          throw new Error('no metadata');
        }, 'broken'),
        null as never,
        detector(async () => {
          throw new Error('silent');
        }),
        detector(() => ({ attributes: { kept: true } })),
      ],
    });
    await resource.waitForAsyncAttributes?.();
    assert.deepEqual(resource.attributes, { kept: true });
    assert.equal(reports.length, 2);
    assert.match(reports[0] ?? '', /resource_detector_failed: The resource detector broken failed/);
  });

  it('reports two detectors of one name, and runs both', () => {
    const one = detector(() => ({ attributes: { a: 1 } }), 'cloud');
    const two = detector(() => ({ attributes: { b: 2 } }), 'cloud');
    assert.deepEqual(detectResources({ detectors: [one, two] }).attributes, { a: 1, b: 2 });
    assert.match(reports.join(), /resource_detector_duplicate.*cloud/);
  });
});

describe('built-in detectors', () => {
  it('find what Node knows, under the schema of their attributes', async () => {
    const resource = detectResources({
      detectors: [processDetector, hostDetector, osDetector, serviceDetector],
    });
    await resource.waitForAsyncAttributes?.();
    const { attributes } = resource;
    assert.equal(resource.schemaUrl, SEMANTIC_CONVENTIONS_SCHEMA_URL);
    assert.equal(attributes['process.pid'], process.pid);
    assert.equal(attributes['process.executable.name'], 'node');
    assert.equal(attributes['process.runtime.version'], process.versions.node);
    assert.equal(typeof attributes['host.name'], 'string');
    assert.match(String(attributes['host.arch']), /^(amd64|arm64|arm32|x86|ppc64|s390x)$/);
    assert.match(String(attributes['os.type']), /^(linux|darwin|windows)$/);
    assert.match(
      String(attributes['service.instance.id']),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.deepEqual(reports, []);
  });

  it('keep the instance id for the life of the process', () => {
    const first = serviceInstanceIdDetector.detect().attributes;
    assert.deepEqual(serviceInstanceIdDetector.detect().attributes, first);
    assert.equal(
      serviceDetector.detect().attributes?.['service.instance.id'],
      first?.['service.instance.id'],
    );
  });

  it('leave the command line out unless asked for it', () => {
    const key = 'process.command_args';
    assert.equal(processDetector.detect().attributes?.[key], undefined);
    const args = createProcessDetector({ commandArgs: true }).detect().attributes?.[key];
    assert.deepEqual(args, [process.argv[0], ...process.execArgv, ...process.argv.slice(1)]);
  });

  it('have the names that the specification reserves', () => {
    for (const name of ['host', 'process', 'service', 'os', 'env']) {
      assert.ok(resourceDetectorsByName(name), name);
    }
    assert.deepEqual(resourceDetectorsByName('host'), [hostDetector, osDetector]);
    assert.equal(resourceDetectorsByName('toString'), undefined);
  });
});
