/** Metrics of the runtime, through the real SDK. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { metrics } from '../../api/metrics/metrics-api.ts';
import { ManualMetricReader } from '../../sdk/metrics/manual-reader.ts';
import { MeterProvider } from '../../sdk/metrics/provider.ts';
import { MetricBed } from '../../testing/metric-bed.ts';
import { RuntimeNodeInstrumentation, type RuntimeNodeInstrumentationConfig } from './instrumentation.ts';

/** The first value of each metric. */
async function valuesOf(reader: ManualMetricReader): Promise<Record<string, number>> {
  const { resourceMetrics } = await reader.collect();
  const found = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    found.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.value as number]),
  );
}

describe('RuntimeNodeInstrumentation', () => {
  let bed: MetricBed;
  let instrumentation: RuntimeNodeInstrumentation | undefined;
  const start = (config: RuntimeNodeInstrumentationConfig = {}): void => {
    instrumentation = new RuntimeNodeInstrumentation(config);
    instrumentation.setMeterProvider(bed.provider);
  };
  beforeEach(() => {
    bed = new MetricBed(false);
  });
  afterEach(() => {
    instrumentation?.disable();
    instrumentation = undefined;
  });

  it('reports the event loop: its use, its times and its delays', async () => {
    start({ monitoringPrecision: 1 });
    await bed.collect();
    await sleep(5);
    const until = performance.now() + 60;
    while (performance.now() < until);
    await sleep(20);
    const metrics = await bed.collect();
    const value = (name: string) => (metrics.get(name)!.dataPoints[0] as { value: number }).value;
    const utilization = value('nodejs.eventloop.utilization');
    assert.ok(utilization > 0 && utilization <= 1, String(utilization));
    assert.ok(value('nodejs.eventloop.delay.max') >= 0.03, 'the busy loop shows');
    for (const name of ['min', 'mean', 'stddev', 'p50', 'p90', 'p99']) {
      assert.ok(value(`nodejs.eventloop.delay.${name}`) >= 0);
      assert.ok(value(`nodejs.eventloop.delay.${name}`) <= value('nodejs.eventloop.delay.max'));
    }
    const before = performance.eventLoopUtilization();
    const times = await bed.numbers('nodejs.eventloop.time');
    const after = performance.eventLoopUtilization();
    const states = times.map(({ attributes }) => attributes['nodejs.eventloop.state']);
    assert.deepEqual(states.sort(), ['active', 'idle']);
    for (const { attributes, value: seconds } of times) {
      // Not idle for a moment is what a loop on a busy machine may be.
      const state = attributes['nodejs.eventloop.state'] as 'active' | 'idle';
      const [from, to] = [before[state] / 1000, after[state] / 1000];
      assert.ok(seconds >= from && seconds <= to, `${state}: ${from} ${seconds} ${to}`);
    }
    assert.ok(before.active > 60);
  });

  for (const isLate of [false, true]) {
    const how = isLate ? ', also of a provider that comes later' : '';
    it(`tells each reader what was since its own collection before${how}`, async () => {
      const [own, other] = [new ManualMetricReader(), new ManualMetricReader()];
      const provider = new MeterProvider({ readers: [own, other] });
      instrumentation = new RuntimeNodeInstrumentation();
      if (isLate) metrics.setGlobalMeterProvider(provider);
      else instrumentation.setMeterProvider(provider);
      const begun = performance.now();
      for (const reader of [own, other]) await valuesOf(reader);
      await sleep(20);
      const { user } = process.cpuUsage();
      while (process.cpuUsage().user < user + 60_000);
      await sleep(20);
      await valuesOf(other);
      await sleep(300);
      const values = await valuesOf(own);
      const elapsed = performance.now() - begun;
      assert.ok(values['nodejs.eventloop.delay.max']! >= 0.03, JSON.stringify(values));
      const active = values['nodejs.eventloop.utilization']! * elapsed;
      const used = values['process.cpu.utilization']! * elapsed * availableParallelism();
      assert.ok(active >= 60 && used >= 60, `${active} ${used}`);
      metrics.disable();
    });
  }

  it("reports V8's heap by space, and the collections of garbage by kind", async () => {
    start();
    const used = await bed.numbers('v8js.memory.heap.used');
    assert.ok(used.some(({ attributes }) => attributes['v8js.heap.space.name'] === 'new_space'));
    for (const name of [
      'v8js.memory.heap.limit',
      'v8js.heap.space.available_size',
      'v8js.heap.space.physical_size',
    ]) {
      assert.equal((await bed.numbers(name)).length, used.length);
    }
    const old = { 'v8js.heap.space.name': 'old_space' };
    assert.ok((await bed.numbers('v8js.memory.heap.used', old))[0]!.value > 1e5);
    let kept: unknown[] = [];
    for (let round = 0; round < 200; round++) kept = Array.from({ length: 20_000 }, (_, i) => ({ i, round }));
    assert.equal(kept.length, 20_000);
    await sleep(20);
    const [minor] = await bed.histogram('v8js.gc.duration', { 'v8js.gc.type': 'minor' });
    assert.ok(minor!.value.count > 0 && minor!.value.sum! > 0);
    assert.deepEqual(minor!.value.buckets.boundaries, [0.01, 0.1, 1, 10]);
  });

  it('reports the process, unless told not to', async () => {
    start();
    await bed.collect();
    const until = performance.now() + 50;
    while (performance.now() < until);
    const cpu = await bed.numbers('process.cpu.time');
    assert.deepEqual(cpu.map(({ attributes }) => attributes['cpu.mode']).sort(), ['system', 'user']);
    const { user } = process.cpuUsage();
    const [userTime] = await bed.numbers('process.cpu.time', { 'cpu.mode': 'user' });
    assert.ok(Math.abs(userTime!.value - user / 1e6) < 1, 'seconds, not micros');
    for (const { value } of await bed.numbers('process.cpu.utilization')) assert.ok(value >= 0 && value <= 1);
    assert.ok((await bed.numbers('process.memory.usage'))[0]!.value > 1e7);
    assert.ok((await bed.numbers('process.uptime'))[0]!.value > 0);
    assert.equal((await bed.numbers('process.context_switches')).length, 2);
    assert.equal((await bed.numbers('process.paging.faults')).length, 2);
    instrumentation!.disable();

    bed = new MetricBed(false);
    start({ processMetrics: false });
    const names = [...(await bed.collect()).keys()];
    assert.ok(names.includes('nodejs.eventloop.time'));
    assert.deepEqual(
      names.filter((name) => name.startsWith('process.')),
      [],
    );
  });

  it('reports nothing after disable(), and starts again', async () => {
    start();
    await bed.collect();
    instrumentation!.disable();
    const after = await bed.all();
    assert.deepEqual(
      after.filter(({ descriptor }) => descriptor.name.startsWith('nodejs.eventloop.delay')),
      [],
    );
    instrumentation!.enable();
    assert.ok((await bed.collect()).has('nodejs.eventloop.utilization'));
  });

  it('takes a precision of 1 and refuses what is less or no number', () => {
    new RuntimeNodeInstrumentation({ monitoringPrecision: 1 }).disable();
    for (const monitoringPrecision of [0.5, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, '10' as never]) {
      assert.throws(
        () => new RuntimeNodeInstrumentation({ monitoringPrecision }),
        /monitoringPrecision.*at least 1/,
      );
    }
  });

  it('starts no monitor where nobody collects, and keeps no process alive where somebody does', () => {
    const at = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const program = (collect: boolean) => `
      import { RuntimeNodeInstrumentation } from ${at('instrumentation.js')};
      import { MetricBed } from ${at('../../testing/metric-bed.js')};
      const bed = new MetricBed(false);
      new RuntimeNodeInstrumentation().setMeterProvider(bed.provider);
      ${collect ? 'await bed.collect(); await bed.collect();' : ''}
      console.log('end');`;
    for (const collect of [true, false]) {
      const args = ['--input-type=module', '-e', program(collect)];
      assert.equal(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 }).trim(), 'end');
    }
  });
});
