/**
 * What holds for every pipeline, whatever the exporter and the network do: seeded runs with faults. A failing run is
 * repeated by its seed, which the message carries: SONDE_SEED=<seed> runs that one alone.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NetworkFaults } from '../../testing/fake-network.ts';
import { RelayExporter } from '../../testing/relay-exporter.ts';
import { EXPORT_BEHAVIOURS, ScriptedExporter } from '../../testing/scripted-exporter.ts';
import type { SeededRandom } from '../../testing/seeded-random.ts';
import { createTestBed, type TestBed } from '../../testing/test-bed.ts';
import type { Resource } from '../common/resource.ts';
import { SPAN_RECORDS } from '../common/self-metrics.ts';
import { Batcher } from './batcher.ts';
import type { Exporter } from './export-call.ts';
import { ImmediateStage } from './immediate.ts';
import type { PipelineLedger } from './ledger.ts';

const RUNS = 200;
const RESOURCE = { attributes: {} } as unknown as Resource;

interface Item {
  readonly id: number;
  readonly resource: Resource;
}

/** What the two engines have in common. */
interface Engine {
  readonly ledger: PipelineLedger;
  readonly queueLength: number;
  add(record: Item): void;
  forceFlush(options?: { timeoutMillis?: number }): Promise<void>;
  shutdown(options?: { timeoutMillis?: number }): Promise<void>;
}

function seeds(): number[] {
  const given = process.env['SONDE_SEED'];
  return given === undefined ? Array.from({ length: RUNS }, (_, index) => index + 1) : [Number(given)];
}

function randomFaults(random: SeededRandom): NetworkFaults {
  const some = (): number => (random.chance(0.5) ? random.next() * 0.3 : 0);
  return {
    latencyMillis: [1, random.integer(1, 400)],
    lostRequest: some(),
    lostAnswer: some(),
    reset: some(),
    resetAfter: some(),
    duplicate: some(),
    slow: some(),
    busy: some(),
    refused: some() / 3,
    partial: some(),
  };
}

function makeBatcher(bed: TestBed, exporter: Exporter<Item>, exportTimeoutMillis: number): Batcher<Item> {
  const { random, host } = bed;
  const maxQueueSize = random.pick([1, 7, 64, 2048]);
  return new Batcher<Item>({
    owner: 'Batcher',
    records: 'items',
    self: { kind: SPAN_RECORDS, type: 'test' },
    exporter,
    host,
    maxQueueSize,
    maxExportBatchSize: random.integer(1, Math.min(maxQueueSize, 600)),
    scheduledDelayMillis: random.pick([0, 10, 1000, 5000]),
    exportTimeoutMillis,
    onFull: random.pick(['encode', 'drop']),
  });
}

/** Bursts, pauses, flushes (some with deadlines that cannot be kept), a shutdown, and records that come too late. */
async function drive(bed: TestBed, engine: Engine): Promise<number> {
  const { clock, random } = bed;
  let made = 0;
  const burst = (): void => {
    for (let left = random.pick([1, 3, 40, random.chance(0.1) ? 2100 : 70]); left > 0; left--)
      engine.add({ id: made++, resource: RESOURCE });
  };
  const balanced = (): void => {
    const { made: counted, acknowledged, dropped, held } = engine.ledger.accounts();
    assert.equal(counted, made);
    assert.equal(held, made - acknowledged - dropped);
    assert.ok(held >= engine.queueLength, `${held} held, ${engine.queueLength} queued`);
  };
  for (let step = random.integer(1, 12); step > 0; step--) {
    burst();
    balanced();
    if (random.chance(0.3))
      engine.forceFlush({ timeoutMillis: random.pick([1, 100, 30_000]) }).catch(() => {});
    await clock.advance(random.pick([0, 1, 20, 700, 6000]));
    balanced();
  }
  burst();
  const shutdown = engine.shutdown({ timeoutMillis: random.pick([1, 1000, 300_000]) });
  burst();
  await clock.run(shutdown).catch(() => {});
  burst();
  await clock.advance(1_000_000);
  balanced();
  return made;
}

