import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NetworkFaults } from '../../testing/fake-network.ts';
import { RelayExporter } from '../../testing/relay-exporter.ts';
import {
  type ExportBehaviour,
  ScriptedExporter,
  type ScriptedExporterOptions,
} from '../../testing/scripted-exporter.ts';
import { createTestBed } from '../../testing/test-bed.ts';
import type { Resource } from '../common/resource.ts';
import { SPAN_RECORDS } from '../common/self-metrics.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';
import { DIRECT_EXPORT, type DirectPath } from './direct-export.ts';

interface Item {
  readonly id: number;
  readonly resource: Resource;
}

const RESOURCE = { attributes: {} } as unknown as Resource;
const item = (id: number, resource = RESOURCE): Item => ({ id, resource });
const ids = (batches: readonly (readonly Item[])[]): number[][] =>
  batches.map((batch) => batch.map(({ id }) => id));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const defaults = {
  owner: 'Batcher',
  records: 'items',
  self: { kind: SPAN_RECORDS, type: 'test' },
  maxQueueSize: 2048,
  scheduledDelayMillis: 5000,
  maxExportBatchSize: 512,
  exportTimeoutMillis: 30_000,
  onFull: 'encode',
} as const;

function withForeign(
  options: Partial<BatcherOptions<Item>> = {},
  script: Partial<ScriptedExporterOptions> = {},
) {
  const bed = createTestBed({ seed: 1 });
  const exporter = new ScriptedExporter<Item>({ clock: bed.clock, ...script });
  const batcher = new Batcher<Item>({ ...defaults, exporter, host: bed.host, ...options });
  const add = (from: number, to: number): void => {
    for (const id of range(from, to)) batcher.add(item(id));
  };
  return { ...bed, exporter, batcher, add };
}

function withOurs(options: Partial<BatcherOptions<Item>> = {}, faults: NetworkFaults = {}) {
  const bed = createTestBed({ seed: 1, faults });
  const { clock, network } = bed;
  const exporter = new RelayExporter<Item>({ clock, network, identify: ({ id }) => String(id) });
  const batcher = new Batcher<Item>({ ...defaults, exporter, host: bed.host, ...options });
  const add = (from: number, to: number): void => {
    for (const id of range(from, to)) batcher.add(item(id));
  };
  return { ...bed, exporter, batcher, add };
}

describe('Batcher: when a batch is due', () => {
  it('exports scheduledDelayMillis after the first record, not before', async () => {
    const { clock, exporter, add } = withForeign();
    add(0, 1);
    await clock.advance(4000);
    add(1, 2);
    await clock.advance(999);
    assert.equal(exporter.batches.length, 0);
    await clock.advance(1);
    assert.deepEqual(ids(exporter.batches), [[0, 1]]);
  });

  it('counts the delay anew from the first record of an empty queue', async () => {
    const { clock, exporter, add } = withForeign({ maxExportBatchSize: 2 });
    add(0, 1);
    await clock.advance(3000);
    add(1, 2);
    await clock.settle();
    assert.deepEqual(ids(exporter.batches), [[0, 1]]);
    add(2, 3);
    await clock.advance(4999);
    assert.equal(exporter.batches.length, 1);
    await clock.advance(1);
    assert.deepEqual(ids(exporter.batches), [[0, 1], [2]]);
  });

  it('exports a full batch at once, one record short of it waits', async () => {
    const { clock, exporter, add } = withForeign();
    add(0, 511);
    await clock.advance(10);
    assert.equal(exporter.batches.length, 0);
    add(511, 512);
    await clock.settle();
    assert.equal(exporter.batches[0]?.length, 512);
  });

  it('takes a delay of 0 as the next turn of the timers', async () => {
    const { clock, exporter, add } = withForeign({ scheduledDelayMillis: 0 });
    add(0, 3);
    assert.equal(exporter.batches.length, 0);
    await clock.advance(0);
    assert.deepEqual(ids(exporter.batches), [[0, 1, 2]]);
  });

  it('has one timer, however many records', async () => {
    const { clock, batcher, add } = withForeign();
    add(0, 300);
    assert.equal(clock.pendingTimers, 1);
    await clock.run(batcher.shutdown());
    assert.equal(clock.pendingTimers, 0);
  });

  it('does not forget what came while the export of a timer was running', async () => {
    const { clock, exporter, add } = withForeign(
      { maxExportBatchSize: 10 },
      { behaviour: () => 'succeed-later', delayMillis: 100 },
    );
    add(0, 4);
    await clock.advance(5000);
    add(4, 11);
    await clock.advance(200);
    assert.deepEqual(ids(exporter.batches), [range(0, 4)]);
    await clock.advance(5000);
    assert.deepEqual(ids(exporter.batches), [range(0, 4), range(4, 11)]);
  });
});

