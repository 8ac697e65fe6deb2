/** Rows LSDK for the built-in processors and exporters of log records, and OTLP for what nobody gave. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ExportResult, LogRecordExporter, ReadableLogRecord } from 'sonde/sdk';
import { Receiver } from './receiver.ts';
import { otlp, sdk } from './subject.ts';

/** An exporter of somebody else's: it answers when it is told to, and counts what runs at the same time. */
class TheirExporter implements LogRecordExporter {
  readonly batches: number[] = [];
  readonly calls: string[] = [];
  readonly #answers: ((result: ExportResult) => void)[] = [];
  mostAtOnce = 0;
  export(logs: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    this.batches.push(logs.length);
    this.#answers.push(done);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#answers.length);
  }
  /** Answers what waits, until nothing new comes. */
  async answerAll(code: ExportResult['code'] = 0): Promise<void> {
    for (let idle = 0; idle < 5; idle++) {
      await new Promise(setImmediate);
      for (const answer of this.#answers.splice(0)) {
        idle = 0;
        answer({ code });
      }
    }
  }
  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }
  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }
  get exported(): number {
    return this.batches.reduce((sum, size) => sum + size, 0);
  }
}

describe('the simple processor', () => {
  it('LSDK-18 never has two exports at a time', async () => {
    const exporter = new TheirExporter();
    const processor = new sdk.SimpleLogRecordProcessor({ exporter });
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    for (let index = 0; index < 5; index++) provider.getLogger('t').emit({ body: index });
    await exporter.answerAll();
    assert.deepEqual([exporter.batches, exporter.mostAtOnce], [[1, 1, 1, 1, 1], 1]);
  });
});

describe('the batch processor', () => {
  const setUp = (exporter: LogRecordExporter) => {
    const processor = new sdk.BatchLogRecordProcessor({ exporter });
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    const emit = (count: number): void => {
      for (let index = 0; index < count; index++) provider.getLogger('t').emit({ body: index });
    };
    return { provider, emit };
  };

  it('LSDK-19 holds 2048 records, sends 512 at most, one batch at a time', async () => {
    const exporter = new TheirExporter();
    const { provider, emit } = setUp(exporter);
    emit(2_048);
    const flushed = provider.forceFlush();
    await exporter.answerAll();
    await flushed;
    assert.equal(exporter.exported, 2_048);
    assert.equal(Math.max(...exporter.batches), 512);
    assert.equal(exporter.mostAtOnce, 1);
    emit(10_000);
    const again = provider.forceFlush().catch(() => {});
    await exporter.answerAll();
    await again;
    assert.ok(exporter.exported < 12_048 && exporter.exported >= 4_096, String(exporter.exported));
  });

  it('LSDK-19 waits a second for more, and 30 seconds for an answer', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const exporter = new TheirExporter();
    const { provider, emit } = setUp(exporter);
    const turn = () => new Promise(setImmediate);
    emit(1);
    t.mock.timers.tick(999);
    await turn();
    assert.equal(exporter.exported, 0);
    t.mock.timers.tick(1);
    await turn();
    assert.equal(exporter.exported, 1);
    emit(1);
    t.mock.timers.tick(29_999);
    await turn();
    assert.equal(exporter.exported, 1, 'the first export has not answered');
    t.mock.timers.tick(1_001);
    await turn();
    await turn();
    assert.equal(exporter.exported, 2, 'it is given up, the next one is made');
    await exporter.answerAll();
    await provider.shutdown();
  });

  it('LSDK-20 a flush flushes the exporter too, and says what failed', async () => {
    const exporter = new TheirExporter();
    const { provider, emit } = setUp(exporter);
    emit(1);
    const flushed = provider.forceFlush();
    await exporter.answerAll();
    await flushed;
    assert.deepEqual(exporter.calls, ['forceFlush']);
    emit(1);
    const failing = assert.rejects(provider.forceFlush());
    await exporter.answerAll(1);
    await failing;
  });
});

describe('an exporter of log records', () => {
  const outcome = (exporter: LogRecordExporter) =>
    new Promise<ExportResult>((resolve) => exporter.export([], resolve));

  it('LSDK-24 exports, flushes, and fails after its shutdown', async () => {
    const receiver = await Receiver.start((response) => response.end('{}'));
    const exporters: LogRecordExporter[] = [
      new sdk.InMemoryLogRecordExporter(),
      new otlp.OTLPLogExporter({ url: receiver.url, protocol: 'http/json' }),
    ];
    try {
      for (const exporter of exporters) {
        await exporter.forceFlush?.();
        await exporter.shutdown();
        assert.equal((await outcome(exporter)).code, sdk.ExportResultCode.FAILED, exporter.constructor.name);
      }
    } finally {
      await receiver.stop();
    }
  });

  it('LSDK-08 a record without a time of its own has none when it is sent', async () => {
    const receiver = await Receiver.start((response) => response.end('{}'));
    const exporter = new otlp.OTLPLogExporter({ url: receiver.url, protocol: 'http/json' });
    const processor = new sdk.BatchLogRecordProcessor({ exporter });
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    try {
      provider.getLogger('t').emit({ body: 'x' });
      await provider.forceFlush();
      const text = receiver.received[0]?.body.toString() ?? '';
      assert.match(text, /"observedTimeUnixNano":"\d{19}"/);
      const time = /"timeUnixNano":"(\d+)"/.exec(text)?.[1] ?? '0';
      assert.equal(time, '0');
      await provider.shutdown();
    } finally {
      await receiver.stop();
    }
  });
});
