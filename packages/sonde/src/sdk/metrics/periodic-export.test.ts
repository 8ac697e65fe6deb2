import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestBed } from '../../testing/test-bed.ts';
import type { ExportResult } from '../common/export-result.ts';
import { DIRECT_EXPORT } from '../pipeline/direct-export.ts';
import type { PushMetricExporter } from './exporter.ts';
import { ManualMetricReader } from './manual-reader.ts';
import { AggregationTemporality, type ResourceMetrics } from './metric-data.ts';
import { PeriodicExport, type PeriodicExportOptions } from './periodic-export.ts';
import { MeterProvider } from './provider.ts';
import { pointCount } from './split-batch.ts';

/** Answers as it is told to, and keeps how many points each export had and when it came. */
class ScriptedMetricExporter implements PushMetricExporter {
  readonly exported: { at: number; points: number }[] = [];
  readonly calls: string[] = [];
  readonly #now: () => number;
  open = 0;
  mostOpen = 0;
  answer: (done: (result: ExportResult) => void, index: number) => void = (done) => done({ code: 0 });

  constructor(now: () => number) {
    this.#now = now;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    this.exported.push({ at: this.#now(), points: pointCount(metrics) });
    this.answer((result) => {
      this.open--;
      done(result);
    }, this.exported.length - 1);
  }
  forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
    return Promise.resolve();
  }
  shutdown(): Promise<void> {
    this.calls.push('shutdown');
    return Promise.resolve();
  }
}

function bedOf(options: Partial<PeriodicExportOptions> = {}) {
  const { clock, log, host } = createTestBed({ seed: 1 });
  const exporter = new ScriptedMetricExporter(clock.now);
  const reader = new ManualMetricReader({
    aggregationTemporalitySelector: () => AggregationTemporality.DELTA,
  });
  const counter = new MeterProvider({ readers: [reader] }).getMeter('m').createCounter('c');
  const periodic = new PeriodicExport({
    owner: 'Reader',
    reader,
    exporter,
    intervalMillis: 1000,
    timeoutMillis: 300,
    maxBatchSize: undefined,
    host,
    ...options,
  });
  const add = (count: number): void => {
    for (let set = 0; set < count; set++) counter.add(1, { set });
  };
  return { clock, log, exporter, reader, periodic, add };
}

