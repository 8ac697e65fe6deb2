/** Rows MAPI and MSDK of meters, instruments, views and what becomes of conflicts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { PushMetricExporter, ViewOptions } from 'sonde/sdk';
import {
  bed,
  collect,
  DELTA,
  freshName,
  heard,
  histogramOf,
  manualReader,
  metricsOf,
  pointsOf,
  valuesOf,
} from './metrics-bed.ts';
import { api, resources, sdk } from './subject.ts';

const { InstrumentType, AggregationType } = sdk;

describe('meters', () => {
  it('MAPI-03 MAPI-04 are one for the same four parameters, and have scope attributes', async () => {
    const { provider, reader } = bed();
    const ask = (shard: string) => provider.getMeter('m', '1', { schemaUrl: 'u', attributes: { shard } });
    assert.equal(ask('a'), ask('a'));
    assert.notEqual(ask('a'), ask('b'));
    assert.notEqual(provider.getMeter('m', '1'), provider.getMeter('m', '2'));
    ask('a').createCounter('c').add(1);
    const { resourceMetrics } = await reader.collect();
    assert.deepEqual({ ...resourceMetrics.scopeMetrics[0]?.scope.attributes }, { shard: 'a' });
  });

  it('COMMON-07 attributes are the same whatever their order, also inside maps, and differ by what they hold', async () => {
    const { meter, reader } = bed();
    const counter = meter.createCounter('c');
    counter.add(1, { a: 1, b: { x: 1, y: [2, { p: 'q', r: null }] } });
    counter.add(2, { b: { y: [2, { r: null, p: 'q' }], x: 1 }, a: 1 });
    counter.add(4, { a: 1, b: { x: 1, y: [{ p: 'q', r: null }, 2] } });
    counter.add(8, { a: '1', b: { x: 1, y: [2, { p: 'q', r: null }] } });
    const { resourceMetrics } = await reader.collect();
    const values = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints.map(({ value }) => value);
    assert.deepEqual(values, [3, 4, 8]);
  });

  it('MSDK-01 carry the resource of their provider', async () => {
    const resource = resources.resourceFromAttributes({ 'service.name': 'shop' });
    const { meter, reader } = bed({ resource });
    meter.createCounter('c').add(1);
    const { resourceMetrics } = await reader.collect();
    assert.equal(resourceMetrics.resource.attributes['service.name'], 'shop');
  });

  it('MSDK-02 work without a valid name, which is said', async () => {
    const { provider, collect } = bed();
    const said = await heard(() => provider.getMeter('').createCounter('c').add(1));
    assert.match(said.join('\n'), /without a name|Invalid/);
    assert.deepEqual(valuesOf(await collect()), { c: [[{}, 1]] });
  });

  it('MSDK-03 are switched on and off by a configurator, also later', async () => {
    const meterConfigurator = sdk.createMeterConfigurator([{ pattern: 'meter', config: { enabled: false } }]);
    const { provider, meter, collect } = bed({ meterConfigurator });
    const counter = meter.createCounter('c');
    const other = provider.getMeter('other').createCounter('o');
    counter.add(1);
    other.add(1);
    assert.deepEqual([counter.enabled(), other.enabled()], [false, true]);
    assert.deepEqual(valuesOf(await collect()), { o: [[{}, 1]] });
    const bound = counter.bind({ bound: true });
    bound.add(1);
    assert.equal(bound.enabled(), false);
    assert.deepEqual(valuesOf(await collect()), { o: [[{}, 1]] });
    provider.setMeterConfigurator(() => ({ enabled: true }));
    counter.add(2);
    bound.add(3);
    assert.equal(bound.enabled(), true);
    assert.deepEqual(valuesOf(await collect()), {
      o: [[{}, 1]],
      c: [
        [{ bound: true }, 3],
        [{}, 2],
      ],
    });
  });

  it('MSDK-04 do nothing after shutdown, which happens once and ends every reader', async () => {
    const readers = [manualReader(), manualReader()];
    const provider = new sdk.MeterProvider({ readers });
    const counter = provider.getMeter('m').createCounter('c');
    await Promise.all([provider.shutdown(), provider.shutdown()]);
    counter.add(1);
    provider.getMeter('n').createCounter('c').add(1);
    for (const reader of readers) await assert.rejects(reader.collect());
  });

  it('MSDK-34 may belong to any number of providers', async () => {
    const [a, b] = [bed(), bed()];
    a.meter.createCounter('c').add(1);
    assert.deepEqual([valuesOf(await a.collect()), valuesOf(await b.collect())], [{ c: [[{}, 1]] }, {}]);
  });
});

describe('instruments', () => {
  it('MAPI-09 MSDK-26 with an invalid name are said and work', async () => {
    const { meter, collect } = bed();
    const longest = `a${'_./-9'.repeat(50)}abcd`;
    assert.equal(longest.length, 255);
    assert.deepEqual(await heard(() => meter.createCounter(longest)), []);
    const said = await heard(() => meter.createCounter('1st place').add(3));
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /1st place/);
    assert.deepEqual(valuesOf(await collect()), { '1st place': [[{}, 3]] });
  });

  it('MSDK-27 have any unit and description, and empty ones when none is given', async () => {
    const { meter, collect } = bed();
    meter.createCounter('plain').add(1);
    meter.createCounter('odd', { unit: '{Ünit}', description: 'ü'.repeat(1_023) }).add(1);
    const descriptors = (await collect()).map(({ descriptor: { unit, description } }) => [unit, description]);
    assert.deepEqual(descriptors, [
      ['', ''],
      ['{Ünit}', 'ü'.repeat(1_023)],
    ]);
  });

  it('MAPI-23 take integers or doubles, and say which in what is collected', async () => {
    const { meter, collect } = bed();
    meter.createCounter('int', { valueType: api.ValueType.INT }).add(2.9);
    meter.createCounter('double').add(2.5);
    const metrics = await collect();
    assert.deepEqual(valuesOf(metrics), { int: [[{}, 2]], double: [[{}, 2.5]] });
    assert.deepEqual(
      metrics.map(({ descriptor }) => descriptor.valueType),
      [api.ValueType.INT, api.ValueType.DOUBLE],
    );
  });

  it('MAPI-12 MSDK-11 keep only the attributes that they advise, unless a view chooses', async () => {
    const all = sdk.createDenyListAttributesProcessor([]);
    const { meter, collect } = bed({ views: [{ instrumentName: 'seen', attributesProcessors: [all] }] });
    const advice = { attributes: ['keep'] };
    meter.createCounter('advised', { advice }).add(1, { keep: 1, drop: 2 });
    meter.createCounter('seen', { advice }).add(1, { keep: 1, drop: 2 });
    assert.deepEqual(valuesOf(await collect()), {
      advised: [[{ keep: 1 }, 1]],
      seen: [[{ keep: 1, drop: 2 }, 1]],
    });
  });

  it('MSDK-28 ignore invalid advice, which is said', async () => {
    const { meter, collect } = bed();
    const explicitBucketBoundaries = ['x', Number.NaN] as unknown as number[];
    const said = await heard(() =>
      meter.createHistogram('h', { advice: { explicitBucketBoundaries } }).record(1),
    );
    assert.match(said.join('\n'), /advice|boundaries/i);
    const value = histogramOf((await collect())[0]);
    assert.equal(value.buckets.boundaries.length, 15);
  });

  it('MSDK-29 keep the first advice of two, which is said', async () => {
    const { meter, collect } = bed();
    const name = freshName();
    const make = (bound: number) =>
      meter.createHistogram(name, { advice: { explicitBucketBoundaries: [bound] } }).record(1);
    const said = await heard(() => {
      make(5);
      make(6);
    });
    assert.match(said.join('\n'), /advice/);
    const metrics = await collect();
    const value = histogramOf(metrics[0]);
    assert.deepEqual([metrics.length, value.buckets.boundaries, value.count], [1, [5], 2]);
  });

  it('MSDK-24 that are identical are aggregated together', async () => {
    const { meter, collect } = bed();
    for (let index = 0; index < 3; index++) meter.createCounter('c', { unit: 's' }).add(1);
    assert.deepEqual(valuesOf(await collect()), { c: [[{}, 3]] });
  });

  it('MSDK-25 whose names differ in case are one, by the first name, which is said', async () => {
    const { meter, collect } = bed();
    const name = `${freshName()}Count`;
    const said = await heard(() => {
      meter.createCounter(name).add(1);
      meter.createCounter(name.toUpperCase()).add(2);
    });
    assert.match(said.join('\n'), /case/);
    assert.deepEqual(valuesOf(await collect()), { [name]: [[{}, 3]] });
  });

  it('MSDK-23 of one name that differ both work, with a warning that says how a view resolves it', async () => {
    const { meter, collect } = bed();
    const [byKind, byDescription] = [freshName(), freshName()];
    const said = await heard(() => {
      meter.createCounter(byKind).add(1);
      meter.createHistogram(byKind).record(2);
      meter.createCounter(byDescription, { description: 'a' }).add(3);
      meter.createCounter(byDescription, { description: 'b' }).add(4);
    });
    assert.equal(said.length, 2, said.join('\n'));
    assert.match(said[0] ?? '', /view.*(instrumentType|InstrumentSelector)/is);
    assert.match(said[1] ?? '', /view.*description/is);
    const values = valuesOf(await collect());
    assert.equal(values[byKind]?.length, 2);
    const added = values[byDescription]?.map(([, value]) => value as number) ?? [];
    assert.equal(
      added.reduce((sum, value) => sum + value, 0),
      7,
    );
  });

  it('MSDK-23 a view that sets the description resolves the conflict', async () => {
    const name = freshName();
    const { meter, collect } = bed({ views: [{ instrumentName: name, description: 'one' }] });
    const said = await heard(() => {
      meter.createCounter(name, { description: 'a' }).add(3);
      meter.createCounter(name, { description: 'b' }).add(4);
    });
    assert.deepEqual([said, valuesOf(await collect())], [[], { [name]: [[{}, 7]] }]);
  });

  it('MSDK-30 are disabled where every view drops them', async () => {
    const drop = { type: AggregationType.DROP };
    const { meter, collect } = bed({ views: [{ instrumentName: 'dropped.*', aggregation: drop }] });
    const [dropped, kept] = [meter.createCounter('dropped.c'), meter.createCounter('kept')];
    assert.deepEqual([dropped.enabled(), kept.enabled()], [false, true]);
    dropped.add(1);
    kept.add(1);
    assert.deepEqual(valuesOf(await collect()), { kept: [[{}, 1]] });
  });

  it('MSDK-31 bound have their attributes processed, and their place in the limit, when they are bound', async () => {
    const keep = sdk.createAllowListAttributesProcessor(['k']);
    const { meter, collect } = bed(
      { exemplarFilter: 'always_on', views: [{ instrumentName: 'c', attributesProcessors: [keep] }] },
      { ...DELTA, cardinalitySelector: () => 1 },
    );
    const counter = meter.createCounter('c');
    const attributes = { k: 'a', other: 1 };
    const bound = counter.bind(attributes);
    attributes.k = 'changed';
    const beyond = counter.bind({ k: 'b' });
    for (const times of [1, 2]) {
      bound.add(times);
      beyond.add(10 * times);
      counter.add(100, { k: 'a', other: 2 });
      const metrics = await collect();
      assert.deepEqual(valuesOf(metrics), {
        c: [
          [{ k: 'a' }, 100 + times],
          [{ 'otel.metric.overflow': true }, 10 * times],
        ],
      });
      assert.equal(pointsOf(metrics[0])[0]?.exemplars?.length, 1);
    }
  });

  it('MSDK-32 have attributes without limits', async () => {
    const { meter, collect } = bed();
    const wide = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`k${index}`, 'v'.repeat(500)]),
    );
    meter.createCounter('c').add(1, wide);
    const [point] = pointsOf((await collect())[0]);
    assert.deepEqual({ ...point?.attributes }, wide);
  });

  it('MSDK-33 are not spoilt by NaN and infinities', async () => {
    const { meter, collect } = bed();
    const [counter, histogram] = [meter.createCounter('c'), meter.createHistogram('h')];
    for (const value of [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2]) {
      counter.add(value);
      histogram.record(value);
    }
    const values = valuesOf(await collect());
    assert.deepEqual(values['c'], [[{}, 3]]);
    const [[, value]] = values['h'] as [[unknown, Record<string, number>]];
    const { sum, count, min, max } = value;
    assert.deepEqual({ sum, count, min, max }, { sum: 3, count: 2, min: 1, max: 2 });
  });
});

describe('views', () => {
  const seenBy = async (...views: ViewOptions[]): Promise<string[]> => {
    const { provider, collect } = bed({ views: views.map((view) => ({ ...view, description: 'seen' })) });
    const schema = provider.getMeter('other', '2', { schemaUrl: 'https://example.com/1' });
    provider.getMeter('meter', '1.0.0').createCounter('http.server.duration', { unit: 'ms' }).add(1);
    provider.getMeter('meter', '1.0.0').createHistogram('http.client.size', { unit: 'By' }).record(1);
    provider.getMeter('bare').createCounter('jobs').add(1);
    schema.createUpDownCounter('queue').add(1);
    const metrics = await collect();
    return metrics
      .filter(({ descriptor }) => descriptor.description === 'seen')
      .map((one) => one.descriptor.name);
  };

  it('MSDK-06 select by name, kind, unit and meter, all of which have to be met', async () => {
    assert.deepEqual(await seenBy({ instrumentName: 'queue' }), ['queue']);
    const every = ['http.client.size', 'http.server.duration', 'jobs', 'queue'];
    assert.deepEqual((await seenBy({ instrumentName: '*' })).sort(), every);
    assert.deepEqual(await seenBy({ instrumentType: InstrumentType.HISTOGRAM }), ['http.client.size']);
    assert.deepEqual(await seenBy({ instrumentUnit: 'ms' }), ['http.server.duration']);
    assert.deepEqual(await seenBy({ meterName: 'bare' }), ['jobs']);
    assert.deepEqual(await seenBy({ meterVersion: '2' }), ['queue']);
    assert.deepEqual(await seenBy({ meterSchemaUrl: 'https://example.com/1' }), ['queue']);
    assert.deepEqual(await seenBy({ instrumentName: 'http.*', instrumentUnit: 'By' }), ['http.client.size']);
    assert.deepEqual(await seenBy({ instrumentName: 'http.*', instrumentUnit: 's' }), []);
  });

  it('MSDK-07 select by names with any number of wildcards', async () => {
    assert.deepEqual(await seenBy({ instrumentName: 'http.*.dur*' }), ['http.server.duration']);
    assert.deepEqual(await seenBy({ instrumentName: 'j?bs' }), ['jobs']);
    assert.deepEqual(await seenBy({ instrumentName: 'j?obs' }), []);
    assert.deepEqual(await seenBy({ instrumentName: '*u?u*' }), ['queue']);
  });

  it('MSDK-08 give streams any name and description', async () => {
    const { meter, collect } = bed({
      views: [{ instrumentName: 'c', name: 'not valid!', description: 'd' }],
    });
    meter.createCounter('c').add(1);
    const [metric] = await collect();
    assert.deepEqual([metric?.descriptor.name, metric?.descriptor.description], ['not valid!', 'd']);
    assert.throws(() => bed({ views: [{ instrumentName: 'c*', name: 'one' }] }));
    assert.throws(() => bed({ views: [{ name: 'one' }] }));
  });

  it('MSDK-09 MSDK-10 keep listed attributes, or all but the listed ones', async () => {
    const { meter, collect } = bed({
      views: [
        {
          instrumentName: 'allow',
          attributesProcessors: [sdk.createAllowListAttributesProcessor(['a', 'b'])],
        },
        { instrumentName: 'deny', attributesProcessors: [sdk.createDenyListAttributesProcessor(['a', 'b'])] },
      ],
    });
    for (const name of ['allow', 'deny']) {
      const counter = meter.createCounter(name);
      counter.add(1, { a: 1, c: 3 });
      counter.add(2, { a: 1, b: 2, c: 4 });
      counter.add(4, { c: 3, a: 1 });
    }
    assert.deepEqual(valuesOf(await collect()), {
      allow: [
        [{ a: 1 }, 5],
        [{ a: 1, b: 2 }, 2],
      ],
      deny: [
        [{ c: 3 }, 5],
        [{ c: 4 }, 2],
      ],
    });
  });

  it('MSDK-20 are not needed for an instrument to be exported', async () => {
    const { meter, collect } = bed({ views: [{ instrumentName: 'other', description: 'd' }] });
    meter.createCounter('c').add(5);
    assert.deepEqual(valuesOf(await collect()), { c: [[{}, 5]] });
  });

  it('MSDK-12 without an aggregation have the default of the reader', async () => {
    const aggregationSelector = () => ({ type: AggregationType.LAST_VALUE });
    const { meter, collect } = bed(
      { views: [{ instrumentName: 'seen', description: 'd' }] },
      { aggregationSelector },
    );
    for (const name of ['seen', 'unseen']) {
      meter.createCounter(name).add(5);
      meter.createCounter(name).add(7);
    }
    assert.deepEqual(valuesOf(await collect()), { seen: [[{}, 7]], unseen: [[{}, 7]] });
  });

  it('MSDK-14 without a limit have that of the reader', async () => {
    const { meter, collect } = bed(
      {
        views: [
          { instrumentName: 'c*', description: 'd' },
          { instrumentName: 'own', aggregationCardinalityLimit: 1 },
        ],
      },
      { cardinalitySelector: () => 2 },
    );
    for (const name of ['c', 'own'])
      for (let index = 0; index < 4; index++) meter.createCounter(name).add(1, { index });
    const values = valuesOf(await collect());
    assert.deepEqual([values['c']?.length, values['own']?.length], [3, 2]);
  });

  it('MSDK-16 are not needed: advice and defaults hold without any', async () => {
    const { meter, collect } = bed();
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2] } }).record(1.5);
    const value = histogramOf((await collect())[0]);
    assert.deepEqual(value.buckets, { boundaries: [1, 2], counts: [0, 1, 0] });
  });

  it('MSDK-17 that select one instrument make a stream each, with a warning when they cannot be told apart', async () => {
    const name = freshName();
    const keep = sdk.createAllowListAttributesProcessor([]);
    const histogram = {
      type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
      options: { boundaries: [1] },
    } as const;
    const { meter, collect } = bed({
      views: [
        { instrumentName: '*' },
        { instrumentName: name, attributesProcessors: [keep] },
        { instrumentName: name, name: `${name}.spread`, aggregation: histogram },
      ],
    });
    const said = await heard(() => meter.createCounter(name).add(1, { a: 1 }));
    const metrics = await collect();
    assert.equal(metrics.length, 3);
    assert.deepEqual(valuesOf(metrics)[name], [
      [{ a: 1 }, 1],
      [{}, 1],
    ]);
    assert.equal(histogramOf(metrics[2]).count, 1);
    assert.equal(said.length, 1, said.join('\n'));
  });

  it('MSDK-21 go together as they are told: independent, composable, and nothing else', () => {
    bed({ viewMatchingMode: 'independent' });
    bed({ viewMatchingMode: 'composable' });
    assert.throws(() => bed({ viewMatchingMode: 'sometimes' as never }), /viewMatchingMode.*"sometimes"/);
  });

  it('MSDK-22 composed, make one stream for each name, of which the last setting counts and all filters', async () => {
    const deny = (key: string) => [sdk.createDenyListAttributesProcessor([key])];
    const histogram = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM } as const;
    const { meter, collect } = bed({
      viewMatchingMode: 'composable',
      views: [
        { instrumentName: '*', description: 'first', attributesProcessors: deny('a') },
        { instrumentName: 'c', description: 'last', attributesProcessors: deny('b') },
        { instrumentName: 'c', aggregationCardinalityLimit: 1 },
        { instrumentName: 'c', name: 'renamed', aggregation: { type: AggregationType.LAST_VALUE } },
        { instrumentName: 'o', aggregation: { type: AggregationType.LAST_VALUE } },
        { instrumentName: 'o', aggregation: histogram },
      ],
    });
    const counter = meter.createCounter('c');
    for (const kept of [1, 2]) counter.add(kept, { a: 1, b: 2, kept });
    meter.createObservableCounter('o').addCallback((result) => result.observe(7, { a: 1 }));
    const metrics = await collect();
    assert.deepEqual(
      metrics.map(({ descriptor: { name, description } }) => [name, description]),
      [
        ['c', 'last'],
        ['renamed', ''],
        ['o', 'first'],
      ],
    );
    assert.deepEqual(valuesOf(metrics), {
      c: [
        [{ kept: 1 }, 1],
        [{ 'otel.metric.overflow': true }, 2],
      ],
      renamed: [
        [{ a: 1, b: 2, kept: 1 }, 1],
        [{ a: 1, b: 2, kept: 2 }, 2],
      ],
      o: [[{}, 7]],
    });
    assert.equal(metrics[2]?.dataPointType, sdk.DataPointType.GAUGE);
  });

  it('MSDK-18 that make no sense for an instrument are said and count as absent', async () => {
    const name = freshName();
    const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
    const { meter, collect } = bed({ views: [{ instrumentName: name, aggregation }] });
    const said = await heard(() =>
      meter.createObservableCounter(name).addCallback((result) => result.observe(3)),
    );
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /view/);
    assert.deepEqual(valuesOf(await collect()), { [name]: [[{}, 3]] });
  });

  it('MSDK-19 win over advice', async () => {
    const aggregation = {
      type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
      options: { boundaries: [7] },
    } as const;
    const { meter, collect } = bed({ views: [{ instrumentName: 'h', aggregation }] });
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2] } }).record(1.5);
    const value = histogramOf((await collect())[0]);
    assert.deepEqual(value.buckets.boundaries, [7]);
  });

  it('MSDK-15 MSDK-13 tell in their documents that exemplars may show what they filter, and choose reservoirs', async () => {
    const declarations = readFileSync(
      new URL('../../dist/esm/sdk/metrics/view.d.ts', import.meta.url),
      'utf8',
    );
    assert.match(declarations, /may still appear on\s+\*?\s*exemplars/);
    let made = 0;
    const exemplarReservoir = () => {
      made++;
      return new sdk.SimpleFixedSizeExemplarReservoir(3);
    };
    const { meter, reader } = bed({
      exemplarFilter: 'always_on',
      views: [{ instrumentName: 'c', exemplarReservoir }],
    });
    for (const value of [1, 2, 3]) meter.createCounter('c').add(value, { a: 1 });
    const [metric] = metricsOf(await reader.collect());
    assert.deepEqual([made, pointsOf(metric)[0]?.exemplars?.length], [1, 3]);
  });
});

describe('several readers', () => {
  it('MSDK-05 a flush reports what went wrong in one of them', async () => {
    const refusing: PushMetricExporter = {
      export: (_metrics, done) => done({ code: 1, error: new Error('by design') }),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const good = manualReader();
    const readers = [good, new sdk.PeriodicExportingMetricReader({ exporter: refusing })];
    const provider = new sdk.MeterProvider({ readers });
    provider.getMeter('m').createCounter('c').add(1);
    await assert.rejects(provider.forceFlush(), /by design/);
    assert.deepEqual(valuesOf(await collect(good)), { c: [[{}, 1]] });
  });
});