function assertAscending(ids: readonly number[]): void {
  for (let index = 1; index < ids.length; index++) assert.ok(ids[index - 1]! < ids[index]!, 'order is kept');
}

describe('Every pipeline, whatever its exporter does', () => {
  for (const kind of ['Batcher', 'ImmediateStage'] as const) {
    it(`${kind}: accounts balance, exports never overlap, order is kept, nothing comes after shutdown`, async () => {
      for (const seed of seeds()) {
        const bed = createTestBed({ seed });
        const { clock, random } = bed;
        const timeoutMillis = kind === 'Batcher' ? random.pick([50, 1000, 30_000]) : 30_000;
        const behaviours = EXPORT_BEHAVIOURS.filter(() => random.chance(0.5));
        const exporter = new ScriptedExporter<Item>({
          clock,
          timeoutMillis,
          delayMillis: random.pick([0, 5, 200, 2000]),
          behaviour: () => (behaviours.length === 0 ? 'succeed' : random.pick(behaviours)),
        });
        const engine: Engine =
          kind === 'Batcher'
            ? makeBatcher(bed, exporter, timeoutMillis)
            : new ImmediateStage<Item>({
                owner: kind,
                records: 'items',
                self: { kind: SPAN_RECORDS, type: 'test' },
                exporter,
                host: bed.host,
              });
        const context = `seed ${seed}`;
        try {
          await drive(bed, engine);
          const { acknowledged, held } = engine.ledger.accounts();
          assert.equal(held, 0, 'nothing is held at the end');
          assert.equal(acknowledged, exporter.delivered.flat().length);
          assert.equal(exporter.concurrentCalls, 0);
          assert.equal(exporter.lateCalls, 0);
          assert.ok(exporter.shutdownCalls === 1);
          assertAscending(exporter.records.map(({ id }) => id));
        } catch (error) {
          throw new Error(`${context}: ${String(error)}`, { cause: error });
        }
      }
    });
  }

  it('Batcher with an exporter of ours: what is acknowledged arrived, what is not is accounted for', async () => {
    for (const seed of seeds()) {
      const bed = createTestBed({ seed });
      const { clock, network, random, receiver } = bed;
      network.setFaults(randomFaults(random));
      const exporter = new RelayExporter<Item>({
        clock,
        network,
        identify: ({ id }) => String(id),
        timeoutMillis: 1000,
        maxRetryAgeMillis: random.pick([5_000, 60_000]),
      });
      try {
        const batcher = makeBatcher(bed, exporter, 30_000);
        const made = await drive(bed, batcher);
        const { acknowledged, held, droppedBy } = batcher.ledger.accounts();
        assert.equal(held, 0, 'nothing is held at the end');
        assert.ok(acknowledged <= receiver.unique, 'what is acknowledged arrived');
        // A record that arrived without an acknowledgement was given up: it is among the drops.
        assert.ok(receiver.unique <= made);
        const queueDrops =
          (droppedBy.queue_full ?? 0) + (droppedBy.already_shutdown ?? 0) + (droppedBy.timeout ?? 0);
        const taken = exporter.taken.reduce((sum, count) => sum + count, 0);
        assert.ok(taken >= made - queueDrops && taken <= made, 'each record was handed over once or refused');
      } catch (error) {
        throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
      }
    }
  });

  it('Batcher with an exporter of ours: a run is the same run again by its seed', async () => {
    const play = async (seed: number): Promise<unknown> => {
      const bed = createTestBed({ seed });
      bed.network.setFaults(randomFaults(bed.random));
      const { clock, network, receiver, log } = bed;
      const exporter = new RelayExporter<Item>({ clock, network, identify: ({ id }) => String(id) });
      const batcher = makeBatcher(bed, exporter, 30_000);
      await drive(bed, batcher);
      return {
        accounts: batcher.ledger.accounts(),
        records: receiver.records,
        said: log.lines,
        now: clock.now(),
      };
    };
    for (const seed of [3, 17, 42]) assert.deepEqual(await play(seed), await play(seed));
  });
});
