/** A meter provider sleeps until somebody measures or collects, and what only lets itself be observed does not wake it. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { diag } from '../../api/diag/diag.ts';
import { isAsleep } from '../../api/metrics/latent-meter.ts';
import { latentMeter, metrics } from '../../api/metrics/metrics-api.ts';
import type { Observable, ObservableCallback } from '../../api/metrics/observable.ts';
import { SPAN_RECORDS, selfMetrics } from '../common/self-metrics.ts';
import { ManualMetricReader } from './manual-reader.ts';
import type { ResourceMetrics } from './metric-data.ts';
import { MeterProvider } from './provider.ts';

/** What waits for a provider waits beyond the test. */
const takeBack: (() => void)[] = [];

const said: string[] = [];
const log = (message: string): void => void said.push(message);
beforeEach(() => void diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }));

afterEach(() => {
  metrics.disable();
  diag.disable();
  assert.deepEqual(said.splice(0), []);
  for (const each of takeBack.splice(0)) each();
});

function made(): { provider: MeterProvider; reader: ManualMetricReader } {
  const reader = new ManualMetricReader();
  return { provider: new MeterProvider({ readers: [reader] }), reader };
}

const millisOf = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;

function namesOf({ scopeMetrics }: ResourceMetrics): string[] {
  return scopeMetrics.flatMap(({ metrics: ofScope }) => ofScope.map(({ descriptor }) => descriptor.name));
}

function observe(observable: Observable, value: number): void {
  const callback: ObservableCallback = (result) => result.observe(value);
  observable.addCallback(callback);
  takeBack.push(() => observable.removeCallback(callback));
}

describe('a meter provider', () => {
  it('sleeps until a meter is asked for', () => {
    const { provider } = made();
    assert.equal(isAsleep(provider), true);
    provider.getMeter('a');
    assert.equal(isAsleep(provider), false);
  });

  it('is woken by the meter that an application had before it was registered', async () => {
    const gauge = metrics.getMeter('early').createObservableGauge('early');
    observe(gauge, 7);
    const { provider, reader } = made();
    metrics.setGlobalMeterProvider(provider);
    assert.equal(isAsleep(provider), false);
    assert.deepEqual(namesOf((await reader.collect()).resourceMetrics), ['early']);
  });

  it('is left asleep by what only lets itself be observed, which is collected all the same, from its start on', async () => {
    const before = latentMeter('latent', '1').createObservableCounter('before');
    observe(before, 1);
    const { provider, reader } = made();
    metrics.setGlobalMeterProvider(provider);
    const meter = latentMeter('latent', '1', metrics.getMeterProvider());
    const after = meter.createObservableCounter('after');
    observe(after, 2);
    assert.equal(isAsleep(provider), true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { resourceMetrics } = await reader.collect();
    assert.equal(isAsleep(provider), false);
    assert.deepEqual(namesOf(resourceMetrics).sort(), ['after', 'before']);
    for (const metric of resourceMetrics.scopeMetrics[0]!.metrics) {
      const { startTime, endTime } = metric.dataPoints[0]!;
      assert.ok(millisOf(endTime) - millisOf(startTime) >= 19);
    }
  });

  it('is left asleep by callbacks that are taken back before it wakes, and these are not called', async () => {
    const meter = latentMeter('latent', '1');
    const gauge = meter.createObservableGauge('gone');
    const callback = () => assert.fail('called');
    meter.addBatchObservableCallback(callback, [gauge]);
    const { provider, reader } = made();
    metrics.setGlobalMeterProvider(provider);
    meter.removeBatchObservableCallback(callback, [gauge]);
    assert.deepEqual(namesOf((await reader.collect()).resourceMetrics), []);
  });

  it('is woken by an application, and hands over to each that waits once', async () => {
    for (const name of ['one', 'two', 'three'])
      observe(latentMeter(name, '1').createObservableGauge(name), 1);
    const { provider, reader } = made();
    metrics.setGlobalMeterProvider(provider);
    let asked = 0;
    const { getMeter } = provider;
    provider.getMeter = function (this: MeterProvider, ...given) {
      asked++;
      return getMeter.apply(this, given);
    };
    metrics.getMeter('application');
    assert.ok(asked <= 7, `${asked} meters were asked for`);
    assert.deepEqual(namesOf((await reader.collect()).resourceMetrics).sort(), ['one', 'three', 'two']);
  });

  it('is woken by whoever makes a counter of a latent meter, and nothing is lost', async () => {
    const { provider, reader } = made();
    metrics.setGlobalMeterProvider(provider);
    latentMeter('latent', '1').createCounter('counted').add(3);
    assert.equal(isAsleep(provider), false);
    assert.deepEqual(namesOf((await reader.collect()).resourceMetrics), ['counted']);
  });

  it("carries the SDK's own metrics without being woken by them", async () => {
    const { provider, reader } = made();
    metrics.setGlobalMeterProvider(provider);
    const source = { selfReadings: () => ({ queue: { size: 1, capacity: 2 }, processed: 3, failed: {} }) };
    selfMetrics(undefined).addProcessor(SPAN_RECORDS, 'test', source);
    assert.equal(isAsleep(provider), true);
    const names = namesOf((await reader.collect()).resourceMetrics);
    assert.ok(names.includes('otel.sdk.processor.span.queue.size'), names.join());
  });

  it('that was shut down asleep gives meters that do nothing, and wakes no more', async () => {
    const { provider } = made();
    await provider.shutdown();
    assert.equal(isAsleep(provider), false);
    provider.getMeter('late').createCounter('late').add(1);
  });
});
