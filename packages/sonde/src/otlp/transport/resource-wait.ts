/**
 * Waiting for a resource's asynchronous attributes: once per resource, however many batches need it, and not for
 * ever. Batches are released in the order of their arrival.
 */
import type { Timer } from '#platform';
import { report } from '../../sdk/common/diagnostics.ts';
import type { Resource } from '../../sdk/common/resource.ts';

/** How long attributes are waited for before records go out without them. */
const WAIT_MILLIS = 5_000;

interface WaitHost {
  setTimer(callback: () => void, milliseconds: number): Timer;
  clearTimer(timer: Timer): void;
}

export class ResourceWait {
  readonly #host: WaitHost;
  readonly #signal: string;
  readonly #groups = new Map<Resource, (() => void)[]>();
  /** Resources that did not settle in time: nothing waits for them again. */
  readonly #overdue = new WeakSet<Resource>();

  constructor(host: WaitHost, signal: string) {
    this.#host = host;
    this.#signal = signal;
  }

  /** Calls back once the resource has settled or is overdue; at once when there is nothing to wait for. */
  whenSettled(resource: Resource, callback: () => void): void {
    const group = this.#groups.get(resource);
    if (group !== undefined) group.push(callback);
    else if (resource.asyncAttributesPending !== true || this.#overdue.has(resource)) callback();
    else this.#wait(resource, callback);
  }

  #wait(resource: Resource, callback: () => void): void {
    this.#groups.set(resource, [callback]);
    const release = (): void => {
      const group = this.#groups.get(resource);
      if (group === undefined) return;
      this.#host.clearTimer(timer);
      this.#groups.delete(resource);
      for (const waiting of group) waiting();
    };
    const onDeadline = (): void => {
      this.#overdue.add(resource);
      const text = `asynchronous resource attributes did not settle within ${WAIT_MILLIS} ms`;
      report('warn', 'otlp_resource_pending', `${text}; ${this.#signal} are sent without them`);
      release();
    };
    const timer = this.#host.setTimer(onDeadline, WAIT_MILLIS);
    try {
      Promise.resolve(resource.waitForAsyncAttributes?.()).then(release, release);
    } catch {
      release();
    }
  }
}
