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
/** The `shutdown` of those classes that flush in it. */
const flushing = new WeakSet<object>();

/** Declares that the record-carrying methods of a class of ours never throw. Subclasses have to say it for themselves. */
export function declareContained(stageClass: { readonly prototype: Stage }): void {
  containedClasses.add(stageClass);
  declareFlushing(stageClass);
}

/** Declares that the `shutdown` of a class of ours flushes, and so that of what is derived from it and has no other. */
export function declareFlushing({ prototype }: { readonly prototype: Stage }): void {
  flushing.add(prototype.shutdown);
}

/** Whether a stage may be called without a net: it is exactly one of our classes, with none of its methods replaced. */
export function isContained(stage: object, methods: readonly string[]): boolean {
  try {
    return containedClasses.has(stage.constructor) && !methods.some((method) => Object.hasOwn(stage, method));
  } catch {
    return false;
  }
}

/**
 * Shuts a stage down, flushed. Not every stage of others flushes in its shutdown, as the specification asks: those are flushed
 * before it.
 */
export function shutDownStage(
  stage: Stage,
  options: ForceFlushOptions | undefined,
  host: PipelineHost = platformHost,
): Promise<void> {
  if (flushing.has(stage.shutdown)) return stage.shutdown(options);
  const steps = {
    what: nameOf(stage),
    flush: (timeoutMillis: number) => stage.forceFlush({ timeoutMillis }),
    close: (timeoutMillis: number) => stage.shutdown({ timeoutMillis }),
  };
  return new Lifecycle(steps, host).shutdown(options);
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
        close: (timeoutMillis) =>
          this.#all('shutdown()', (stage) => shutDownStage(stage, { timeoutMillis }, host)),
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
