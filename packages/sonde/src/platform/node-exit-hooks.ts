/**
 * The ways in which a Node process ends, and what is done on each. Installed once, on the main thread (a worker thread
 * gets no signals and has only `exit`).
 *
 * A signal handler takes away the default action, so ours has to give it back: it delivers (an exporter that is not ours
 * gets time for that; a second signal ends it), takes itself away, raises the signal again, and puts itself back should
 * the process live on (as PID 1 the kernel ignores a raised signal). It does so unless a listener remains that belongs to the application, which then ends the process in its own way.
 * signal-exit, in many command line tools, listens too and raises the signal again only when it is alone: its
 * listeners do not count, or both would wait for each other for ever.
 */
import type { ExitHooks } from './exit-hooks.ts';
import { installExit } from './node-exit-listener.ts';
import { process } from './node-process.ts';
import { answerMainThread, type Threads, watchThreads } from './node-threads.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Registers the hooks; returns what takes them away again. */
export function installExitHooks(hooks: ExitHooks): () => void {
  const wayOut: WayOut = { spentMillis: 0, flushingSince: undefined };
  const removals = [installNaturalEnd(hooks, wayOut)];
  const timeLeft = (): number => Math.max(0, hooks.timeoutMillis - spentOn(wayOut));
  if (isMainThread()) {
    const threads = watchThreads();
    const all = withThreads(hooks, threads);
    const signals = SIGNALS.map((signal) => installSignal(signal, all));
    const giveBack = (): void => {
      for (const remove of signals) remove();
    };
    removals.push(threads.forget, giveBack, installExit(all, timeLeft, giveBack));
  } else
    removals.push(
      installExit(hooks, timeLeft, () => {}),
      answerMainThread(hooks),
    );
  return () => {
    for (const remove of removals) remove();
  };
}

/** What the main thread delivers when it ends is also what its worker threads hold: they end with it. */
function withThreads(hooks: ExitHooks, threads: Threads): ExitHooks {
  return {
    ...hooks,
    isPending: () => hooks.isPending() || threads.count() > 0,
    deliver(timeoutMillis, isLast) {
      const end = performance.now() + timeoutMillis;
      threads.ask();
      const isComplete = !hooks.isPending() || hooks.deliver(timeoutMillis, isLast);
      threads.await(end - performance.now());
      return isComplete;
    },
  };
}

/** Node marks the calls of `process` that a thread does not have; node:worker_threads would be another 2 MB of modules. */
function isMainThread(): boolean {
  const { release, versions } = process;
  const isNode = release.name === 'node' && versions['bun'] === undefined && versions['deno'] === undefined;
  if (!isNode) return process.getBuiltinModule('node:worker_threads').isMainThread;
  return (process.chdir as { disabled?: boolean }).disabled !== true;
}

/**
 * One bound for the whole way out: what a flush at the natural end has used up is not there for the last delivery. Only
 * that: `beforeExit` does not mean that the process ends soon, another listener may give it work for hours.
 */
interface WayOut {
  spentMillis: number;
  /** By performance.now(), while a flush runs. */
  flushingSince: number | undefined;
}

function spentOn(wayOut: WayOut): number {
  const { spentMillis, flushingSince } = wayOut;
  return flushingSince === undefined ? spentMillis : spentMillis + performance.now() - flushingSince;
}

/** `beforeExit` is emitted again whenever the loop runs dry, so what it begins may begin once only. */
function installNaturalEnd(hooks: ExitHooks, wayOut: WayOut): () => void {
  const onBeforeExit = (): void => {
    if (!hooks.isPending()) return;
    process.removeListener('beforeExit', onBeforeExit);
    wayOut.flushingSince = performance.now();
    // The timer holds the process for as long as the flush may take.
    const timer = setTimeout(() => {}, hooks.timeoutMillis);
    hooks.flush().finally(() => {
      clearTimeout(timer);
      wayOut.spentMillis = spentOn(wayOut);
      wayOut.flushingSince = undefined;
    });
  };
  process.on('beforeExit', onBeforeExit);
  return () => process.removeListener('beforeExit', onBeforeExit);
}

function installSignal(signal: (typeof SIGNALS)[number], hooks: ExitHooks): () => void {
  let isInstalled = true;
  /** Set while what needs more time than the handler itself is under way. */
  let raiseNow: (() => void) | undefined;
  const raise = (): void => {
    process.removeListener(signal, onSignal);
    process.kill(process.pid, signal);
    setImmediate(() => {
      if (isInstalled) process.prependListener(signal, onSignal);
    });
  };
  const onSignal = (name?: unknown): void => {
    // Emitted by the application itself: without us that ends nothing.
    if (name !== signal) return;
    if (belongsToApplication(signal)) {
      // It decides when the process ends; what it does not wait for is delivered at `exit`.
      void hooks.flush();
      return;
    }
    if (raiseNow !== undefined) {
      raiseNow();
      return;
    }
    const end = performance.now() + hooks.timeoutMillis;
    if (!hooks.isPending() || hooks.deliver(hooks.timeoutMillis, false)) {
      raise();
      return;
    }
    // The timer holds the process: without anything else to do it would end by itself, and not by the signal.
    const timer = setTimeout(() => raiseNow?.(), Math.max(0, end - performance.now()));
    raiseNow = () => {
      raiseNow = undefined;
      clearTimeout(timer);
      if (hooks.isPending()) hooks.abandon();
      raise();
    };
    void hooks.flush().finally(() => raiseNow?.());
  };
  // First in line: a `once` listener of the application that ran before us would be gone when we count.
  process.prependListener(signal, onSignal);
  return () => {
    isInstalled = false;
    process.removeListener(signal, onSignal);
  };
}

/** Whether somebody listens to the signal besides us and those who only raise it again. */
function belongsToApplication(signal: NodeJS.Signals): boolean {
  return process.listenerCount(signal) - 1 - knownReraisers() > 0;
}

interface SignalExitEmitter {
  readonly count?: number;
}

/** How many listeners signal-exit 3 and 4 have for each signal: they keep count where their copies find each other. */
function knownReraisers(): number {
  const version3 = (process as { __signal_exit_emitter__?: SignalExitEmitter }).__signal_exit_emitter__;
  const holder = globalThis as unknown as Record<symbol, SignalExitEmitter | undefined>;
  const version4 = holder[Symbol.for('signal-exit emitter')];
  return (version3?.count ?? 0) + (version4?.count ?? 0);
}
