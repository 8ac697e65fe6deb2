import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { resolveGrpcEndpoint } from './grpc-endpoint.ts';

afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
});

const shortly = (url: unknown, insecure?: boolean) => {
  const { host, port, socketPath, secure, authority } = resolveGrpcEndpoint('traces', url, insecure);
  return `${secure ? 'tls' : 'plain'} ${socketPath ?? `${host} ${port}`} ${authority}`;
};

describe('the endpoint of gRPC', () => {
  it('is a URL whose scheme decides, or a target that is secure unless said otherwise', () => {
    const cases: [string, string][] = [
      ['http://collector:4317', 'plain collector 4317 collector:4317'],
      ['https://collector:4317/', 'tls collector 4317 collector:4317'],
      ['https://api.example.com', 'tls api.example.com 443 api.example.com:443'],
      ['http://collector', 'plain collector 80 collector:80'],
      ['HTTPS://Collector:443', 'tls collector 443 collector:443'],
      ['collector:4317', 'tls collector 4317 collector:4317'],
      ['collector', 'tls collector 4317 collector:4317'],
      ['localhost:4317', 'tls localhost 4317 localhost:4317'],
      ['127.0.0.1:5000', 'tls 127.0.0.1 5000 127.0.0.1:5000'],
      ['[::1]:5000', 'tls ::1 5000 [::1]:5000'],
      ['http://[2001:db8::1]:4317', 'plain 2001:db8::1 4317 [2001:db8::1]:4317'],
      ['dns:collector:4317', 'tls collector 4317 collector:4317'],
      ['dns:///collector:4317', 'tls collector 4317 collector:4317'],
      ['dns://8.8.8.8/collector:4317', 'tls collector 4317 collector:4317'],
      ['unix:/run/otlp.sock', 'plain /run/otlp.sock localhost'],
      ['unix:///run/otlp.sock', 'plain /run/otlp.sock localhost'],
      ['unix:otlp.sock', 'plain otlp.sock localhost'],
    ];
    for (const [given, expected] of cases) assert.equal(shortly(given), expected, given);
    assert.equal(shortly(new URL('http://c:1')), 'plain c 1 c:1');
  });

  it('without a scheme goes by the option and the variables, the signal’s first; a scheme goes before both', () => {
    assert.equal(shortly('c:1', true), 'plain c 1 c:1');
    assert.equal(shortly('https://c:1', true), 'tls c 1 c:1');
    process.env['OTEL_EXPORTER_OTLP_INSECURE'] = 'true';
    assert.equal(shortly('c:1'), 'plain c 1 c:1');
    process.env['OTEL_EXPORTER_OTLP_SPAN_INSECURE'] = 'false';
    assert.equal(shortly('c:1'), 'tls c 1 c:1');
    process.env['OTEL_EXPORTER_OTLP_TRACES_INSECURE'] = 'true';
    assert.equal(shortly('c:1'), 'plain c 1 c:1');
    assert.equal(shortly('c:1', false), 'tls c 1 c:1');
    assert.equal(resolveGrpcEndpoint('logs', 'c:1', undefined).secure, false);
    process.env['OTEL_EXPORTER_OTLP_METRIC_INSECURE'] = 'false';
    assert.equal(resolveGrpcEndpoint('metrics', 'c:1', undefined).secure, true);
  });

  it('comes from the signal’s variable, the general one or the default', () => {
    assert.equal(shortly(undefined), 'plain localhost 4317 localhost:4317');
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://general:1';
    assert.equal(shortly(undefined), 'plain general 1 general:1');
    process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] = 'own:2';
    assert.equal(shortly(undefined), 'tls own 2 own:2');
    process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] = 'ftp://wrong';
    assert.equal(shortly(undefined), 'plain general 1 general:1');
  });

  it('that is none throws, by name and without credentials', () => {
    for (const wrong of ['ftp://me:hunter2@host', 'http://', 'a b', '', 5, null, 'http://h:99999', 'unix:']) {
      assert.throws(
        () => resolveGrpcEndpoint('traces', wrong, undefined),
        ({ name, message }: Error) =>
          name === 'TypeError' &&
          message.startsWith('OTLP exporter option url: ') &&
          !message.includes('hunter2'),
        String(wrong),
      );
    }
  });

  it('any text is an endpoint or a TypeError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.ipV6()), (text) => {
        try {
          const { host, socketPath, port } = resolveGrpcEndpoint('traces', text, undefined);
          assert.ok(socketPath !== undefined || (host !== '' && port >= 0 && port <= 65_535));
        } catch (error) {
          assert.ok(error instanceof TypeError);
        }
      }),
      { numRuns: 1_000, verbose: 1 },
    );
  });
});
