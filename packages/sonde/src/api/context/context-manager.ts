/** What stores the active Context. The implementation is the SDK's; the API only calls the one in the global. */
import type { Context } from './context.ts';

/** Answer of an attach: gives the Context before it back. */
export interface ContextManagementToken {
  /** Makes the Context active again that was active before the attach. Later calls do nothing. */
  dispose(): void;
}

/** Keeps track of the active Context across synchronous and asynchronous calls. */
export interface ContextManager {
  /** The active Context; the root when none was made active. */
  active(): Context;
  /** Runs `fn` with `context` active and returns what it returns. */
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F>;
  /** A function or event emitter that runs with `context` active whenever it is called. */
  bind<T>(context: Context, target: T): T;
  /** Starts tracking. */
  enable(): this;
  /** Stops tracking. */
  disable(): this;
  /** Makes `context` active until the token is disposed of. Absent where the runtime cannot do it. */
  attach?(context: Context): ContextManagementToken;
}
