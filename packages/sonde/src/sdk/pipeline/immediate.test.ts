import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScriptedExporter, type ScriptedExporterOptions } from '../../testing/scripted-exporter.ts';
import { createTestBed } from '../../testing/test-bed.ts';
import type { Resource } from '../common/resource.ts';
import { SPAN_RECORDS } from '../common/self-metrics.ts';
import { ImmediateStage } from './immediate.ts';

interface Item {
  readonly id: number;
  readonly resource: Resource;
}

const RESOURCE = { attributes: {} } as unknown as Resource;

function setUp(script: Partial<ScriptedExporterOptions> = {}) {
  const bed = createTestBed({ seed: 1 });
  const exporter = new ScriptedExporter<Item>({ clock: bed.clock, ...script });
  const stage = new ImmediateStage<Item>({
    exporter,
    owner: 'Simple',
    records: 'items',
    self: { kind: SPAN_RECORDS, type: 'test' },
    host: bed.host,
  });
  const add = (id: number, resource = RESOURCE): void => stage.add({ id, resource });
  return { ...bed, exporter, stage, add };
}

describe('ImmediateStage', () => {
  it('exports within the call when nothing is in the way', () => {
    const { exporter, add } = setUp();
    add(1);
    add(2);
    assert.deepEqual(
      exporter.batches.map((batch) => batch.map(({ id }) => id)),
      [[1], [2]],
    );
  });

  it('keeps what comes during an export behind it, one at a time', async () => {
    const { clock, exporter, stage, add } = setUp({ behaviour: () => 'succeed-later', delayMillis: 10 });
    for (let id = 0; id < 5; id++) add(id);
    assert.equal(exporter.batches.length, 1);
    await clock.run(stage.forceFlush());
    assert.deepEqual(
      exporter.records.map(({ id }) => id),
      [0, 1, 2, 3, 4],
    );
    assert.equal(exporter.concurrentCalls, 0);
    assert.equal(clock.now(), 50);
  });

  it('lets 2,048 records wait behind a running export and drops the next, counted and said', async () => {
    const { clock, exporter, log, stage, add } = setUp({ behaviour: () => 'succeed-later' });
    for (let id = 0; id <= 2048; id++) add(id);
    assert.equal(stage.ledger.dropped, 0);
    add(2049);
    assert.equal(stage.ledger.droppedFor('queue_full'), 1);
    assert.equal(log.messages('queue_full').length, 1);
    await clock.run(stage.shutdown({ timeoutMillis: 0 })).catch(() => {});
    assert.equal(exporter.records.length, 2049);
  });

  it('waits for the resource', async () => {
    let isPending = true;
    let settle: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const resource = {
      attributes: {},
      get asyncAttributesPending() {
        return isPending;
      },
      waitForAsyncAttributes: () => waiting,
    } as unknown as Resource;
    const { clock, exporter, add } = setUp();
    add(1, resource);
    await clock.advance(100);
    assert.equal(exporter.batches.length, 0);
    isPending = false;
    settle();
    await clock.settle();
    assert.equal(exporter.batches.length, 1);
  });

  it('goes on after an exporter that never answers, once its time is up', async () => {
    const { clock, exporter, stage, add } = setUp({
      behaviour: (index) => (index === 0 ? 'never' : 'succeed'),
    });
    add(0);
    add(1);
    await clock.advance(29_999);
    assert.equal(exporter.batches.length, 1);
    await clock.advance(1);
    assert.equal(exporter.batches.length, 2);
    assert.equal(stage.ledger.droppedFor('timeout'), 1);
    assert.equal(stage.ledger.acknowledged, 1);
  });

  it('does not recurse into an exporter that brings forth a record with each export', async () => {
    const { clock, host } = createTestBed({ seed: 1 });
    let depth = 0;
    let deepest = 0;
    let next = 1;
    const exporter = {
      export: (_records: Item[], answer: (result: { code: 0 }) => void): void => {
        deepest = Math.max(deepest, ++depth);
        answer({ code: 0 });
        if (next < 500) stage.add({ id: next++, resource: RESOURCE });
        depth--;
      },
      shutdown: async (): Promise<void> => {},
    };
    const stage = new ImmediateStage<Item>({
      exporter,
      owner: 'Simple',
      records: 'items',
      self: { kind: SPAN_RECORDS, type: 'test' },
      host,
    });
    stage.add({ id: 0, resource: RESOURCE });
    await clock.settle();
    assert.equal(deepest, 1);
    assert.equal(stage.ledger.acknowledged, 500);
  });
});
