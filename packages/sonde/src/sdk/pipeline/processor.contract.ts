/**
 * What every exporting processor promises the application and its exporter, whatever the exporter does. Run it over
 * each implementation of each signal: `describeProcessor('BatchSpanProcessor', { create, emit })`.
 *
 * It runs on real time with exporters that answer within milliseconds, so that processors of other SDKs, which take no
 * clock, can be put through it as well.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExportResult, ExportResultCode } from '../common/export-result.ts';
import type { Exporter } from './export-call.ts';
import type { Stage } from './fan-out.ts';

/** How the suite makes what it tests. `T` is the record, `P` the processor. */
export interface ProcessorSubject<T, P extends Stage> {
  create(exporter: Exporter<T>): P;
  /** Sends a record through the processor that `nameOf` knows again. */
  emit(processor: P, name: string): void;
  nameOf(record: T): string;
  /** Promises that another SDK does not keep: the title of the test, and why it is left out. */
  readonly skip?: ReadonlyMap<string, string>;
}

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };

type Answer = (result: ExportResult) => void;

/** An exporter that watches how it is called. `act` is what a call does. */
class Watcher<T> implements Exporter<T> {
  readonly names: string[] = [];
  readonly calls: string[] = [];
  open = 0;
  mostOpen = 0;
  readonly #nameOf: (record: T) => string;
  readonly #act: (answer: Answer) => unknown;

  constructor(nameOf: (record: T) => string, act: (answer: Answer) => unknown) {
    this.#nameOf = nameOf;
    this.#act = act;
  }

  export(records: T[], resultCallback: Answer): void {
    this.calls.push('export');
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    for (const record of records) this.names.push(this.#nameOf(record));
    return this.#act((result) => {
      this.open--;
      resultCallback(result);
    }) as undefined;
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

const atOnce = (answer: Answer): void => answer(SUCCESS);
const soon = (answer: Answer): void => void setTimeout(() => answer(SUCCESS), 2);

/** What exporters must not do and some do. */
const MISBEHAVIOURS: Readonly<Record<string, (answer: Answer) => unknown>> = {
  throws: () => {
    throw new Error('thrown by the exporter');
  },
  rejects: () => Promise.reject(new Error('rejected by the exporter')),
  'answers twice': (answer) => {
    answer(SUCCESS);
    answer({ code: ExportResultCode.FAILED, error: new Error('a second answer') });
  },
  'answers and throws': (answer) => {
    answer(SUCCESS);
    throw new Error('thrown after the answer');
  },
  'answers with garbage': (answer) => answer(undefined as unknown as ExportResult),
  fails: (answer) => answer({ code: ExportResultCode.FAILED, error: new Error('failed') }),
  'fails without a reason': (answer) => answer({ code: ExportResultCode.FAILED }),
};

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `record ${index}`);
}

export function describeProcessor<T, P extends Stage>(name: string, subject: ProcessorSubject<T, P>): void {
  const watched = (act: (answer: Answer) => unknown = atOnce): { exporter: Watcher<T>; processor: P } => {
    const exporter = new Watcher<T>(subject.nameOf, act);
    return { exporter, processor: subject.create(exporter) };
  };
  const promise = (title: string, work: () => Promise<void>): void => {
    const reason = subject.skip?.get(title);
    it(title, reason === undefined ? {} : { skip: reason }, work);
  };

  describe(`${name} keeps the contract of processors`, () => {
    promise('exports every record once, in order', async () => {
      const { exporter, processor } = watched(soon);
      for (const each of names(20)) subject.emit(processor, each);
      await processor.forceFlush();
      assert.deepEqual(exporter.names, names(20));
      await processor.shutdown();
    });

    promise('never calls export while an export is running', async () => {
      const { exporter, processor } = watched(soon);
      for (const each of names(30)) subject.emit(processor, each);
      await Promise.all([processor.forceFlush(), processor.forceFlush()]);
      await processor.shutdown();
      assert.equal(exporter.mostOpen, 1);
      assert.equal(exporter.names.length, 30);
    });

    promise('flushes the exporter after its own records', async () => {
      const { exporter, processor } = watched(soon);
      subject.emit(processor, 'one');
      await processor.forceFlush();
      assert.equal(exporter.calls.at(-1), 'forceFlush');
      assert.deepEqual(exporter.names, ['one']);
      await processor.shutdown();
    });

    promise('delivers what is pending at shutdown, then shuts the exporter down once', async () => {
      const { exporter, processor } = watched(soon);
      for (const each of names(5)) subject.emit(processor, each);
      await Promise.all([processor.shutdown(), processor.shutdown()]);
      await processor.shutdown();
      assert.deepEqual(exporter.names, names(5));
      assert.equal(exporter.calls.filter((call) => call === 'shutdown').length, 1);
      assert.equal(exporter.calls.at(-1), 'shutdown');
    });

    promise('does nothing after shutdown', async () => {
      const { exporter, processor } = watched();
      await processor.shutdown();
      const before = exporter.calls.length;
      subject.emit(processor, 'late');
      await processor.forceFlush();
      assert.deepEqual(exporter.names, []);
      assert.equal(exporter.calls.length, before);
    });

    promise('ends a flush by its deadline when the exporter never answers', async () => {
      const { processor } = watched(() => undefined);
      subject.emit(processor, 'stuck');
      await assert.rejects(processor.forceFlush({ timeoutMillis: 20 }));
      await assert.rejects(processor.shutdown({ timeoutMillis: 20 }));
    });

    promise('reports a failed export by rejecting the flush', async () => {
      const { processor } = watched(MISBEHAVIOURS['fails']);
      subject.emit(processor, 'lost');
      await assert.rejects(processor.forceFlush());
      await processor.shutdown();
    });

    for (const [misbehaviour, act] of Object.entries(MISBEHAVIOURS)) {
      promise(`goes on when the exporter ${misbehaviour}`, async () => {
        const { exporter, processor } = watched(act);
        subject.emit(processor, 'one');
        await processor.forceFlush().catch(() => {});
        subject.emit(processor, 'two');
        await processor.forceFlush().catch(() => {});
        await processor.shutdown().catch(() => {});
        assert.deepEqual(exporter.names, ['one', 'two']);
      });
    }

    promise('keeps a rejection that nobody waits for from the process', async () => {
      let unhandled = 0;
      const count = (): void => void unhandled++;
      process.on('unhandledRejection', count);
      const { processor } = watched(MISBEHAVIOURS['rejects']);
      subject.emit(processor, 'lost');
      void processor.forceFlush();
      void processor.shutdown();
      await new Promise((resolve) => setTimeout(resolve, 20));
      process.off('unhandledRejection', count);
      assert.equal(unhandled, 0);
    });
  });
}
