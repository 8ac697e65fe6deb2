import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setGlobalErrorHandler, type TelemetryError } from './diagnostics.ts';
import { isEnvSet, readEnv, readEnvIfSet, reportUnavailable } from './environment.ts';
import { ENVIRONMENT_ROWS, type EnvironmentName } from './environment-table.ts';

const names = Object.keys(ENVIRONMENT_ROWS) as EnvironmentName[];

describe('readEnv', () => {
  const said: TelemetryError[] = [];
  beforeEach(() => {
    said.length = 0;
    setGlobalErrorHandler((error) => said.push(error));
  });
  afterEach(() => {
    setGlobalErrorHandler(undefined);
    for (const name of names) delete process.env[name];
  });

  it('infers the type from the row', () => {
    const delay: number = readEnv('OTEL_BSP_SCHEDULE_DELAY');
    const disabled: boolean = readEnv('OTEL_SDK_DISABLED');
    const protocol: 'http/protobuf' | 'http/json' | 'grpc' = readEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
    const compression: 'none' | 'gzip' | undefined = readEnv('OTEL_EXPORTER_OTLP_COMPRESSION');
    const propagators: readonly string[] = readEnv('OTEL_PROPAGATORS');
    const headers: ReadonlyMap<string, string> = readEnv('OTEL_EXPORTER_OTLP_HEADERS');
    const service: string | undefined = readEnv('OTEL_SERVICE_NAME');
    assert.deepEqual(
      [delay, disabled, protocol, compression, propagators, headers.size, service],
      [5000, false, 'http/protobuf', undefined, ['tracecontext', 'baggage'], 0, undefined],
    );
  });

  it('gives every row its default when unset, empty or blank, without a word', () => {
    for (const name of names) {
      const unset = readEnv(name);
      for (const text of ['', '   ']) {
        process.env[name] = text;
        assert.equal(isEnvSet(name), false, name);
        assert.deepEqual(readEnv(name), unset, name);
        assert.equal(readEnvIfSet(name), undefined, name);
      }
    }
    assert.deepEqual(said, []);
  });

  it('says once, by name, what was given and what is allowed, and falls back', () => {
    process.env['OTEL_BSP_MAX_QUEUE_SIZE'] = '2k';
    for (let i = 0; i < 3; i++) assert.equal(readEnv('OTEL_BSP_MAX_QUEUE_SIZE'), 2048);
    assert.equal(isEnvSet('OTEL_BSP_MAX_QUEUE_SIZE'), true);
    assert.equal(readEnvIfSet('OTEL_BSP_MAX_QUEUE_SIZE'), undefined);
    assert.deepEqual(
      said.map(({ code, message }) => [code, message]),
      [
        [
          'env_invalid',
          'OTEL_BSP_MAX_QUEUE_SIZE="2k": allowed is a whole number from 1 to 2147483647; it is ignored and the default 2048 is used',
        ],
      ],
    );
  });

  it('never shows a secret and never shows a long value whole', () => {
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'authorization=s3cret,broken';
    process.env['OTEL_TRACES_SAMPLER'] = 'x'.repeat(10_000);
    readEnv('OTEL_EXPORTER_OTLP_HEADERS');
    readEnv('OTEL_TRACES_SAMPLER');
    assert.equal(said.length, 2);
    assert.equal(
      said[0]?.message,
      'OTEL_EXPORTER_OTLP_HEADERS=[not shown]: member 2 is not key=value with percent-encoding; the whole list is ignored',
    );
    assert.ok((said[1]?.message.length ?? 0) < 500);
  });

  it('has no limit where the specification has none', () => {
    assert.equal(readEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'), Number.POSITIVE_INFINITY);
    process.env['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'] = '0';
    assert.equal(readEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'), 0);
  });

  it('says once that a known value is not there yet', () => {
    for (let i = 0; i < 2; i++)
      reportUnavailable('OTEL_TRACES_EXPORTER', 'zipkin', ['otlp', 'console', 'none']);
    assert.deepEqual(
      said.map((error) => error.message),
      [
        'OTEL_TRACES_EXPORTER="zipkin": this version does not have "zipkin" yet, so it stays off; it has otlp, console, none',
      ],
    );
  });
});
