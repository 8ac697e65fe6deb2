import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Send, SendRequest, SendResult } from '../otlp/transport/send.ts';
import { Clock } from '../sdk/common/clock.ts';
import { FakeClock } from './fake-clock.ts';
import type { FakeSendRequest, FakeSendResult, NetworkFaults } from './fake-network.ts';
import { SeededRandom } from './seeded-random.ts';
import { createTestBed } from './test-bed.ts';

const request = (names: readonly string[], timeoutMillis = 1000): FakeSendRequest => {
  const bytes = new TextEncoder().encode(JSON.stringify(names));
  return { body: [bytes.subarray(0, 2), bytes.subarray(2)], byteLength: bytes.length, timeoutMillis };
};

describe('FakeClock', () => {
  it('runs timers in the order of their time, then of their making, each at its own time', async () => {
    const clock = new FakeClock();
    const ran: [string, number][] = [];
    const note = (name: string) => (): void => void ran.push([name, clock.now()]);
    clock.setTimer(note('late'), 30);
    clock.setTimer(note('first of two'), 10);
    clock.setTimer(note('second of two'), 10);
    clock.clearTimer(clock.setTimer(note('cleared'), 5));
    await clock.advance(20);
    assert.deepEqual(ran, [
      ['first of two', 10],
      ['second of two', 10],
    ]);
    assert.equal(clock.pendingTimers, 1);
    await clock.advance(10);
    assert.equal(ran.length, 3);
    assert.equal(clock.now(), 30);
  });

  it('lets promises and turns of the loop run between two timers', async () => {
    const clock = new FakeClock();
    const ran: string[] = [];
    clock.setTimer(() => {
      void Promise.resolve()
        .then(() => clock.nextTurn(() => ran.push('turn')))
        .then(() => ran.push('promise'));
    }, 10);
    clock.setTimer(() => ran.push('timer'), 11);
    await clock.advance(20);
    assert.deepEqual(ran, ['promise', 'turn', 'timer']);
  });

  it('runs timers that timers set, within the time that passes', async () => {
    const clock = new FakeClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.setTimer(tick, 10);
    };
    clock.setTimer(tick, 10);
    await clock.advance(100);
    assert.equal(ticks, 10);
  });

  it('moves on until some work is done, and says when nothing can finish it', async () => {
    const clock = new FakeClock();
    const work = new Promise<string>((resolve) => void clock.setTimer(() => resolve('done'), 1234));
    assert.equal(await clock.run(work), 'done');
    assert.equal(clock.now(), 1234);
    await assert.rejects(clock.run(new Promise(() => {})), /nothing left to run/);
    await assert.rejects(clock.run(Promise.reject(new Error('as it is'))), /as it is/);
  });

  it('refuses to turn for ever without time passing', async () => {
    const clock = new FakeClock();
    const again = (): void => clock.nextTurn(again);
    again();
    await assert.rejects(clock.settle(), /100000 turns/);
  });

  it('moves the wall clock alone, and drives the clock of the SDK', async () => {
    const source = new FakeClock({ timeOrigin: 1_000_000 });
    const clock = new Clock(source);
    const before = clock.anchor;
    await source.advance(5000);
    clock.now();
    assert.equal(clock.anchor, before);
    source.moveWallClock(60_000);
    assert.equal(source.wallClock(), 1_065_000);
    await source.advance(2000);
    clock.now();
    assert.notEqual(clock.anchor, before, 'a wall clock that was set moves the anchor');
  });
});

describe('SeededRandom', () => {
  it('repeats itself by its seed and differs by it', () => {
    const sequence = (seed: number): number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 50 }, random.next);
    };
    assert.deepEqual(sequence(7), sequence(7));
    assert.notDeepEqual(sequence(7), sequence(8));
    for (const number of sequence(9)) assert.ok(number >= 0 && number < 1);
  });

  it('spreads evenly', () => {
    const random = new SeededRandom(1);
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) counts[random.integer(0, 9)]!++;
    for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, String(counts));
    assert.throws(() => random.pick([]), RangeError);
  });
});

describe('FakeNetwork and FakeReceiver', () => {
  const send = async (faults: NetworkFaults, timeoutMillis = 1000) => {
    const bed = createTestBed({ seed: 5, faults });
    const result = await bed.clock.run(bed.network.send(request(['a', 'b', 'c'], timeoutMillis)));
    return { ...bed, result };
  };

  it('delivers, and takes the time it is told to', async () => {
    const { result, receiver, clock } = await send({ latencyMillis: [40, 40] });
    assert.deepEqual(result, { kind: 'accepted', rejected: 0 });
    assert.deepEqual(receiver.records, ['a', 'b', 'c']);
    assert.equal(clock.now(), 40);
  });

  const faults: [keyof NetworkFaults, SendResult['kind'], unique: number][] = [
    ['lostRequest', 'retryable', 0],
    ['lostAnswer', 'retryable', 3],
    ['reset', 'retryable', 0],
    ['resetAfter', 'retryable', 3],
    ['duplicate', 'accepted', 3],
    ['slow', 'retryable', 3],
    ['busy', 'retryable', 0],
    ['refused', 'rejected', 0],
    ['partial', 'accepted', 2],
  ];
  for (const [fault, kind, unique] of faults) {
    it(`${fault}: the sender hears "${kind}" and ${unique} of 3 records have arrived`, async () => {
      const { result, receiver, clock } = await send({ [fault]: 1, slowMillis: 1500 });
      assert.equal(result.kind, kind);
      assert.equal(receiver.unique, unique);
      assert.equal(receiver.duplicates, fault === 'duplicate' ? 3 : 0);
      assert.equal(receiver.refused, fault === 'partial' ? 1 : 0);
      assert.ok(clock.now() <= 1000, 'an attempt ends within its bound');
    });
  }

  it('can be pulled out and put back', async () => {
    const { clock, network, receiver } = createTestBed({ seed: 1 });
    network.setDown(true);
    assert.equal((await clock.run(network.send(request(['a'])))).kind, 'retryable');
    network.setDown(false);
    assert.equal((await clock.run(network.send(request(['a'])))).kind, 'accepted');
    assert.equal(receiver.unique, 1);
    assert.equal(network.requests, 2);
  });

  it('counts a record once and its repetitions apart', async () => {
    const { clock, network, receiver } = createTestBed({ seed: 1 });
    for (const names of [['a', 'b'], ['b', 'c'], ['a']]) await clock.run(network.send(request(names)));
    assert.equal(receiver.unique, 3);
    assert.equal(receiver.duplicates, 2);
    assert.equal(receiver.messages, 3);
  });

  it('answers a message that cannot be read like a receiver does', async () => {
    const { clock, network } = createTestBed({ seed: 1 });
    const garbage = { body: [new Uint8Array([1, 2])], byteLength: 2, timeoutMillis: 0 };
    assert.equal((await clock.run(network.send(garbage))).kind, 'rejected');
  });

  it('has the shape of the OTLP exporters’ own border to the network', () => {
    const { network } = createTestBed({ seed: 1 });
    const asSend: Send = network.send;
    const asRequest: FakeSendRequest = {} as SendRequest;
    const asResult: FakeSendResult = {} as SendResult;
    assert.ok(typeof asSend === 'function' && asRequest !== undefined && asResult !== undefined);
  });
});
