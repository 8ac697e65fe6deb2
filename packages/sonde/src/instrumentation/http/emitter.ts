/**
 * Events of requests and responses, emitted again in the context they belong to. Node emits them in the context of the
 * connection, which is another one when the body arrives in a later packet (facts found by trying: Node 20 to 26).
 */
import type { Context } from '../../api/context/context.ts';
import { activeContext, runInContext } from '../../api/context/context-api.ts';

// biome-ignore lint/suspicious/noExplicitAny: the receiver is whatever class was patched
export type Emit = (this: any, event: string | symbol, ...args: unknown[]) => boolean;

interface WithEvents {
  readonly _events?: Readonly<Record<string | symbol, unknown>>;
  listenerCount(event: string | symbol): number;
}

/** Whether somebody other than Node listens. `own` is how many listeners Node itself has for the event. */
export function hasListeners(emitter: WithEvents, event: string | symbol, own: number): boolean {
  const events = emitter._events;
  // Node keeps one listener as a function and several as an array; reading it is ten times faster than asking.
  if (events === undefined) return emitter.listenerCount(event) > own;
  const listeners = events[event];
  if (listeners === undefined) return false;
  return typeof listeners !== 'function' || own === 0;
}

/** Emits with `context` active. */
export function emitIn(context: Context, emit: Emit, emitter: object, args: ArrayLike<unknown>): boolean {
  if (activeContext() === context) return emit.apply(emitter, args as never);
  return runInContext(context, emitNow, { emit, emitter, args });
}

function emitNow(call: { emit: Emit; emitter: object; args: ArrayLike<unknown> }): boolean {
  return call.emit.apply(call.emitter, call.args as never);
}

/** Patches a class so that its events are emitted in the context that `contextOf` gives, if any. Returns what undoes it. */
export function contextual<T extends object>(
  prototype: object,
  contextOf: (emitter: T) => Context | undefined,
): () => void {
  const target = prototype as { emit: Emit };
  const original = target.emit;
  const patched: Emit = function (this: T & WithEvents, event: string | symbol): boolean {
    const context = contextOf(this);
    if (context === undefined || !hasListeners(this, event, 0)) {
      return original.apply(this, arguments as never);
    }
    return emitIn(context, original, this, arguments);
  };
  target.emit = patched;
  return () => {
    if (target.emit === patched) target.emit = original;
  };
}
