import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestBed } from '../../testing/test-bed.ts';
import { PipelineLedger } from './ledger.ts';

function setUp() {
  const { host, log } = createTestBed({ seed: 0 });
  return { ledger: new PipelineLedger('spans', host), log };
}

describe('PipelineLedger', () => {
  it('balances: made is acknowledged plus dropped plus held', () => {
    const { ledger } = setUp();
    ledger.made += 10;
    ledger.acknowledge(4);
    ledger.drop(3, 'timeout');
    ledger.drop(1, 'queue_full');
    assert.deepEqual(ledger.accounts(), {
      made: 10,
      acknowledged: 4,
      dropped: 4,
      held: 2,
      droppedBy: { timeout: 3, queue_full: 1 },
    });
  });

  it('says a loss when it begins, with the reason and the detail, and not again for each record', () => {
    const { ledger, log } = setUp();
    ledger.made += 100;
    for (let index = 0; index < 50; index++) ledger.drop(1, 'queue_full', 'maxQueueSize is 2048');
    assert.deepEqual(
      log.lines.map(({ level, code, message }) => ({ level, code, message })),
      [
        {
          level: 'warn',
          code: 'queue_full',
          message: 'Losing spans, 1 so far: the queue is full (maxQueueSize is 2048)',
        },
      ],
    );
  });

  it('says each reason once', () => {
    const { ledger, log } = setUp();
    ledger.drop(1, 'queue_full');
    ledger.drop(1, 'rejected');
    ledger.drop(1, 'queue_full');
    assert.deepEqual(
      log.lines.map((line) => line.code),
      ['queue_full', 'rejected'],
    );
  });

  it('says that a loss is over after two deliveries in a row, with the sum', () => {
    const { ledger, log } = setUp();
    ledger.drop(5, 'queue_full');
    ledger.acknowledge(10);
    ledger.drop(2, 'rejected');
    ledger.acknowledge(10);
    assert.equal(log.messages('loss_over').length, 0);
    ledger.acknowledge(10);
    assert.deepEqual(log.messages('loss_over'), [
      'No more spans are being lost; since the loss began it was 7 spans (queue_full 5, rejected 2)',
    ]);
    ledger.drop(1, 'queue_full');
    assert.equal(log.messages('queue_full').length, 2, 'a new loss is said anew');
  });

  it('speaks for itself beside other pipelines, and after the eighth of them for all that follow', () => {
    const { host } = createTestBed({ seed: 0 });
    const sources: (string | undefined)[] = [];
    const reporting = {
      ...host,
      report: (...[, , , , source]: Parameters<typeof host.report>) => void sources.push(source),
    };
    for (let index = 0; index < 20; index++) {
      const ledger = new PipelineLedger('spans', reporting);
      ledger.drop(1, 'timeout');
      ledger.drop(1, 'timeout');
      ledger.close();
      assert.equal(sources.at(-1), sources.at(-2), 'one pipeline is one source');
    }
    const different = new Set(sources).size;
    assert.ok(different > 1 && different <= 8, `${different} sources`);
  });

  it('says the sum at the end of a pipeline that was still losing', () => {
    const { ledger, log } = setUp();
    ledger.drop(3, 'export_failed');
    ledger.drop(2, 'export_failed');
    ledger.close();
    assert.deepEqual(log.messages('loss_over'), [
      'In all 5 spans (export_failed 5) of this pipeline were lost',
    ]);
    ledger.close();
    assert.equal(log.messages('loss_over').length, 1);
  });

  it('says no sum at the end that has been said already', () => {
    const { ledger, log } = setUp();
    ledger.drop(3, 'export_failed');
    ledger.drop(2, 'timeout');
    ledger.close();
    assert.equal(log.messages('loss_over').length, 0);
    assert.equal(log.lines.length, 2);
  });

  it('counts what a filter leaves out and calls it no loss', () => {
    const { ledger, log } = setUp();
    ledger.drop(7, 'filtered');
    assert.equal(ledger.droppedFor('filtered'), 7);
    assert.equal(log.lines.length, 0);
  });
});
