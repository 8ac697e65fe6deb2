import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { acceptsGzip, DEFAULT_FORMAT, negotiate } from './accept.ts';

const chosen = (accept: unknown): string => {
  const { kind, version, escaping } = negotiate(accept);
  return [kind, version, escaping].filter((part) => part !== '').join(' ');
};

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

describe('the choice of a format', () => {
  it('is text 0.0.4 where nothing else was asked for, or can be had', () => {
    for (const accept of [
      undefined,
      null,
      42,
      '',
      '*/*',
      'text/*',
      'text/plain',
      'text/plain;version=0.0.4',
      'application/json',
      'text/html,application/xhtml+xml,*/*;q=0.8',
      'text/plain;version=2.0.0',
      'application/openmetrics-text;version=2.0.0',
      'application/vnd.google.protobuf',
      `${PROTOBUF};q=0`,
    ]) {
      assert.equal(negotiate(accept), DEFAULT_FORMAT, String(accept));
    }
  });

  it('is what Prometheus asks for first', () => {
    const prometheus2 = `${PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`;
    assert.equal(chosen(prometheus2), 'protobuf underscores');
    assert.equal(chosen(prometheus2.slice(PROTOBUF.length + 1)), 'openmetrics 1.0.0 underscores');
    const prometheus3 =
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
    assert.equal(chosen(prometheus3), 'openmetrics 1.0.0 allow-utf-8');
  });

  it('goes by quality, then by order', () => {
    assert.equal(
      chosen('text/plain;q=0.4,application/openmetrics-text;q=0.6'),
      'openmetrics 1.0.0 underscores',
    );
    assert.equal(chosen('text/plain;q=0.6,application/openmetrics-text;q=0.6'), 'text 0.0.4 underscores');
    assert.equal(
      chosen('application/openmetrics-text;q=0.001,text/plain;q=0'),
      'openmetrics 1.0.0 underscores',
    );
    assert.equal(chosen('application/openmetrics-text;q=1.001'), 'text 0.0.4 underscores');
    assert.equal(chosen('application/openmetrics-text;q=1.000'), 'openmetrics 1.0.0 underscores');
    assert.equal(chosen('application/openmetrics-text;q=0.0001'), 'text 0.0.4 underscores');
  });

  it('reads types, names and schemes whatever their case, and quoted values', () => {
    assert.equal(
      chosen('Application/OpenMetrics-Text ; Version="1.0.0" ; Escaping=Values ; Q=1'),
      'openmetrics 1.0.0 values',
    );
    assert.equal(chosen('text/plain;version=1.0.0;escaping=dots'), 'text 1.0.0 dots');
    assert.equal(chosen('text/plain;version=1.0.0;escaping=shouting'), 'text 1.0.0 underscores');
    assert.equal(
      chosen('application/openmetrics-text;version=0.0.1;escaping=dots'),
      'openmetrics 0.0.1 underscores',
    );
  });

  it('is said in the Content-Type', () => {
    assert.equal(DEFAULT_FORMAT.contentType, 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(
      negotiate('text/plain;version=1.0.0;escaping=allow-utf-8').contentType,
      'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
    );
    assert.equal(
      negotiate(PROTOBUF).contentType,
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores',
    );
  });

  it('is made for any header, quickly', () => {
    const piece = fc.constantFrom(
      ...[',', ';', '=', '"', '/', '*', 'q', 'q=', 'version', '1.0.0', 'escaping', 'text/plain', ' ', '\t'],
      'application/openmetrics-text',
      PROTOBUF,
    );
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(header, (accept) => {
        assert.match(negotiate(accept).kind, /^(text|openmetrics|protobuf)$/);
        assert.equal(typeof acceptsGzip(accept), 'boolean');
      }),
      { numRuns: 3000 },
    );
    const began = performance.now();
    negotiate(';,'.repeat(500_000));
    // What is quadratic takes minutes.
    assert.ok(performance.now() - began < 10_000);
  });
});

describe('compression', () => {
  it('is gzip where it is accepted', () => {
    for (const header of ['gzip', 'deflate, gzip;q=1.0', 'x-gzip', '*', 'GZIP;q=0.5', 'identity, *;q=0.1']) {
      assert.equal(acceptsGzip(header), true, header);
    }
    for (const header of [undefined, '', 'identity', 'br', 'gzip;q=0', '*;q=0', 'gzip;q=0, *', 'gzip;q=x']) {
      assert.equal(acceptsGzip(header), false, String(header));
    }
  });
});