describe('PeriodicExport', () => {
  it('exports at each interval what there is, and nothing when there is nothing', async () => {
    const { clock, exporter, periodic, add } = bedOf();
    periodic.start();
    add(2);
    await clock.advance(999);
    assert.deepEqual(exporter.exported, []);
    await clock.advance(1);
    assert.deepEqual(exporter.exported, [{ at: 1000, points: 2 }]);
    // The reader's own metric of its first collection is what there is now.
    await clock.advance(1000);
    add(3);
    await clock.advance(1000);
    assert.deepEqual(
      exporter.exported.map(({ at }) => at),
      [1000, 2000, 3000],
    );
    const { made, acknowledged, held } = periodic.ledger.accounts();
    assert.deepEqual([made === acknowledged, held], [true, 0]);
  });

  it('leaves a tick out while an export runs, and gives it up in time', async () => {
    const { clock, exporter, periodic, add, log } = bedOf({ timeoutMillis: 2500 });
    exporter.answer = (done, index) => {
      if (index !== 0) done({ code: 0 });
    };
    periodic.start();
    add(1);
    await clock.advance(3000);
    assert.equal(exporter.exported.length, 1);
    await clock.advance(1000);
    assert.equal(exporter.exported.length, 2);
    assert.equal(periodic.ledger.droppedFor('timeout'), 1);
    assert.match(log.messages('timeout').join('\n'), /Losing data points, 1 so far/);
  });

  it('flushes after the export that runs, one at a time, and tells of failure', async () => {
    const { clock, exporter, periodic, add } = bedOf();
    exporter.answer = (done) => void clock.setTimer(() => done({ code: 0 }), 100);
    periodic.start();
    add(1);
    await clock.advance(1010);
    add(1);
    await clock.run(Promise.all([periodic.flush(), periodic.flush()]));
    assert.deepEqual([exporter.mostOpen, exporter.calls], [1, ['forceFlush', 'forceFlush']]);
    exporter.answer = (done) => done({ code: 1, error: new Error('refused') });
    add(1);
    await assert.rejects(clock.run(periodic.flush()), /refused/);
    assert.ok(periodic.ledger.droppedFor('export_failed') > 0);
  });

  it('splits a collection, and goes on with the next part when one fails', async () => {
    const { clock, exporter, periodic, add } = bedOf({ maxBatchSize: 4 });
    exporter.answer = (done, index) => done(index === 0 ? { code: 1 } : { code: 0 });
    add(10);
    await assert.rejects(clock.run(periodic.flush()), /could not deliver/);
    assert.deepEqual(
      exporter.exported.map(({ points }) => points),
      [4, 4, 2],
    );
    assert.equal(periodic.ledger.droppedFor('export_failed'), 4);
  });

  it('closes with a last collection, also when that fails, and ticks no more', async () => {
    const { clock, exporter, periodic, add } = bedOf();
    exporter.answer = (done) => done({ code: 1, error: new Error('refused') });
    periodic.start();
    add(1);
    await assert.rejects(clock.run(periodic.close(Infinity)), /refused/);
    assert.deepEqual(exporter.calls, ['forceFlush', 'shutdown']);
    const before = exporter.exported.length;
    await clock.advance(10_000);
    assert.deepEqual([exporter.exported.length, clock.pendingTimers], [before, 0]);
  });

  it('ends without an export when there is nothing but what the SDK says about itself', async () => {
    const { clock, exporter, periodic, add } = bedOf();
    add(1);
    await clock.run(periodic.flush());
    await clock.run(periodic.close(Infinity));
    assert.equal(exporter.exported.length, 1);
    assert.equal(exporter.calls.at(-1), 'shutdown');
  });

  it('survives exporters that throw, reject and answer twice', async () => {
    const { clock, exporter, periodic, add } = bedOf();
    const answers: ((done: (result: ExportResult) => void) => void)[] = [
      () => {
        throw new Error('by design');
      },
      (done) => {
        done({ code: 0 });
        done({ code: 1 });
      },
      (done) => done(undefined as never),
    ];
    for (const answer of answers) {
      exporter.answer = answer;
      add(1);
      await clock.run(periodic.flush().catch(() => {}));
    }
    const { made, acknowledged, dropped, held } = periodic.ledger.accounts();
    assert.deepEqual([made, held], [acknowledged + dropped, 0]);
  });

  it('hands a last collection over in the call when the process ends, to an exporter of ours', async () => {
    const taken: number[] = [];
    const bed = bedOf();
    const ours = Object.assign(bed.exporter, {
      [DIRECT_EXPORT]: {
        take: (collections: readonly ResourceMetrics[]) => taken.push(pointCount(collections[0]!)),
        drain: () => Promise.resolve(),
      },
    });
    const periodic = new PeriodicExport({
      owner: 'Reader',
      reader: bed.reader,
      exporter: ours,
      intervalMillis: 1000,
      timeoutMillis: 300,
      maxBatchSize: undefined,
    });
    assert.equal(periodic.queueLength, 0);
    bed.add(3);
    assert.equal(periodic.queueLength, 1);
    assert.equal(periodic.encodeAllNow(), true);
    assert.deepEqual([taken, periodic.queueLength], [[3], 0]);
    bed.add(1);
    assert.equal(bed.periodic.encodeAllNow(), true);
  });

  it('cannot do so for an exporter of somebody else', () => {
    const { periodic, add } = bedOf();
    assert.equal(periodic.encodeAllNow(), true);
    add(1);
    assert.equal(periodic.encodeAllNow(), false);
  });
});
