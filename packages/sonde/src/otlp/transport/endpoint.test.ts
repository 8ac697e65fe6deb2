import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { resolveEndpoint } from './endpoint.ts';

const GENERAL = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

afterEach(() => {
  delete process.env[GENERAL];
  delete process.env[TRACES];
});

describe('the endpoint', () => {
  it('is the local receiver by default, for each signal', () => {
    assert.equal(resolveEndpoint('traces', undefined).url, 'http://localhost:4318/v1/traces');
    assert.equal(resolveEndpoint('metrics', undefined).url, 'http://localhost:4318/v1/metrics');
    assert.equal(resolveEndpoint('logs', undefined).url, 'http://localhost:4318/v1/logs');
  });

  it('is the general one with the path of the signal after its own', () => {
    const expected = {
      'http://collector:4318': 'http://collector:4318/v1/traces',
      'http://collector:4318/': 'http://collector:4318/v1/traces',
      'https://collector/otlp': 'https://collector/otlp/v1/traces',
      'https://collector/otlp/': 'https://collector/otlp/v1/traces',
      ' https://collector/otlp?tenant=a ': 'https://collector/otlp/v1/traces?tenant=a',
    };
    for (const [given, url] of Object.entries(expected)) {
      process.env[GENERAL] = given;
      assert.equal(resolveEndpoint('traces', undefined).url, url);
    }
  });

  it('is that of the signal as it is, before the general one', () => {
    process.env[GENERAL] = 'http://general:1';
    process.env[TRACES] = 'http://own:2';
    assert.equal(resolveEndpoint('traces', undefined).url, 'http://own:2/');
    assert.equal(resolveEndpoint('logs', undefined).url, 'http://general:1/v1/logs');
    process.env[TRACES] = 'http://own:2/some//path/?a=b';
    assert.equal(resolveEndpoint('traces', undefined).url, 'http://own:2/some//path/?a=b');
  });

  it('is what the code says before any variable', () => {
    process.env[TRACES] = 'http://own:2';
    assert.equal(resolveEndpoint('traces', 'http://code:3').url, 'http://code:3/');
    assert.equal(resolveEndpoint('traces', new URL('https://code/x')).url, 'https://code/x');
  });

  it('falls back when a variable cannot be used', () => {
    for (const text of ['collector:4318', 'ftp://collector', '/v1/traces', 'http://', 'http://h:99999']) {
      process.env[TRACES] = text;
      assert.equal(resolveEndpoint('traces', undefined).url, 'http://localhost:4318/v1/traces', text);
    }
  });

  it('throws for an option that cannot be used, and names it, the value and what is allowed', () => {
    assert.throws(() => resolveEndpoint('traces', 'grpc://h:4317'), {
      name: 'TypeError',
      message: /option url: "grpc:\/\/h:4317" has the scheme "grpc:".*http or https/,
    });
    assert.throws(() => resolveEndpoint('traces', 'collector'), /option url: "collector" is not a URL/);
    assert.throws(() => resolveEndpoint('traces', 5), /option url: 5 given/);
    assert.throws(() => resolveEndpoint('traces', ''), /option url: "" is not a URL/);
  });

  it('keeps credentials out of the URL and out of sight', () => {
    const endpoint = resolveEndpoint('traces', 'https://me:p%40ss@host/v1/traces?key=secret#part');
    assert.equal(endpoint.url, 'https://host/v1/traces?key=secret');
    assert.equal(endpoint.authorization, `Basic ${btoa('me:p@ss')}`);
    assert.equal(endpoint.printable, 'https://host/v1/traces');
    for (const hostile of ['ftp://me:hunter2@host', 'http//me:hunter2@host', 'grpc://h?key=hunter2']) {
      assert.throws(
        () => resolveEndpoint('traces', hostile),
        (error: Error) => error instanceof TypeError && !error.message.includes('hunter2'),
      );
    }
  });

  it('is usable or refused for any text, and never shows a password', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })),
        (text) => {
          try {
            const { url, printable } = resolveEndpoint('traces', text);
            const parsed = new URL(url);
            assert.ok(['http:', 'https:'].includes(parsed.protocol));
            assert.equal(`${parsed.username}${parsed.password}${parsed.hash}`, '');
            assert.ok(!printable.includes('?'));
          } catch (error) {
            assert.ok(error instanceof TypeError && error.message.startsWith('OTLP exporter option url'));
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
