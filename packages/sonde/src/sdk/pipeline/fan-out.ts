/**
 * Several stages in the place of one: each is called in the order of registration, and what one of them throws or
 * rejects with is reported and kept from the others and from the application. The calls that carry records are the
 * signals' own (see sdk/traces/processor.ts); flush, shutdown and containment are the same for all and are here.
 *
 * A single stage of ours does not throw and is used as it is: see `isContained`.
 */
import type { ForceFlushOptions } from '../common/flush-options.ts';
import { onRejection } from './export-call.ts';
import { type PipelineHost, platformHost } from './host.ts';
import { attempt, Lifecycle, settleAll } from './lifecycle.ts';

/** What the processors of all signals have in common. */
export interface Stage {
  forceFlush(options?: ForceFlushOptions): Promise<void>;
  shutdown(options?: ForceFlushOptions): Promise<void>;
}

const containedClasses = new WeakSet<object>();

/** Declares that the record-carrying methods of a class of ours never throw. Subclasses have to say it for themselves. */
export function declareContained(stageClass: object): void {
  containedClasses.add(stageClass);
}

/** Whether a stage may be called without a net: it is exactly one of our classes, with none of its methods replaced. */
export function isContained(stage: object, methods: readonly string[]): boolean {
  try {
    return containedClasses.has(stage.constructor) && !methods.some((method) => Object.hasOwn(stage, method));
  } catch {
    return false;
  }
}

/** Whether a stage is of a class of ours, or of one derived from it that ends as that does. */
function flushesAtShutdown(stage: Stage): boolean {
  try {
    let holder: object | null = Object.getPrototypeOf(stage);
    for (; holder !== null; holder = Object.getPrototypeOf(holder)) {
      if (containedClasses.has(holder.constructor)) return stage.shutdown === (holder as Stage).shutdown;
    }
  } catch {
    // A proxy may throw at anything: then it is somebody else's.
  }
  return false;
}

export class FanOut<S extends Stage> implements Stage {
  readonly stages: readonly S[];
  readonly #host: PipelineHost;
  readonly #lifecycle: Lifecycle;

  constructor(stages: readonly S[], host: PipelineHost = platformHost) {
    this.stages = [...stages];
    this.#host = host;
    this.#lifecycle = new Lifecycle(
      {
        what: 'The processors',
        closeFlushes: true,
        // Every stage gets the whole time: one that hangs must not use up the others'.
        flush: (timeoutMillis) => this.#all('forceFlush()', (stage) => stage.forceFlush({ timeoutMillis })),
        close: (timeoutMillis) => this.#all('shutdown()', (stage) => this.#end(stage, timeoutMillis)),
      },
      host,
    );
  }

  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.forceFlush(options);
  }

  shutdown(options?: ForceFlushOptions): Promise<void> {
    return this.#lifecycle.shutdown(options);
  }

  /** Says that a stage threw, or rejected, in one of its methods. */
  protected contain(stage: S, method: string, error: unknown): void {
    this.#host.report(
      'error',
      'processor_failed',
      `${nameOf(stage)}.${method}() failed; going on without it`,
      error,
    );
  }

  /** For what a method returned that should return nothing: an async one may reject later. */
  protected watch(stage: S, method: string, returned: unknown): void {
    onRejection(returned, (error) => this.contain(stage, method, error));
  }

  /** Not every stage of others flushes in its shutdown, as the specification asks: those are flushed before it. */
  #end(stage: S, timeoutMillis: number): Promise<void> {
    if (flushesAtShutdown(stage)) return stage.shutdown({ timeoutMillis });
    const steps = {
      what: nameOf(stage),
      flush: (timeout: number) => stage.forceFlush({ timeoutMillis: timeout }),
      close: (timeout: number) => stage.shutdown({ timeoutMillis: timeout }),
    };
    return new Lifecycle(steps, this.#host).shutdown({ timeoutMillis });
  }

  #all(what: string, call: (stage: S) => Promise<void>): Promise<void> {
    return settleAll(
      what,
      this.stages.map((stage) => attempt(() => call(stage))),
    );
  }
}

function nameOf(stage: object): string {
  try {
    return stage.constructor.name || 'A processor';
  } catch {
    return 'A processor';
  }
}