describe('Batcher with an exporter of somebody else', () => {
  it('accepts exactly maxQueueSize records in one tick and drops the next, the newest', async () => {
    const { clock, batcher, exporter, log, add } = withForeign();
    add(0, 2048);
    assert.equal(batcher.ledger.dropped, 0);
    assert.equal(batcher.queueLength, 2048);
    add(2048, 2049);
    assert.equal(batcher.ledger.droppedFor('queue_full'), 1);
    await clock.run(batcher.forceFlush());
    assert.deepEqual(ids(exporter.batches).flat(), range(0, 2048));
    assert.deepEqual(
      exporter.batches.map((batch) => batch.length),
      [512, 512, 512, 512],
    );
    assert.deepEqual(log.messages('queue_full'), [
      'Losing items, 1 so far: the queue is full (maxQueueSize is 2048)',
    ]);
  });

  it('exports one batch after another, in order', async () => {
    const { clock, batcher, exporter, add } = withForeign(
      { maxExportBatchSize: 10 },
      { behaviour: () => 'succeed-later' },
    );
    add(0, 45);
    await clock.run(Promise.all([batcher.forceFlush(), batcher.forceFlush()]));
    assert.equal(exporter.concurrentCalls, 0);
    assert.deepEqual(ids(exporter.batches).flat(), range(0, 45));
    assert.equal(exporter.batches.length, 5);
  });

  it('gives up an export after exportTimeoutMillis and ignores the late answer', async () => {
    const { clock, batcher, exporter, add } = withForeign(
      { maxExportBatchSize: 1, exportTimeoutMillis: 100 },
      {
        behaviour: (index) => (index === 0 ? 'succeed-later' : 'succeed'),
        delayMillis: 150,
        timeoutMillis: 100,
      },
    );
    add(0, 2);
    await clock.advance(99);
    assert.equal(exporter.batches.length, 1);
    await clock.advance(1);
    assert.equal(exporter.batches.length, 2, 'the next batch follows at the deadline');
    await clock.advance(100);
    assert.deepEqual(batcher.ledger.accounts(), {
      made: 2,
      acknowledged: 1,
      dropped: 1,
      held: 0,
      droppedBy: { timeout: 1 },
    });
  });

  it('waits for an answer without a bound when exportTimeoutMillis is 0', async () => {
    const { clock, batcher, exporter, add } = withForeign(
      { maxExportBatchSize: 1, exportTimeoutMillis: 0 },
      { behaviour: () => 'never', timeoutMillis: 1e9 },
    );
    add(0, 2);
    await clock.advance(10_000_000);
    assert.equal(exporter.batches.length, 1);
    assert.equal(batcher.ledger.held, 2);
  });

  it('says the loss at its start and its end', async () => {
    const script: ExportBehaviour[] = ['fail', 'fail', 'succeed', 'succeed', 'succeed'];
    const { clock, log, add } = withForeign(
      { maxExportBatchSize: 1 },
      { behaviour: (index) => script[index] ?? 'succeed' },
    );
    for (const id of range(0, 5)) {
      add(id, id + 1);
      await clock.advance(1);
    }
    assert.deepEqual(
      log.lines.map((line) => line.message),
      [
        'Losing items, 1 so far: the exporter failed (as the script says)',
        'No more items are being lost; since the loss began it was 2 items (export_failed 2)',
      ],
    );
  });

  it('waits for the resource before it exports, and no longer than the timeout', async () => {
    let isPending = true;
    let settle: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      settle = () => {
        isPending = false;
        resolve();
      };
    });
    const resource = {
      attributes: {},
      get asyncAttributesPending() {
        return isPending;
      },
      waitForAsyncAttributes: () => waiting,
    } as unknown as Resource;
    const { clock, batcher, exporter, log } = withForeign({
      maxExportBatchSize: 1,
      exportTimeoutMillis: 100,
    });
    batcher.add(item(0, resource));
    await clock.advance(50);
    assert.equal(exporter.batches.length, 0);
    settle();
    await clock.settle();
    assert.deepEqual(ids(exporter.batches), [[0]]);

    const never = { asyncAttributesPending: true, waitForAsyncAttributes: () => new Promise(() => {}) };
    batcher.add(item(1, never as unknown as Resource));
    await clock.advance(99);
    assert.equal(exporter.batches.length, 1);
    await clock.advance(1);
    assert.deepEqual(ids(exporter.batches), [[0], [1]]);
    assert.equal(log.messages('resource_pending').length, 1);
  });

  it('rejects a flush, saying what was lost and why, and calls exporter.forceFlush all the same', async () => {
    const { clock, batcher, exporter, add } = withForeign({}, { behaviour: () => 'fail-later' });
    add(0, 3);
    await assert.rejects(clock.run(batcher.forceFlush()), /Batcher could not deliver 3 .*as the script says/);
    assert.equal(exporter.forceFlushCalls, 1);
  });

  it('does not blame a flush for what was refused at the queue meanwhile', async () => {
    const { clock, batcher, add } = withForeign({ maxQueueSize: 2, maxExportBatchSize: 2 });
    add(0, 2);
    const flush = batcher.forceFlush();
    add(2, 9);
    await clock.run(flush);
    assert.ok(batcher.ledger.droppedFor('queue_full') > 0);
  });

  it('flushes, shuts the exporter down once, and takes nothing after it', async () => {
    const { clock, batcher, exporter, add } = withForeign({}, { behaviour: () => 'succeed-later' });
    add(0, 600);
    const shutdown = batcher.shutdown();
    add(600, 601);
    await clock.run(Promise.all([shutdown, batcher.shutdown()]));
    add(601, 602);
    await clock.advance(100_000);
    assert.deepEqual(ids(exporter.batches).flat(), range(0, 600));
    assert.equal(exporter.shutdownCalls, 1);
    assert.equal(exporter.lateCalls, 0);
    assert.equal(batcher.ledger.droppedFor('already_shutdown'), 2);
    assert.equal(batcher.ledger.held, 0);
  });

  it('counts what a shutdown had no time for, and exports nothing behind its back', async () => {
    const { clock, batcher, exporter, add } = withForeign(
      { maxExportBatchSize: 10 },
      { behaviour: () => 'never' },
    );
    add(0, 35);
    await assert.rejects(clock.run(batcher.shutdown({ timeoutMillis: 50 })), /took longer than 50 ms/);
    await clock.advance(100_000);
    assert.equal(exporter.batches.length, 1);
    assert.equal(exporter.shutdownCalls, 1);
    assert.deepEqual(batcher.ledger.accounts(), {
      made: 35,
      acknowledged: 0,
      dropped: 35,
      held: 0,
      droppedBy: { timeout: 35 },
    });
  });

  it('does not export a batch that was still waiting for its resource when the exporter was shut down', async () => {
    const { clock, batcher, exporter } = withForeign({ maxExportBatchSize: 1 });
    const never = { asyncAttributesPending: true, waitForAsyncAttributes: () => new Promise(() => {}) };
    batcher.add(item(0, never as unknown as Resource));
    await assert.rejects(clock.run(batcher.shutdown({ timeoutMillis: 10 })), /took longer/);
    await clock.advance(100_000);
    assert.equal(exporter.shutdownCalls, 1);
    assert.deepEqual(exporter.batches, []);
    assert.equal(batcher.ledger.droppedFor('timeout'), 1);
  });

  it('hands everything over in one call to an exporter that answers in it', () => {
    const { batcher, exporter, add } = withForeign({ maxExportBatchSize: 3 });
    add(0, 8);
    assert.equal(batcher.encodeAllNow(), true);
    assert.deepEqual(
      exporter.delivered.map(({ length }) => length),
      [3, 3, 2],
    );
    assert.deepEqual([batcher.queueLength, batcher.heldLength], [0, 0]);
  });

  it('begins with one batch where the exporter answers later, and knows what it holds', async () => {
    const { clock, batcher, exporter, add } = withForeign(
      { maxExportBatchSize: 3 },
      { behaviour: () => 'succeed-later' },
    );
    add(0, 8);
    assert.equal(batcher.encodeAllNow(), false);
    assert.equal(exporter.batches.length, 1);
    assert.deepEqual([batcher.queueLength, batcher.heldLength], [5, 8]);
    await clock.run(batcher.forceFlush());
    assert.equal(batcher.heldLength, 0);
    assert.equal(exporter.concurrentCalls, 0);
  });

  it('does not wait for a resource when everything has to go now, and exports its batch once', async () => {
    const { clock, batcher, exporter } = withForeign({ maxExportBatchSize: 2 });
    let resolve = (): void => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    const late = { attributes: {}, asyncAttributesPending: true, waitForAsyncAttributes: () => promise };
    for (const id of range(0, 5)) batcher.add(item(id, late as unknown as Resource));
    const flushed = batcher.forceFlush();
    assert.deepEqual(exporter.batches, []);
    assert.equal(batcher.encodeAllNow(), true);
    assert.deepEqual(ids(exporter.delivered), [[0, 1], [2, 3], [4]]);
    resolve();
    await clock.run(flushed);
    assert.equal(exporter.delivered.length, 3);
    assert.equal(batcher.heldLength, 0);
  });

  it('does not wait for a turn that is booked when everything has to go now', () => {
    const { batcher, exporter, add } = withForeign({ maxExportBatchSize: 2 });
    add(0, 6);
    void batcher.forceFlush();
    assert.equal(batcher.encodeAllNow(), true);
    assert.equal(exporter.delivered.flat().length, 6);
  });
});

