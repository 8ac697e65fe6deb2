/** Options that cannot work are refused where they are given, by what is wrong and what is allowed. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setGlobalErrorHandler, type TelemetryError } from '../common/diagnostics.ts';
import { AggregationType } from './aggregation-option.ts';
import { AlignedHistogramBucketExemplarReservoir } from './exemplar/aligned-reservoir.ts';
import { ManualMetricReader } from './manual-reader.ts';
import { AggregationTemporality } from './metric-data.ts';
import { PeriodicExportingMetricReader } from './periodic-reader.ts';
import { MeterProvider } from './provider.ts';

const said: TelemetryError[] = [];

beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(error));
});
afterEach(() => setGlobalErrorHandler(undefined));

const exporter = { export: () => {}, forceFlush: async () => {}, shutdown: async () => {} };

describe('options of readers', () => {
  it('name the selector that is no function', () => {
    for (const option of ['aggregationSelector', 'aggregationTemporalitySelector', 'cardinalitySelector']) {
      for (const given of [AggregationTemporality.DELTA, { type: AggregationType.DROP }, 'delta', null]) {
        assert.throws(
          () => new ManualMetricReader({ [option]: given }),
          new RegExp(
            `^TypeError: ManualMetricReader: ${option} must be a function .*, got (0|an object|"delta"|null)$`,
          ),
        );
      }
      assert.doesNotThrow(() => new ManualMetricReader({ [option]: undefined }));
    }
  });

  it('name producers that are no list, and an exporter that is missing', () => {
    const one = { collect: async () => ({}) };
    assert.throws(
      () => new ManualMetricReader({ metricProducers: one as never }),
      /ManualMetricReader: metricProducers must be a list, got an object/,
    );
    const make = PeriodicExportingMetricReader as unknown as new () => unknown;
    assert.throws(
      () => new make(),
      /PeriodicExportingMetricReader: exporter must be an object with export\(\)/,
    );
  });

  it('name the kind of instrument that there is not', () => {
    assert.throws(
      () => new PeriodicExportingMetricReader({ exporter, cardinalityLimits: { Counter: 5 } as never }),
      /cardinalityLimits has no "Counter"; it has counter, .*upDownCounter.*, default/,
    );
    const cardinalityLimits = { counter: 1, upDownCounter: 2, observableGauge: undefined, default: 5 };
    const reader = new PeriodicExportingMetricReader({ exporter, cardinalityLimits });
    assert.deepEqual(
      (['COUNTER', 'UP_DOWN_COUNTER', 'OBSERVABLE_GAUGE'] as const).map((type) =>
        reader.selectCardinalityLimit(type),
      ),
      [1, 2, 5],
    );
  });
});

describe('options of views', () => {
  const withView = (view: object) => () => new MeterProvider({ views: [{ instrumentName: 'a', ...view }] });

  it('say how an aggregation is chosen', () => {
    for (const [aggregation, got] of [
      ['drop', '"drop"'],
      [{ createAggregator: () => {} }, 'an object'],
      [{ type: 6 }, '{ type: 6 }'],
    ] as const) {
      assert.throws(withView({ aggregation }), (error: Error) => {
        assert.ok(
          error.message.includes(
            `{ type: AggregationType.… }, got ${got}; AggregationType has DEFAULT (0), DROP (1)`,
          ),
        );
        return true;
      });
    }
  });

  it('take only true and false for whether there are smallest and largest', () => {
    for (const type of [AggregationType.EXPLICIT_BUCKET_HISTOGRAM, AggregationType.EXPONENTIAL_HISTOGRAM]) {
      assert.throws(
        withView({ aggregation: { type, options: { recordMinMax: 'no' } } }),
        /options\.recordMinMax must be true or false, got "no"/,
      );
      assert.doesNotThrow(withView({ aggregation: { type, options: { recordMinMax: false } } }));
    }
  });

  it('that there are not are said', () => {
    withView({ attributeKeys: ['x'] })();
    withView({ name: 'b', description: 'c', aggregationCardinalityLimit: 1 })();
    assert.deepEqual(
      said.map(({ code }) => code),
      ['view_option'],
    );
    assert.match(said[0]!.message, /views\[0\] has attributeKeys, .*attributesProcessors/);
  });
});

describe('a reservoir aligned with buckets', () => {
  it('refuses bounds that do not rise', () => {
    for (const bounds of [undefined, null, 'x', [3, 1], [Number.NaN], ['1']]) {
      assert.throws(
        () => new AlignedHistogramBucketExemplarReservoir(bounds as never),
        /^RangeError: AlignedHistogramBucketExemplarReservoir: boundaries must be a list of rising numbers/,
      );
    }
    assert.doesNotThrow(() => new AlignedHistogramBucketExemplarReservoir([]));
  });
});
