/**
 * Worker threads on the way out. Each has an SDK of its own, and two ends that run none of its code: the main thread ends,
 * or calls `terminate()`.
 *
 *   main ends     it asks each thread, by a word in shared memory, to deliver, and waits while they do: threads run on
 *                 as long as the main thread is in its exit handler
 *   terminate()   cannot be announced; what is queued in a thread is sent at least every HAND_OVER_MILLIS
 *
 * A thread tells its word to the main thread by a channel that it closes at once; the main thread opens its end when the
 * first worker is made. Nothing of this exists in a process without worker threads.
 */
import type { ExitHooks } from './exit-hooks.ts';
import { process } from './node-process.ts';

const CHANNEL = 'sonde.threads.1';

/** How much of what a thread records `terminate()` can take away, in milliseconds. */
const HAND_OVER_MILLIS = 500;

/** How long a thread that is busy is waited for to hear the question at all, in milliseconds. */
const HEARING_MILLIS = 250;

/** Places in the shared memory of a thread, and what its second says. */
const [QUESTION, ANSWER] = [0, 1];
const [HEARD, DONE] = [1, 2];

interface Introduction {
  readonly threadId: number;
  readonly words: Int32Array;
}

/** The main thread's view of the others. */
export interface Threads {
  /** How many there are. */
  count(): number;
  /** Asks all to deliver; they begin at once. */
  ask(): void;
  /** Waits until those that heard it have done so, for at most that long. Blocks. */
  await(timeoutMillis: number): void;
  forget(): void;
}

type WorkerThreads = typeof import('node:worker_threads');
type Channel = InstanceType<WorkerThreads['BroadcastChannel']>;

/** Gets to know the threads as they are made. */
export function watchThreads(): Threads {
  const alive = new Set<number>();
  const words = new Map<number, Int32Array>();
  let channel: Channel | undefined;
  const take = ({ threadId, words: own }: Introduction): void => {
    if (alive.has(threadId)) words.set(threadId, own);
  };
  const threads = (): WorkerThreads => process.getBuiltinModule('node:worker_threads');
  const onWorker = (worker: InstanceType<WorkerThreads['Worker']>): void => {
    const { threadId } = worker;
    alive.add(threadId);
    worker.once('exit', () => {
      alive.delete(threadId);
      words.delete(threadId);
    });
    if (channel !== undefined) return;
    channel = new (threads().BroadcastChannel)(CHANNEL);
    channel.onmessage = (event) => take((event as { data: Introduction }).data);
    channel.unref();
  };
  process.on('worker', onWorker);
  return {
    count: () => alive.size,
    ask() {
      // What has arrived and not been told yet: there is no turn of the loop left for that.
      for (let got = received(threads, channel); got !== undefined; got = received(threads, channel))
        take(got);
      for (const own of words.values()) {
        Atomics.store(own, ANSWER, 0);
        Atomics.add(own, QUESTION, 1);
        Atomics.notify(own, QUESTION);
      }
    },
    await(timeoutMillis) {
      const start = performance.now();
      for (const own of words.values()) {
        const left = () => Math.max(0, start + timeoutMillis - performance.now());
        if (Atomics.load(own, ANSWER) === 0)
          Atomics.wait(
            own,
            ANSWER,
            0,
            Math.min(left(), Math.max(0, start + HEARING_MILLIS - performance.now())),
          );
        Atomics.wait(own, ANSWER, HEARD, left());
      }
    },
    forget() {
      process.removeListener('worker', onWorker);
      channel?.close();
    },
  };
}

function received(threads: () => WorkerThreads, channel: Channel | undefined): Introduction | undefined {
  return channel && (threads().receiveMessageOnPort(channel as never)?.message as Introduction | undefined);
}

/** In a worker thread: hands over in time, and answers the main thread. Returns what ends that. */
export function answerMainThread(hooks: ExitHooks): () => void {
  const { BroadcastChannel, threadId } = process.getBuiltinModule('node:worker_threads');
  const words = new Int32Array(new SharedArrayBuffer(8));
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ threadId, words } satisfies Introduction);
  channel.close();
  const timer = setInterval(() => hooks.handOver(), HAND_OVER_MILLIS);
  timer.unref();
  let isOver = false;
  const listen = (): void => {
    const asked = Atomics.load(words, QUESTION);
    void waitFor(words, asked).then(() => {
      if (isOver) return;
      say(words, HEARD);
      void hooks.flush().finally(() => say(words, DONE));
      listen();
    });
  };
  listen();
  return () => {
    isOver = true;
    clearInterval(timer);
  };
}

function say(words: Int32Array, answer: number): void {
  Atomics.store(words, ANSWER, answer);
  Atomics.notify(words, ANSWER);
}

/** Atomics.waitAsync, which the library of this TypeScript target does not know; it does not keep a thread alive. */
function waitFor(words: Int32Array, value: number): Promise<unknown> {
  const { waitAsync } = Atomics as unknown as {
    waitAsync(words: Int32Array, index: number, value: number): { readonly value: Promise<unknown> | string };
  };
  return Promise.resolve(waitAsync(words, QUESTION, value).value);
}