describe('Batcher with an exporter of ours', () => {
  it('loses nothing of 10,000 records in one tick', async () => {
    const { clock, batcher, exporter, receiver, add } = withOurs();
    add(0, 10_000);
    assert.equal(exporter.taken.length, 19, 'each full batch was encoded in add');
    assert.ok(exporter.taken.every((count) => count === 512));
    await clock.run(batcher.forceFlush());
    assert.equal(receiver.unique, 10_000);
    assert.equal(batcher.ledger.dropped, 0);
  });

  it('has several requests in flight', async () => {
    const { clock, batcher, network, add } = withOurs({}, { latencyMillis: [50, 50] });
    add(0, 5120);
    await clock.run(batcher.forceFlush());
    assert.equal(network.mostInFlight, 10);
  });

  it('keeps the caller free and the queue bounded when told to drop', async () => {
    const { clock, batcher, exporter, receiver, add } = withOurs({ onFull: 'drop' });
    add(0, 3000);
    assert.deepEqual(exporter.taken, []);
    assert.equal(batcher.ledger.droppedFor('queue_full'), 3000 - 2048);
    await clock.run(batcher.forceFlush());
    assert.deepEqual(exporter.taken, [512, 512, 512, 512]);
    assert.equal(receiver.unique, 2048);
  });

  it('encodes a large queue in slices of at most 512 with a turn of the loop before each further one', async () => {
    const { clock, host } = createTestBed({ seed: 1 });
    let turns = 0;
    const counting = {
      ...host,
      nextTurn: (callback: () => void) =>
        host.nextTurn(() => {
          turns++;
          callback();
        }),
    };
    const takenAfter: [turns: number, count: number][] = [];
    class Slow extends ScriptedExporter<Item> {
      get [DIRECT_EXPORT](): DirectPath<Item> {
        const take: DirectPath<Item>['take'] = (_records, count, ledger) => {
          takenAfter.push([turns, count]);
          ledger.acknowledge(count);
        };
        return { take, drain: async () => {} };
      }
      override export(): void {}
    }
    const exporter = new Slow({ clock });
    const batcher = new Batcher<Item>({ ...defaults, maxExportBatchSize: 2000, exporter, host: counting });
    for (const id of range(0, 1500)) batcher.add(item(id));
    await clock.advance(5000);
    assert.deepEqual(takenAfter, [
      [0, 512],
      [1, 512],
      [2, 476],
    ]);
    for (const id of range(0, 600)) batcher.add(item(id));
    await clock.run(batcher.forceFlush());
    assert.deepEqual(takenAfter.slice(3), [
      [2, 512],
      [3, 88],
    ]);
  });

  it('hands everything over in one call, for a process that is ending', () => {
    const { batcher, exporter, add } = withOurs({ maxExportBatchSize: 2000 });
    add(0, 700);
    assert.equal(batcher.encodeAllNow(), true);
    assert.deepEqual(exporter.taken, [512, 188]);
    assert.equal(batcher.queueLength, 0);
    assert.equal(batcher.encodeAllNow(), true);
  });

  it('waits in forceFlush for what the network makes of it', async () => {
    const { clock, batcher, receiver, add } = withOurs({}, { latencyMillis: [200, 200] });
    add(0, 10);
    let done = false;
    const flush = batcher.forceFlush().then(() => {
      done = true;
    });
    await clock.advance(199);
    assert.equal(done, false);
    await clock.run(flush);
    assert.equal(receiver.unique, 10);
  });

  it('rejects a flush with what the receiver refused', async () => {
    const { clock, batcher, add } = withOurs({}, { refused: 1 });
    add(0, 3);
    await assert.rejects(clock.run(batcher.forceFlush()), /could not deliver 3 .*400 Bad Request/);
    assert.equal(batcher.ledger.droppedFor('rejected'), 3);
  });

  it('never encodes within an encoding, when records end more records while they are read', async () => {
    const { clock, host } = createTestBed({ seed: 1 });
    let depth = 0;
    let deepest = 0;
    const seen: number[] = [];
    class Nosy extends ScriptedExporter<Item> {
      get [DIRECT_EXPORT](): DirectPath<Item> {
        const take: DirectPath<Item>['take'] = (records, count, ledger) => {
          deepest = Math.max(deepest, ++depth);
          assert.ok(count <= 4);
          for (const record of records.slice(0, count)) seen.push(record.id);
          depth--;
          ledger.acknowledge(count);
        };
        return { take, drain: async () => {} };
      }
      override export(): void {}
    }
    const batcher = new Batcher<Item>({
      ...defaults,
      maxExportBatchSize: 4,
      exporter: new Nosy({ clock }),
      host,
    });
    let next = 4;
    const nested = (id: number): Item => ({
      get id() {
        // A getter of an attribute that ends spans: five of them for each that is encoded.
        for (let made = 0; made < 5 && next < 200; made++) batcher.add(nested(next++));
        return id;
      },
      resource: RESOURCE,
    });
    for (const id of range(0, 4)) batcher.add(nested(id));
    assert.ok(seen.length <= 8, 'the caller is not kept for what the encoding itself brings forth');
    await clock.run(batcher.forceFlush());
    await clock.run(batcher.shutdown());
    assert.equal(deepest, 1);
    assert.deepEqual(seen, range(0, next));
    assert.equal(batcher.ledger.held, 0);
  });

  it('keeps a fault of the encoder from the application and counts its batch', () => {
    class Broken extends ScriptedExporter<Item> {
      get [DIRECT_EXPORT](): DirectPath<Item> {
        return {
          take: () => {
            throw new Error('a bug');
          },
          drain: async () => {},
        };
      }
      override export(): void {}
    }
    const { clock, host, log } = createTestBed({ seed: 1 });
    const batcher = new Batcher<Item>({
      ...defaults,
      maxExportBatchSize: 2,
      exporter: new Broken({ clock }),
      host,
    });
    batcher.add(item(0));
    batcher.add(item(1));
    assert.equal(batcher.ledger.droppedFor('encoding_failed'), 2);
    assert.equal(log.messages('encoding_failed').length, 2);
  });

  it('calls export when somebody put their own in front of ours', async () => {
    const { clock, host, network } = createTestBed({ seed: 1 });
    const seen: number[] = [];
    class Mine extends RelayExporter<Item> {
      override export(records: Item[], answer: Parameters<RelayExporter<Item>['export']>[1]): void {
        seen.push(records.length);
        super.export(records, answer);
      }
    }
    const options = { clock, network, identify: ({ id }: Item) => String(id) };
    const patched = new RelayExporter<Item>(options);
    const original = patched.export;
    patched.export = (records, answer) => {
      seen.push(records.length);
      original.call(patched, records, answer);
    };
    for (const exporter of [new Mine(options), patched]) {
      const batcher = new Batcher<Item>({ ...defaults, exporter, host });
      batcher.add(item(0));
      await clock.run(batcher.forceFlush());
    }
    assert.deepEqual(seen, [1, 1]);
  });
});
