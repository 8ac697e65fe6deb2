/**
 * Nothing lost on the way out. Everything that holds records is known here, once per process, and is asked to deliver
 * when the process ends:
 *
 *   natural end          beforeExit: flush, asynchronously, once, holding the process for at most the deadline
 *   process.exit, throw,
 *   rejection, the rest  exit: encode what is queued, send it from a worker while the main thread waits
 *   SIGTERM, SIGINT      as exit, then a flush of what that could not deliver; then the signal is raised again, unless
 *                        the application handles it itself
 *
 * An exporter that is not ours gets what is queued in all of them. One that answers later than in the call has time for
 * that where the process still runs, and none at `exit`: what it holds then is counted and said. docs/exit.md has the table.
 */
import { type ExitHooks, installExitHooks, now } from '#platform';
import { processState } from '../../internal/process-state.ts';
import { report } from '../common/diagnostics.ts';

/** How long the end of the process may be held up by default, in milliseconds. Proven: 25-45 ms with a receiver. */
export const DEFAULT_EXIT_TIMEOUT_MILLIS = 1000;

/** A stage that queues records. */
export interface ExitParticipant {
  /** Records queued and not yet handed over. */
  readonly queueLength: number;
  /** Records whose fate is not known, where that is more than what is queued: an exporter may have some in hand. */
  readonly heldLength?: number;
  /** Hands over everything queued in this very call; false while an exporter has not answered for it. */
  encodeAllNow(): boolean;
  forceFlush(options: { readonly timeoutMillis: number }): Promise<void>;
}

/**
 * Sends what is encoded and unacknowledged, blocking for at most that long. False when something is left to a flush, which
 * may be only where the process can still run: not in the last call.
 */
export type ExitDelivery = (timeoutMillis: number, isLast: boolean) => boolean;

interface ExitState {
  /** Weak, so that a provider made per request and forgotten does not stay for ever. */
  readonly participants: Set<WeakRef<ExitParticipant>>;
  readonly deliveries: Set<ExitDelivery>;
  /** True when something is encoded and unacknowledged. */
  readonly busy: Set<() => boolean>;
  uninstall: (() => void) | undefined;
  /** While everything is encoded for a delivery that sends it: nobody else may begin to. */
  isDelivering?: boolean;
}

const state: ExitState = processState('exit.1', () => ({
  participants: new Set(),
  deliveries: new Set(),
  busy: new Set(),
  uninstall: undefined,
}));

const forgotten = /* @__PURE__ */ new FinalizationRegistry<WeakRef<ExitParticipant>>((reference) => {
  state.participants.delete(reference);
});

/** Makes a stage known. It is forgotten when nobody else holds it. */
export function registerForExit(participant: ExitParticipant): void {
  const reference = new WeakRef(participant);
  state.participants.add(reference);
  forgotten.register(participant, reference);
}

/** Makes a way to send known, with the question whether there is anything to send. */
export function registerExitDelivery(deliver: ExitDelivery, isBusy: () => boolean): void {
  state.deliveries.add(deliver);
  state.busy.add(isBusy);
}

/** What `installExitHandlers` takes. */
export interface ExitHandlerOptions {
  /** Bound of what the end of the process may cost, in milliseconds. Default 1000. */
  readonly timeoutMillis?: number | undefined;
}

/** Installs the handlers, once per process; a further call changes nothing. Returns what takes them away again. */
export function installExitHandlers(options: ExitHandlerOptions = {}): () => void {
  const timeoutMillis = options.timeoutMillis ?? DEFAULT_EXIT_TIMEOUT_MILLIS;
  if (state.uninstall === undefined) {
    const hooks: ExitHooks = {
      isPending,
      flush: () => flushAll(timeoutMillis),
      deliver: deliverNow,
      handOver,
      abandon,
      timeoutMillis,
    };
    const remove = installExitHooks(hooks);
    state.uninstall = () => {
      remove();
      state.uninstall = undefined;
    };
  }
  return state.uninstall;
}

/** Whether what is handed over now is sent by the delivery that follows: begun here too, it would arrive twice. */
export function isDeliveryNext(): boolean {
  return state.isDelivering === true;
}

/** Whether anything waits to be delivered. */
function isPending(): boolean {
  for (const participant of living()) if (held(participant) > 0) return true;
  for (const isBusy of state.busy) if (isBusy()) return true;
  return false;
}

/** Flushes everything, for a process that can still run. Never rejects: what failed has been counted and said. */
async function flushAll(timeoutMillis: number): Promise<void> {
  await Promise.allSettled([...living()].map((participant) => participant.forceFlush({ timeoutMillis })));
}

/** Records whose fate is not known. */
function held(participant: ExitParticipant): number {
  return participant.heldLength ?? participant.queueLength;
}

function heldByAll(): number {
  let count = 0;
  for (const participant of living()) count += held(participant);
  return count;
}

/** Encodes the records that wait for a full batch. Metrics are collected at their own times. */
function handOver(): void {
  for (const participant of living()) {
    if (participant.heldLength !== undefined && participant.queueLength > 0) participant.encodeAllNow();
  }
}

/** Says what nobody can deliver any more. */
function abandon(): void {
  const stranded = heldByAll();
  if (stranded === 0) return;
  const records = stranded === 1 ? 'record is' : 'records are';
  report(
    'warn',
    'exit_stranded',
    `${stranded} ${records} lost: their exporter had not answered for them when the process ended`,
  );
}

/**
 * Delivers what can be delivered in this very call; false when something is left that needs more time. Never throws.
 * An exporter of others that hands its batch to one of ours has its answer when that is sent, and can take the next: in
 * the last call there are as many rounds as answer for something.
 */
function deliverNow(timeoutMillis: number, isLast: boolean): boolean {
  const end = now() + timeoutMillis;
  let left = heldByAll();
  for (;;) {
    const isComplete = deliverOnce(Math.max(0, end - now()), isLast);
    const before = left;
    left = heldByAll();
    if (isComplete || !isLast || left === 0 || left >= before || now() >= end) return isComplete;
  }
}

function deliverOnce(timeoutMillis: number, isLast: boolean): boolean {
  let isComplete = true;
  state.isDelivering = true;
  for (const participant of living()) {
    try {
      if (!participant.encodeAllNow()) isComplete = false;
    } catch (error) {
      report('error', 'exit_encoding', 'Something queued could not be encoded as the process ended', error);
    }
  }
  state.isDelivering = false;
  for (const deliver of state.deliveries) {
    try {
      if (deliver(timeoutMillis, isLast) === false) isComplete = false;
    } catch (error) {
      report('error', 'exit_delivery', 'What was encoded could not be sent as the process ended', error);
    }
  }
  return isComplete;
}

function* living(): Iterable<ExitParticipant> {
  for (const reference of state.participants) {
    const participant = reference.deref();
    if (participant !== undefined) yield participant;
  }
}
