/**
 * The context API: calls the ContextManager that is registered, or behaves as if the root were always active.
 * What the caller's functions throw passes through; nothing else does.
 */
import { diag } from '../diag/diag.ts';
import { clearSlot, readSlot, writeSlot } from '../global.ts';
import { type Context, ROOT_CONTEXT } from './context.ts';
import { isContext } from './context-access.ts';
import type { ContextManagementToken, ContextManager } from './context-manager.ts';

/** Answer of `context.attach`: a token that also works with `using`. */
export interface AttachedContext extends ContextManagementToken {
  /** Same as `dispose`. */
  [Symbol.dispose](): void;
}

/** Entry point to the active Context. */
export interface ContextAPI {
  /** Registers what stores the active Context. False when another one is registered already. */
  setGlobalContextManager(contextManager: ContextManager): boolean;
  /** The active Context. */
  active(): Context;
  /** Runs `fn` with `context` active, also in what it awaits, and returns what it returns. */
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F>;
  /** A function or event emitter whose calls or listeners run with `context` active. */
  bind<T>(context: Context, target: T): T;
  /**
   * Makes `context` active from here on, until the token is given back. Prefer {@link ContextAPI.with}: in an async
   * function, what is attached before the first `await` is seen by the caller too. Does nothing but warn, once, where
   * the registered manager cannot do it.
   */
  attach(context: Context): AttachedContext;
  /**
   * Makes the Context active again that was active before the attach.
   * @returns false when another Context is active than the one attached: something was detached in the wrong order or
   * left attached. The SDK's context manager also says so to `diag`.
   */
  detach(token: ContextManagementToken): boolean;
  /** Stops the registered manager and takes it away. */
  disable(): void;
}

/** The active Context, for the layers above. */
export function activeContext(): Context {
  const manager = readSlot('context');
  if (manager === undefined || manager === null) return ROOT_CONTEXT;
  try {
    return manager.active() ?? ROOT_CONTEXT;
  } catch {
    return ROOT_CONTEXT;
  }
}

/** Runs `fn` with `context` active and `argument` as its only argument; `context.with` without arrays of arguments. */
export function runInContext<A, R>(context: Context, fn: (argument: A) => R, argument: A): R {
  const manager = readSlot('context');
  if (manager === undefined || manager === null) return fn(argument);
  return manager.with(context, fn as (argument: A) => never, undefined, argument) as R;
}

/**
 * Makes `context` active for the rest of the call that the runtime has made into the program, where the registered
 * manager can and the runtime itself ends it with that call. False, and nothing done, everywhere else.
 */
export function enterForThisCall(context: Context): boolean {
  const manager = readSlot('context') as { enterForThisCall?(context: Context): boolean } | null | undefined;
  return manager?.enterForThisCall?.(context) === true;
}

function setGlobalContextManager(contextManager: ContextManager): boolean {
  if (writeSlot('context', contextManager, false)) return true;
  diag.error('A context manager is registered already; context.setGlobalContextManager changed nothing');
  return false;
}

function withContext<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
  context: Context,
  fn: F,
  thisArg?: ThisParameterType<F>,
  ...args: A
): ReturnType<F> {
  if (typeof fn !== 'function') {
    diag.warn('context.with was given no function to run');
    return undefined as ReturnType<F>;
  }
  const manager = readSlot('context');
  if (manager === undefined || manager === null) return fn.apply(thisArg, args);
  return manager.with(usable(context), fn, thisArg, ...args);
}

function bind<T>(context: Context, target: T): T {
  const manager = readSlot('context');
  if (manager === undefined || manager === null) return target;
  try {
    return manager.bind(usable(context), target);
  } catch (error) {
    diag.warn('context.bind could not bind its target, which is returned as it is', error);
    return target;
  }
}

function usable(context: Context): Context {
  try {
    return isContext(context) ? context : ROOT_CONTEXT;
  } catch {
    return ROOT_CONTEXT;
  }
}

let saidAttachIsMissing = false;

/** What an attach gave out: knows its Context, so that a detach in the wrong order is noticed. */
class Attachment implements AttachedContext {
  readonly #context: Context;
  #token: ContextManagementToken | undefined;

  constructor(context: Context, token: ContextManagementToken | undefined) {
    this.#context = context;
    this.#token = token;
  }

  static detach(attachment: Attachment): boolean {
    const token = attachment.#token;
    if (token === undefined) return true;
    attachment.#token = undefined;
    const isInOrder = activeContext() === attachment.#context;
    return disposeOf(token) && isInOrder;
  }

  dispose(): void {
    Attachment.detach(this);
  }

  [Symbol.dispose](): void {
    Attachment.detach(this);
  }
}

/** False when the token throws. */
function disposeOf(token: ContextManagementToken): boolean {
  try {
    token.dispose();
    return true;
  } catch (error) {
    diag.warn('context.detach was given a token that it cannot give back', error);
    return false;
  }
}

function attach(context: Context): AttachedContext {
  const manager = readSlot('context');
  const wanted = usable(context);
  try {
    if (typeof manager?.attach === 'function') return new Attachment(wanted, manager.attach(wanted));
    if (manager && !saidAttachIsMissing) {
      saidAttachIsMissing = true;
      diag.warn(
        'context.attach does nothing: the registered context manager cannot attach. Use context.with',
      );
    }
  } catch (error) {
    diag.warn('context.attach failed: the registered context manager threw', error);
  }
  return new Attachment(wanted, undefined);
}

function detach(token: ContextManagementToken): boolean {
  try {
    if (token instanceof Attachment) return Attachment.detach(token);
  } catch {
    // A revoked proxy: no token of ours, and what it is shows below.
  }
  return disposeOf(token);
}

function disable(): void {
  try {
    readSlot('context')?.disable();
  } catch (error) {
    diag.warn('The registered context manager threw when it was disabled', error);
  }
  clearSlot('context');
}

/** The active Context, and how to make another one active. */
export const context: ContextAPI = {
  setGlobalContextManager,
  active: activeContext,
  with: withContext,
  bind,
  attach,
  detach,
  disable,
};
