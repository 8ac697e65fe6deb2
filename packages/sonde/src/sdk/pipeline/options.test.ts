import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type BatchOptions, exporterAndOptions, requireMethods, settleBatchOptions } from './options.ts';

const settle = (given: BatchOptions) => settleBatchOptions('BatchSpanProcessor', 'OTEL_BSP', given);

describe('options of batch processors', () => {
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_B')) delete process.env[name];
  });

  it('have the defaults of the specification', () => {
    assert.deepEqual(settle({}), {
      maxQueueSize: 2048,
      maxExportBatchSize: 512,
      scheduledDelayMillis: 5000,
      exportTimeoutMillis: 30_000,
      onFull: 'encode',
    });
    assert.equal(settleBatchOptions('B', 'OTEL_BLRP', {}).scheduledDelayMillis, 1000);
  });

  it('take the environment before the default and code before the environment', () => {
    process.env['OTEL_BSP_SCHEDULE_DELAY'] = '17';
    process.env['OTEL_BSP_MAX_QUEUE_SIZE'] = '1000';
    process.env['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'] = '100';
    assert.equal(settle({}).scheduledDelayMillis, 17);
    assert.equal(settle({}).maxQueueSize, 1000);
    assert.equal(settle({}).maxExportBatchSize, 100);
    assert.equal(settle({ scheduledDelayMillis: 0 }).scheduledDelayMillis, 0);
    assert.equal(settle({ maxQueueSize: 200 }).maxQueueSize, 200);
  });

  it('let a default give way to a size that does not go with it', () => {
    assert.equal(settle({ maxQueueSize: 10 }).maxExportBatchSize, 10);
    assert.equal(settle({ maxExportBatchSize: 5000 }).maxQueueSize, 5000);
  });

  for (const [option, accepted, refused] of [
    [
      'maxQueueSize',
      [1, 100_000_000],
      [0, -1, 1.5, Number.NaN, '2048', 100_000_001, Number.POSITIVE_INFINITY],
    ],
    ['maxExportBatchSize', [1, 2048], [0, -1, 0.5, Number.NaN, {}, true]],
    ['scheduledDelayMillis', [0, 1, 0x7fff_ffff], [-1, 0.1, Number.NaN, '5000', 0x8000_0000]],
    ['exportTimeoutMillis', [0, 1, Number.POSITIVE_INFINITY], [-1, 0.1, Number.NaN, '1', 0x8000_0000]],
    ['onFull', ['encode', 'drop'], ['block', 1, '']],
  ] as const) {
    it(`${option}: refuses what it cannot be, naming the option and the value`, () => {
      for (const value of accepted) settle({ [option]: value } as BatchOptions);
      for (const value of refused) {
        assert.throws(
          () => settle({ [option]: value } as BatchOptions),
          (error: Error) => {
            assert.ok(error instanceof TypeError);
            assert.match(
              error.message,
              new RegExp(`^BatchSpanProcessor option ${option}: .+ given; allowed: .+`),
            );
            if (typeof value !== 'object') assert.ok(error.message.includes(String(value)), error.message);
            return true;
          },
        );
      }
    });
  }

  it('refuse a batch larger than the queue when both were given', () => {
    assert.equal(settle({ maxQueueSize: 5, maxExportBatchSize: 5 }).maxExportBatchSize, 5);
    assert.throws(
      () => settle({ maxQueueSize: 5, maxExportBatchSize: 6 }),
      /must not exceed maxQueueSize; got 6 .* 5$/,
    );
  });

  it('take null and undefined as not given', () => {
    const unset = {
      maxQueueSize: null,
      scheduledDelayMillis: undefined,
      onFull: null,
    } as unknown as BatchOptions;
    assert.deepEqual(settle(unset), settle({}));
  });
});

describe('requireMethods', () => {
  it('names what is missing', () => {
    const require = (part: unknown): void => requireMethods('P', 'exporter', part, ['export', 'shutdown']);
    require({ export() {}, shutdown() {} });
    assert.throws(
      () => require(undefined),
      /P: exporter must be an object with export\(\), shutdown\(\); got undefined/,
    );
    assert.throws(() => require('otlp'), /got "otlp"/);
    assert.throws(() => require({ export() {} }), /shutdown is missing/);
  });
});

describe('exporterAndOptions', () => {
  it('tells the two forms of a constructor apart', () => {
    const exporter = { export() {} };
    const options = { exporter, maxQueueSize: 3 };
    assert.deepEqual(exporterAndOptions<object, object>(options, undefined), { exporter, options });
    assert.deepEqual(exporterAndOptions<object, object>(exporter, { maxQueueSize: 4 }), {
      exporter,
      options: { maxQueueSize: 4 },
    });
    assert.deepEqual(exporterAndOptions<object, object>(exporter, undefined), { exporter, options: {} });
  });

  it('takes an exporter that wraps another for the exporter', () => {
    class Redacting {
      readonly exporter = { export() {} };
      export(): void {}
    }
    const wrapping = new Redacting();
    for (const options of [undefined, { maxQueueSize: 4 }]) {
      const found = exporterAndOptions<object, object>(wrapping, options);
      assert.equal(found.exporter, wrapping);
      assert.deepEqual(found.options, options ?? {});
    }
    const options = { exporter: wrapping };
    assert.equal(exporterAndOptions<object, object>(options, undefined).exporter, wrapping);
  });
});
