/**
 * Events of requests and responses, emitted again in the context they belong to. Node emits them in the context of the
 * connection, which is another one when the body arrives in a later packet (facts found by trying: Node 20 to 26).
 */
import { EventEmitter } from 'node:events';
import type { Context } from '../../api/context/context.ts';
import { activeContext, runInContext } from '../../api/context/context-api.ts';

// biome-ignore lint/suspicious/noExplicitAny: the receiver is whatever class was patched
export type Emit = (this: any, event: string | symbol, ...args: unknown[]) => boolean;

type Listeners = unknown;

/** An emitter, and where Node keeps its listeners: one as a function, several as an array. */
export interface WithEvents {
  readonly _events?: Readonly<Record<string | symbol, Listeners>>;
  listenerCount(event: string | symbol): number;
}

/** The listeners of an event as they are now. Compared by identity later: they are replaced when one is added. */
export function listenersOf(emitter: WithEvents, event: string): Listeners {
  return emitter._events?.[event];
}

/** Who hears an event: nobody at all, only Node itself, or somebody who has to be called in the exchange's context. */
export const UNHEARD = 0;
export const HEARD_BY_NODE = 1;
export const HEARD = 2;

/**
 * Who listens. `own` is what Node itself had registered before the application got hold of the emitter: those listeners
 * need no context. An error always needs one: monitors hear it too.
 */
export function heardBy(emitter: WithEvents, event: string | symbol, own: Listeners): number {
  if (event === 'error') return HEARD;
  // Reading the field is ten times faster than asking.
  const events = emitter._events;
  if (events === undefined) return emitter.listenerCount(event) > 0 ? HEARD : UNHEARD;
  const listeners = events[event];
  if (listeners === undefined) return UNHEARD;
  return listeners === own ? HEARD_BY_NODE : HEARD;
}

/**
 * Whether `emit` is Node's own. For an event that nobody listens to that does nothing and says false, so it need not be
 * called: of the eight events of a request six are such (0.05 us of 1.1 on Node 26, 0.12 of 1.9 on Node 20). Told by its text as well, because
 * somebody may have put his own into the place of Node's before us; where the text is another one, all is called.
 */
export function isEmitOfNode(emit: Emit): boolean {
  return (
    emit === EventEmitter.prototype.emit && Function.prototype.toString.call(emit).includes('kErrorMonitor')
  );
}

function emitNow(call: { emit: Emit; emitter: object; args: readonly unknown[] }): boolean {
  return call.emit.apply(call.emitter, call.args as never);
}

/** Whether an event has to be emitted in a context that is not the active one. */
export function needsContext(heard: number, context: Context): boolean {
  return heard === HEARD && activeContext() !== context;
}

/**
 * The exchange that a message belongs to, kept on the message itself: no map to look into, nothing to clean up. Two copies
 * of this package share the key, so that neither makes a span for what the other has in hand.
 */
export const EXCHANGE: unique symbol = Symbol.for('sonde.http.exchange.1');

/** A request and its response in hand, seen from the server or from the client. */
export interface Exchange {
  /** Where the events of its messages belong. */
  readonly context: Context;
  /** Node's own listener for the `end` of the incoming message. */
  readonly ownEnd: unknown;
  /** Bytes of the incoming body so far. Counted only where `countsBody` is set. */
  received: number;
  readonly countsBody: boolean;
  /** Called before an incoming message says `end`, `close` or `aborted`. Must not throw. */
  onMessageEvent(event: 'end' | 'close' | 'aborted'): void;
}

/** A message that may belong to an exchange. */
export interface Exchanged<E extends Exchange = Exchange> {
  [EXCHANGE]?: E;
}

/** Patches the incoming messages, a server's requests and a client's responses, in one go. Returns what undoes it. */
export function patchIncomingMessage(prototype: object): () => void {
  return patchEmit(
    prototype,
    ({ original, inContext, mayLeaveOut }): Emit =>
      function (this: Exchanged & WithEvents, event: string | symbol): boolean {
        const exchange = this[EXCHANGE];
        if (exchange === undefined) return original.apply(this, arguments as never);
        if (event === 'end' || event === 'close' || event === 'aborted') exchange.onMessageEvent(event);
        else if (event === 'data' && exchange.countsBody) exchange.received += bytesOf(arguments[1]);
        const heard = heardBy(this, event, event === 'end' ? exchange.ownEnd : undefined);
        if (needsContext(heard, exchange.context)) return inContext.apply(this, arguments as never);
        return heard === UNHEARD && mayLeaveOut ? false : original.apply(this, arguments as never);
      },
  );
}

/** How long a chunk is: bytes, or text when the application set an encoding. */
function bytesOf(chunk: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk);
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

/** A replacement that looks like what it replaces: an application may look at a patch of its own, which ours now covers. */
export function dressed<F extends (...args: never[]) => unknown>(
  replacement: F,
  original: (...args: never[]) => unknown,
): F {
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  return replacement;
}

/** What a patch of `emit` may call. */
export interface Emits {
  readonly original: Emit;
  /**
   * The original in the context of the emitter's exchange. Called by `apply` with the `arguments` of the patch: handed
   * to any other function they would be made an object by every call, eight times a request (360 bytes in all).
   */
  readonly inContext: Emit;
  /** Whether the original may be left out for an event that nobody listens to. */
  readonly mayLeaveOut: boolean;
}

/**
 * Puts another `emit` before that of a class. What is returned undoes it; when somebody else has patched the class since,
 * ours stays in the chain and has to be inert by itself.
 */
export function patchEmit(prototype: object, make: (emits: Emits) => Emit): () => void {
  const target = prototype as { emit: Emit };
  const isOwn = Object.hasOwn(target, 'emit');
  const original = target.emit;
  const inContext: Emit = function (this: Exchanged, ...args: unknown[]): boolean {
    return runInContext(this[EXCHANGE]!.context, emitNow, { emit: original, emitter: this, args });
  };
  const patched = dressed(make({ original, inContext, mayLeaveOut: isEmitOfNode(original) }), original);
  target.emit = patched;
  return () => {
    if (target.emit !== patched) return;
    if (isOwn) target.emit = original;
    else delete (target as { emit?: Emit }).emit;
  };
}
