/**
 * The storage of contexts on async resources, for Node before 24 and for --no-async-context-frame: what AsyncLocalStorage
 * does there, for one storage and without what it does for several.
 *
 * Node calls `init` for each timer, tick, promise and handle, some ten times in a request. AsyncLocalStorage writes its
 * store on each of them, also where there is none; ours only reads there, as most of a server's resources begin outside of
 * any context. A request that is not sampled cost 2.4 us over a bare one and costs 2.1 (Node 20; bench/http, tenth percentiles).
 */
import { createHook, executionAsyncResource } from 'node:async_hooks';
import type { ContextStorage } from './node.ts';

const STORE: unique symbol = Symbol('sonde.context');

type Resource = { [STORE]?: unknown };

let isWatching = false;

/** Hands the store of what runs now to what begins now. A timer that is begun again still has that of its last time. */
function init(_id: number, _type: string, _trigger: number, resource: Resource): void {
  const store = (executionAsyncResource() as Resource)[STORE];
  if (store !== undefined || resource[STORE] !== undefined) resource[STORE] = store;
}

/** What runs now, watched from the first store on: hooks slow a program down. */
function current(): Resource {
  if (!isWatching) {
    isWatching = true;
    createHook({
      init: init as (id: number, type: string, trigger: number, resource: object) => void,
    }).enable();
  }
  return executionAsyncResource();
}

const storage: ContextStorage<unknown> = {
  getStore: () => (isWatching ? (executionAsyncResource() as Resource)[STORE] : undefined),

  enterWith(store) {
    current()[STORE] = store;
  },

  run<A extends unknown[], R>(store: unknown, callback: (...args: A) => R, ...args: A): R {
    const resource = current();
    const previous = resource[STORE];
    resource[STORE] = store;
    try {
      // Without an array of arguments: the usual way.
      return args.length === 1
        ? (callback as unknown as (argument: unknown) => R)(args[0])
        : callback(...args);
    } finally {
      resource[STORE] = previous;
    }
  },
};

/** The one there is of a copy of this package. */
export function resourceStorage<T>(): ContextStorage<T> {
  return storage as ContextStorage<T>;
}
