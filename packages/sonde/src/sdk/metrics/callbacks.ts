/** The callbacks of one meter: who is called in a collection, with what, and what becomes of what it observes. */
import type { Attributes } from '../../api/common/attributes.ts';
import { isThenable } from '../../api/common/thenable.ts';
import { READER } from '../../api/metrics/asking-reader.ts';
import type {
  BatchObservableCallback,
  BatchObservableResult,
  Observable,
  ObservableCallback,
  ObservableResult,
} from '../../api/metrics/observable.ts';
import { shown } from '../../internal/shown.ts';
import { report, reportOnce } from '../common/diagnostics.ts';
import type { AsyncStream } from './async-stream.ts';
import { ObservableImpl } from './observable.ts';

/** More callbacks in one meter are made per request and never removed. */
const MAX_CALLBACKS = 10_000;

interface Registration {
  /** What the user registered. */
  readonly callback: ObservableCallback | BatchObservableCallback;
  readonly observables: readonly ObservableImpl[];
  readonly isBatch: boolean;
  /** Readers for which a call has not ended yet. */
  readonly running: Set<number>;
  /** Not to be called any more, not even in the round that goes on. */
  isRemoved: boolean;
}

/** One call of one callback. */
export interface CallbackCall {
  /** Resolves when the call has ended, however; undefined when it has already. */
  pending: Promise<void> | undefined;
  /** What it threw. */
  error: unknown;
  /** Later observations are disregarded. */
  close(): void;
}

export class Callbacks {
  #registrations: Registration[] = [];

  /** Registers a callback of one instrument; the same one is registered once. */
  add(callback: ObservableCallback, observable: ObservableImpl): void {
    if (typeof callback !== 'function') return reportNoFunction(observable.descriptor.name);
    this.#register(registrationOf(callback, [observable], false));
  }

  remove(callback: ObservableCallback, observable: ObservableImpl): void {
    this.#remove((each) => !each.isBatch && each.callback === callback && each.observables[0] === observable);
  }

  addBatch(callback: BatchObservableCallback, observables: readonly ObservableImpl[]): void {
    if (typeof callback !== 'function') return reportNoFunction('a batch of instruments');
    if (observables.length > 0) this.#register(registrationOf(callback, observables, true));
  }

  removeBatch(callback: BatchObservableCallback, observables: readonly ObservableImpl[]): void {
    this.#remove(
      (each) => each.isBatch && each.callback === callback && isSameSet(each.observables, observables),
    );
  }

  /**
   * Calls each callback once for this reader, unless all of its streams are unwanted. Callbacks may add and remove
   * callbacks: what one adds waits for the next round, since this one reads the streams that there were when it began.
   */
  call(reader: number, isWanted: (stream: AsyncStream) => boolean): CallbackCall[] {
    const calls: CallbackCall[] = [];
    for (const registration of [...this.#registrations]) {
      const { observables, running } = registration;
      if (registration.isRemoved) continue;
      const wanted = observables.some((each) => each.streamsOf(reader).some(isWanted));
      if (!wanted) continue;
      if (running.has(reader)) reportStillRunning(observables);
      else calls.push(callOnce(registration, reader, isWanted));
    }
    return calls;
  }

  #remove(isMeant: (registration: Registration) => boolean): void {
    this.#registrations = this.#registrations.filter((each) => {
      each.isRemoved ||= isMeant(each);
      return !each.isRemoved;
    });
  }

  #register(registration: Registration): void {
    const { callback, observables, isBatch } = registration;
    const isKnown = this.#registrations.some(
      (each) =>
        each.isBatch === isBatch && each.callback === callback && isSameSet(each.observables, observables),
    );
    if (isKnown) return;
    if (this.#registrations.length < MAX_CALLBACKS) this.#registrations.push(registration);
    else
      report('warn', 'callback_count', `A meter has ${MAX_CALLBACKS} callbacks: further ones are left out`);
  }
}

function registrationOf(
  callback: Registration['callback'],
  observables: readonly ObservableImpl[],
  isBatch: boolean,
): Registration {
  return { callback, observables, isBatch, running: new Set(), isRemoved: false };
}

function callOnce(
  registration: Registration,
  reader: number,
  isWanted: (stream: AsyncStream) => boolean,
): CallbackCall {
  const { callback, running } = registration;
  const call: CallbackCall & { isOpen: boolean } = {
    isOpen: true,
    pending: undefined,
    error: undefined,
    close: () => {
      call.isOpen = false;
    },
  };
  const observe = (observable: ObservableImpl, value: number, attributes?: Attributes): void => {
    if (call.isOpen) observable.observe(reader, value, attributes, isWanted);
    else observable.reportLate();
  };
  const fail = (error: unknown): void => {
    call.error = error;
    report('error', 'callback', `A callback of ${namesOf(registration.observables)} failed`, error);
  };
  try {
    const returned: unknown = (callback as (result: unknown) => unknown)(
      resultFor(registration, reader, observe),
    );
    if (!isThenable(returned)) {
      call.close();
      return call;
    }
    running.add(reader);
    call.pending = Promise.resolve(returned).then(
      () => {},
      (error) => {
        if (call.isOpen) fail(error);
      },
    );
    void call.pending.then(() => {
      call.close();
      running.delete(reader);
    });
  } catch (error) {
    call.close();
    fail(error);
  }
  return call;
}

type Observe = (observable: ObservableImpl, value: number, attributes?: Attributes) => void;

/** What the callback reports to. Functions that need no `this`: callbacks take them apart. */
function resultFor(
  { observables, isBatch }: Registration,
  reader: number,
  observe: Observe,
): ObservableResult | BatchObservableResult {
  if (!isBatch) {
    const take = (value: number, attributes?: Attributes): void =>
      observe(observables[0]!, value, attributes);
    return marked({ observe: take }, reader);
  }
  const take = (metric: Observable, value: number, attributes?: Attributes): void => {
    const observable = observables.find((each) => each === metric);
    if (observable !== undefined) observe(observable, value, attributes);
    else reportUndeclared(metric);
  };
  return marked({ observe: take }, reader);
}

function marked<R extends object>(result: R, reader: number): R {
  return Object.assign(result, { [READER]: reader });
}

function isSameSet(a: readonly ObservableImpl[], b: readonly ObservableImpl[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

function namesOf(observables: readonly ObservableImpl[]): string {
  return observables.map(({ descriptor }) => `"${descriptor.name}"`).join(', ');
}

function reportNoFunction(name: string): void {
  report('error', 'callback_type', `A callback for ${shown(name)} is left out: it is no function`);
}

function reportStillRunning(observables: readonly ObservableImpl[]): void {
  report(
    'warn',
    'callback_running',
    `A callback of ${namesOf(observables)} still runs from an earlier collection: it is not called again`,
  );
}

function reportUndeclared(metric: unknown): void {
  const name = metric instanceof ObservableImpl ? metric.descriptor.name : 'something else';
  reportOnce(
    'warn',
    'observed_undeclared',
    name,
    `A batch callback observed ${shown(name)}, which it was not registered for: the observation is disregarded`,
  );
}
