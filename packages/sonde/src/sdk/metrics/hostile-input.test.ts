/** What nobody should do, and somebody will: nothing of it throws, grows without bound, or goes unsaid. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Attributes } from '../../api/common/attributes.ts';
import type { MetricOptions } from '../../api/metrics/instrument.ts';
import type {
  BatchObservableCallback,
  BatchObservableResult,
  Observable,
  ObservableCallback,
} from '../../api/metrics/observable.ts';
import { setGlobalErrorHandler, type TelemetryError } from '../common/diagnostics.ts';
import { createAllowListAttributesProcessor } from './attributes-processor.ts';
import { ManualMetricReader } from './manual-reader.ts';
import { AggregationTemporality, type MetricData } from './metric-data.ts';
import { MeterProvider, type MeterProviderOptions } from './provider.ts';
import type { IMetricReader, MetricReaderOptions } from './reader.ts';

const said: TelemetryError[] = [];
const codes = (): string[] => [...new Set(said.map(({ code }) => code))];

beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(error));
});
afterEach(() => setGlobalErrorHandler(undefined));

function bed(options: MeterProviderOptions = {}, readerOptions: MetricReaderOptions = {}) {
  const reader = new ManualMetricReader(readerOptions);
  const provider = new MeterProvider({ ...options, readers: [reader] });
  return { reader, provider, meter: provider.getMeter('meter') };
}

async function metricsOf(reader: IMetricReader): Promise<MetricData[]> {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics
    .filter(({ scope }) => scope.name !== 'sonde')
    .flatMap(({ metrics }) => [...metrics]);
}

async function values(reader: IMetricReader): Promise<unknown[][]> {
  const points = (await metricsOf(reader)).flatMap(({ dataPoints }) => [...dataPoints]);
  return points.map(({ attributes, value }) => [{ ...attributes }, value]);
}

describe('measurements', () => {
  it('that are no numbers, or would spoil a sum, are left out and said', async () => {
    const { meter, reader } = bed();
    const counter = meter.createCounter('c');
    const hostile = {
      valueOf: () => {
        throw new Error('by design');
      },
    };
    const wrong: unknown[] = [
      Number.NaN,
      Infinity,
      -Infinity,
      -1,
      '5',
      null,
      undefined,
      {},
      hostile,
      Symbol('s'),
    ];
    for (const value of wrong) {
      counter.add(value as number);
      counter.bind({}).add(value as number);
    }
    counter.add(2);
    counter.add(3n as unknown as number);
    counter.bind({}).add(4);
    assert.deepEqual(await values(reader), [[{}, 9]]);
    assert.deepEqual(codes(), ['measurement_value']);
    assert.equal(said.length, wrong.length * 2);
  });

  it('of an integer instrument lose their fraction, and large ones stay numbers', async () => {
    const { meter, reader } = bed();
    const counter = meter.createUpDownCounter('c', { valueType: 0 });
    for (const value of [1.9, -1.9, 2 ** 53, 10n ** 30n]) counter.add(value as number);
    assert.deepEqual(await values(reader), [[{}, 2 ** 53 + 1e30]]);
  });

  it('of a gauge may be NaN and infinite, for the next one replaces it', async () => {
    const { meter, reader } = bed();
    meter.createGauge('g').record(Number.NaN, { a: 1 });
    meter.createGauge('g').record(Number.NEGATIVE_INFINITY, { a: 2 });
    assert.deepEqual(await values(reader), [
      [{ a: 1 }, Number.NaN],
      [{ a: 2 }, Number.NEGATIVE_INFINITY],
    ]);
  });

  it('land in exactly one series, whatever their attributes are', async () => {
    const { meter, reader } = bed();
    const counter = meter.createCounter('c');
    const throwing = Object.defineProperty({ good: 1 }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('by design');
      },
    });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const inherited = Object.create({ inherited: 1 });
    const hostile: unknown[] = [
      throwing,
      proxy,
      cycle,
      inherited,
      'text',
      7,
      null,
      () => {},
      Symbol('s'),
      [1],
    ];
    for (let round = 0; round < 2; round++) {
      for (const attributes of hostile) counter.add(1, attributes as Attributes);
    }
    const points = await values(reader);
    assert.equal(
      points.reduce((sum, [, value]) => sum + (value as number), 0),
      hostile.length * 2,
    );
    assert.deepEqual(points, [
      [{ good: 1 }, 2],
      [{}, 14],
      [{ self: { self: null } }, 2],
      [{ 0: 1 }, 2],
    ]);
    assert.deepEqual(codes(), ['attributes_unreadable']);
  });

  it('keep the attributes that they had when they were made', async () => {
    const { meter, reader } = bed();
    const counter = meter.createCounter('c');
    const attributes: Record<string, string | string[]> = { a: 'x', list: ['1'] };
    counter.add(1, attributes);
    (attributes['list'] as string[]).push('2');
    counter.add(1, attributes);
    attributes['a'] = 'y';
    counter.add(1, attributes);
    assert.deepEqual(await values(reader), [
      [{ a: 'x', list: ['1'] }, 1],
      [{ a: 'x', list: ['1', '2'] }, 1],
      [{ a: 'y', list: ['1', '2'] }, 1],
    ]);
  });

  it('with a million sets of attributes, or of keys, stay within the limit', async () => {
    for (const temporality of [AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA]) {
      const { meter, reader } = bed({}, { aggregationTemporalitySelector: () => temporality });
      const counter = meter.createCounter('c');
      for (let set = 0; set < 1_000_000; set++) {
        counter.add(1, { set });
        if (set % 10 === 0) counter.add(1, { [`key${set}`]: 1 });
        if (set % 100_000 === 0) await reader.collect();
      }
      const points = await values(reader);
      assert.ok(points.length <= 2_001, `${points.length} points`);
      const overflow = points.find(
        ([attributes]) => (attributes as Attributes)['otel.metric.overflow'] === true,
      );
      assert.ok(Number(overflow?.[1]) > 0, 'what was over the limit is in the overflow series');
    }
  });

  it('whose view has a processor that throws, or answers nonsense, keep their attributes', async () => {
    let answer: unknown;
    const process = (): never => {
      if (answer instanceof Error) throw answer;
      return answer as never;
    };
    const { meter, reader } = bed({ views: [{ instrumentName: '*', attributesProcessors: [{ process }] }] });
    for (answer of [new Error('by design'), undefined, null, 5]) meter.createCounter('c').add(1, { a: 1 });
    assert.deepEqual(await values(reader), [
      [{ a: 1 }, 1],
      [{}, 3],
    ]);
    assert.deepEqual(codes(), ['attributes_processor']);
  });
});

describe('instruments', () => {
  it('made with nonsense work', async () => {
    const { meter, reader } = bed();
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('by design');
        },
      },
    );
    for (const options of [null, 'x', hostile, { unit: 5, description: {}, advice: hostile, valueType: 9 }]) {
      meter.createCounter('c', options as MetricOptions).add(1);
    }
    meter.createCounter(undefined as unknown as string).add(1);
    meter.createObservableGauge('g', undefined, null as never).addCallback('x' as never);
    meter.addBatchObservableCallback(null as never, null as never);
    meter.removeBatchObservableCallback(null as never, undefined as never);
    assert.equal((await metricsOf(reader)).length, 3);
    assert.deepEqual(codes().sort(), [
      'callback_instruments',
      'callback_type',
      'instrument_name',
      'metric_conflict',
    ]);
  });

  it('beyond ten thousand in a meter record nothing', () => {
    const { meter } = bed();
    for (let index = 0; index < 10_000; index++) meter.createCounter(`c${index}`);
    assert.equal(meter.createCounter('c9999').enabled(), true);
    assert.equal(meter.createCounter('one.more').enabled(), false);
    assert.deepEqual(codes(), ['instrument_count']);
  });
});

describe('callbacks', () => {
  it('that throw, reject, observe nonsense or observe twice spoil nothing else', async () => {
    const { meter, reader } = bed();
    const gauge = meter.createObservableGauge('g');
    gauge.addCallback(() => {
      throw new Error('thrown');
    });
    gauge.addCallback(() => Promise.reject(new Error('rejected')));
    gauge.addCallback((result) => {
      result.observe('x' as never);
      result.observe(1, { a: 1 });
      result.observe(2, { a: 1 });
    });
    gauge.addCallback(() => ({ then: 5 }) as never);
    const { errors } = await reader.collect();
    assert.deepEqual(
      errors.map((error) => (error as Error).message),
      ['thrown', 'rejected'],
    );
    assert.deepEqual(await values(reader), [[{ a: 1 }, 2]]);
    assert.deepEqual(codes().sort(), ['callback', 'measurement_value', 'observed_twice']);
  });

  it('that add others while they run see them called from the next collection on', async () => {
    const attributesProcessors = [createAllowListAttributesProcessor([])];
    const reader = new ManualMetricReader({
      aggregationTemporalitySelector: () => AggregationTemporality.DELTA,
    });
    const views = [{ instrumentName: 'late', attributesProcessors }];
    const meter = new MeterProvider({ readers: [reader], views }).getMeter('m');
    let calls = 0;
    const addsItself = (): void => {
      calls++;
      meter.createObservableCounter('late', {}, (result) => {
        result.observe(5, { shelf: calls });
        addsItself();
      });
    };
    meter.createObservableGauge('g', {}, () => {
      if (calls === 0) addsItself();
    });
    assert.deepEqual(await values(reader), []);
    assert.equal(calls, 1);
    assert.deepEqual(await values(reader), [[{}, 5]]);
    assert.equal(calls, 2);
    assert.deepEqual(codes(), []);
  });

  it('that were removed by one before them are not called any more', async () => {
    const { meter, reader } = bed();
    const gauge = meter.createObservableGauge('g');
    const other = meter.createObservableGauge('other');
    const second: ObservableCallback = (result) => result.observe(2);
    const batch: BatchObservableCallback = (result) => result.observe(other, 3);
    gauge.addCallback((result) => {
      result.observe(1);
      gauge.removeCallback(second);
      meter.removeBatchObservableCallback(batch, [other]);
    });
    gauge.addCallback(second);
    meter.addBatchObservableCallback(batch, [other]);
    assert.deepEqual(await values(reader), [[{}, 1]]);
  });

  it('may add, remove and collect while they run', async () => {
    const { meter, reader } = bed();
    const gauge = meter.createObservableGauge('g');
    const collected: Promise<unknown>[] = [];
    const callback = (): void => {
      gauge.removeCallback(callback);
      gauge.addCallback((result) => result.observe(2));
      meter.createCounter('new').add(1);
      collected.push(reader.collect());
    };
    gauge.addCallback(callback);
    await reader.collect();
    await Promise.all(collected);
    assert.deepEqual(
      (await metricsOf(reader)).map(({ descriptor }) => descriptor.name),
      ['g', 'new'],
    );
  });

  it('are taken back, one by one and in batches', async () => {
    const { meter, reader } = bed();
    const [a, b] = [meter.createObservableGauge('a'), meter.createObservableGauge('b')];
    const batch = (result: BatchObservableResult): void => {
      result.observe(a as Observable, 1);
      result.observe(b as Observable, 2);
    };
    meter.addBatchObservableCallback(batch, [a, b]);
    meter.addBatchObservableCallback(batch, [b, a]);
    assert.equal((await metricsOf(reader)).length, 2);
    meter.removeBatchObservableCallback(batch, [a]);
    assert.equal((await metricsOf(reader)).length, 2);
    meter.removeBatchObservableCallback(batch, [b, a]);
    assert.deepEqual(await metricsOf(reader), []);
  });
});

describe('readers', () => {
  it('that throw where they choose leave the defaults', async () => {
    const fail = (): never => {
      throw new Error('by design');
    };
    const { meter, reader } = bed({}, { aggregationSelector: fail, cardinalitySelector: () => -1 });
    meter.createCounter('c').add(2);
    assert.deepEqual(await values(reader), [[{}, 2]]);
    assert.deepEqual(codes(), ['reader_choice']);
  });

  it('collect during a shutdown and reject after it, and forget nobody', async () => {
    const { meter, reader, provider } = bed();
    meter.createCounter('c').add(1);
    const ending = provider.shutdown();
    const during = reader.collect().catch((error: Error) => error.message);
    await ending;
    assert.ok((await during) !== undefined);
    await assert.rejects(reader.collect(), /shut down/);
    await assert.rejects(new ManualMetricReader().collect(), /no MeterProvider/);
  });

  it('that are asked at the same time collect one after another', async () => {
    const { meter, reader } = bed({}, { aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
    let running = 0;
    let most = 0;
    meter.createObservableGauge('g').addCallback(async (result) => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      result.observe(1);
    });
    meter.createCounter('c').add(5);
    const results = await Promise.all([values(reader), values(reader), values(reader)]);
    assert.equal(most, 1);
    assert.equal(results.flat().filter(([, value]) => value === 5).length, 1);
  });
});
