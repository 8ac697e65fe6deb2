/**
 * The end that leaves no time: `exit`, and what comes around it. Delivers once, after all that the application does in its
 * own `exit` listeners:
 *
 *   a listener that comes later     ours moves behind it in the next tick; where the process ends before that, an exception
 *                                   moves it, and process.exit() passes through process.reallyExit
 *   a listener that exits or throws the rest of the listeners is left out: process.reallyExit again, or the exception
 *   a listener that kills           the signals have their default action back, and what is held is delivered first
 *   process.execve()                another program takes this one's place, and no listener is told: a channel is
 */
import type { ExitHooks } from './exit-hooks.ts';
import { process } from './node-process.ts';

type Kill = typeof process.kill;
type WithReallyExit = { reallyExit: (code?: number) => never };

/** The delivery at the end: once where that is possible, and all of it together within the bound. */
class LastDelivery {
  readonly #hooks: ExitHooks;
  readonly #timeLeft: () => number;
  #spentMillis: number;
  #isOver: boolean;

  constructor(hooks: ExitHooks, timeLeft: () => number) {
    this.#hooks = hooks;
    this.#timeLeft = timeLeft;
    this.#spentMillis = 0;
    this.#isOver = false;
  }

  /** What is held now; `isLast` where nobody can record anything after it. */
  deliver(isLast: boolean): void {
    if (this.#isOver) return;
    this.#isOver = isLast;
    if (!this.#hooks.isPending()) return;
    const start = performance.now();
    const left = Math.max(0, this.#timeLeft() - this.#spentMillis);
    if (!this.#hooks.deliver(left, true)) this.#hooks.abandon();
    this.#spentMillis += performance.now() - start;
  }
}

/**
 * Registers the listeners. `timeLeft` is the bound in milliseconds; `giveSignalsBack` is called when the process has begun
 * to end. Returns what takes them away.
 */
export function installExit(
  hooks: ExitHooks,
  timeLeft: () => number,
  giveSignalsBack: () => void,
): () => void {
  const delivery = new LastDelivery(hooks, timeLeft);
  const removals = [
    listenToExit(delivery, giveSignalsBack),
    patchReallyExit(delivery),
    listenToExecve(delivery),
  ];
  return () => {
    for (const remove of removals) remove();
  };
}

function listenToExit(delivery: LastDelivery, giveSignalsBack: () => void): () => void {
  let hasBegun = false;
  const onBegin = (): void => {
    hasBegun = true;
    giveSignalsBack();
    deliverBeforeKill(delivery);
  };
  const onExit = (): void => delivery.deliver(process.listeners('exit').at(-1) === onExit);
  let isMoving = false;
  const moveLast = (): void => {
    if (!process.listeners('exit').includes(onExit)) return;
    isMoving = true;
    process.removeListener('exit', onExit);
    process.on('exit', onExit);
    isMoving = false;
  };
  const onNewListener = (event: string | symbol): void => {
    if (event === 'exit' && !isMoving) process.nextTick(moveLast);
  };
  const onException = (): void => {
    if (hasBegun) delivery.deliver(false);
    else moveLast();
  };
  process.prependListener('exit', onBegin);
  process.on('exit', onExit);
  process.on('newListener', onNewListener);
  process.on('uncaughtExceptionMonitor', onException);
  return () => {
    process.removeListener('uncaughtExceptionMonitor', onException);
    process.removeListener('newListener', onNewListener);
    process.removeListener('exit', onExit);
    process.removeListener('exit', onBegin);
  };
}

/** Node keeps it to be patched: process.exit() calls it last, whatever has become of the listeners (signal-exit patches it too). */
function patchReallyExit(delivery: LastDelivery): () => void {
  const host = process as unknown as WithReallyExit;
  const { reallyExit } = host;
  const patched = function (this: unknown, code?: number): never {
    delivery.deliver(true);
    return reallyExit.call(this, code);
  };
  host.reallyExit = patched;
  return () => {
    if (host.reallyExit === patched) host.reallyExit = reallyExit;
  };
}

/** Since Node 22.15. Where there is no such program the process may live on: what comes later is not lost. */
function listenToExecve(delivery: LastDelivery): () => void {
  if (!('execve' in process)) return () => {};
  const channels = process.getBuiltinModule('node:diagnostics_channel');
  const onExecve = (): void => delivery.deliver(false);
  channels.subscribe('process.execve', onExecve);
  return () => void channels.unsubscribe('process.execve', onExecve);
}

/** A listener that ends its process as a child of it has ended raises the signal again: nothing comes after that. */
function deliverBeforeKill(delivery: LastDelivery): void {
  const { kill } = process;
  process.kill = function (this: unknown, pid, signal) {
    if (pid === process.pid && signal !== 0) delivery.deliver(false);
    return kill.call(this, pid, signal);
  } as Kill;
}
