/**
 * The asynchronous storage of contexts on Node.
 *
 * From Node 24 on a store lives in a frame that is copied whenever it is written, and `AsyncLocalStorage.run` writes it
 * twice: to enter, and once more to leave (Node 26; 215 ns and 400 bytes for a frame with one store). An AsyncResource
 * remembers the frame it was made in and has it restored by a pointer: made, run and entered it costs 90 ns.
 * Before, or with --no-async-context-frame, stores live on async resources: node-resource-storage.ts.
 */
import type { AsyncLocalStorage as Storage } from 'node:async_hooks';
import type { ContextStorage } from './node.ts';
import { resourceStorage } from './node-resource-storage.ts';
import { keepOneTick } from './node-tick.ts';

// Not by an import: to link the first built-in one costs Node 26 half a megabyte.
const { AsyncLocalStorage, AsyncResource } = process.getBuiltinModule('node:async_hooks');

/** What hooks of the program see as the type of the resource. */
const RESOURCE_TYPE = 'SONDE_CONTEXT';

/** A storage whose `run` leaves by the frame it came from. */
class FrameStorage<T> extends AsyncLocalStorage<T> {
  readonly endsWithCall = true;

  override run<R>(store: T, callback: () => R): R;
  override run<R, A extends unknown[]>(store: T, callback: (...args: A) => R, ...args: A): R;
  override run(store: T, callback: (...args: unknown[]) => unknown, ...args: unknown[]): unknown {
    const resource = new AsyncResource(RESOURCE_TYPE);
    return args.length === 1
      ? resource.runInAsyncScope(enterWithOne, undefined, this, store, callback, args[0])
      : resource.runInAsyncScope(enterWithAll, undefined, this, store, callback, args);
  }
}

/** Without an array of arguments: the usual way. */
function enterWithOne<T>(
  storage: Storage<T>,
  store: T,
  callback: (argument: unknown) => unknown,
  argument: unknown,
): unknown {
  storage.enterWith(store);
  return callback(argument);
}

function enterWithAll<T>(
  storage: Storage<T>,
  store: T,
  callback: (...args: unknown[]) => unknown,
  args: unknown[],
): unknown {
  storage.enterWith(store);
  return callback(...args);
}

export function createContextStorage<T>(): ContextStorage<T> {
  keepOneTick();
  return keepsFrames() ? createFrameStorage<T>() : resourceStorage<T>();
}

/** The one for Node 24 and later. Right on all, dearer before. */
export function createFrameStorage<T>(): ContextStorage<T> {
  return new FrameStorage<T>();
}

/**
 * Whether stores live in frames. Asked of a storage of its own: what is entered in a resource's scope is there again in
 * the next one when it lives on the resource, and is not when it lives in a frame. Not asked on older versions, where the
 * answer is known and asking would switch on hooks that slow the program down.
 */
function keepsFrames(): boolean {
  if (Number.parseInt(process.versions.node, 10) < 24) return false;
  const probe = new AsyncLocalStorage<boolean>();
  const resource = new AsyncResource(RESOURCE_TYPE);
  resource.runInAsyncScope(() => probe.enterWith(true));
  const isKept = resource.runInAsyncScope(() => probe.getStore()) === undefined;
  probe.disable();
  return isKept;
}
