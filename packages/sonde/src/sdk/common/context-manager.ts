/**
 * Stores the active Context in the one asynchronous storage of the process. Two copies of Sonde share it through a
 * registered symbol: each further AsyncLocalStorage makes every `run` dearer (Node 24 and later copy a map per run).
 */
import { type ContextStorage, createContextStorage } from '#platform';
import { type Context, ROOT_CONTEXT } from '../../api/context/context.ts';
import type { ContextManagementToken, ContextManager } from '../../api/context/context-manager.ts';
import { report } from './diagnostics.ts';

const STORAGE_KEY = Symbol.for('sonde.context-storage.1');

function sharedStorage(): ContextStorage<Context> {
  const globals = globalThis as { [STORAGE_KEY]?: ContextStorage<Context> };
  let storage = globals[STORAGE_KEY];
  if (storage === undefined) {
    storage = createContextStorage<Context>();
    Object.defineProperty(globals, STORAGE_KEY, { value: storage });
  }
  return storage;
}

/** The methods of an event emitter that register a listener. */
const ADD_LISTENER = ['on', 'addListener', 'prependListener'] as const;
const ADD_ONCE = ['once', 'prependOnceListener'] as const;

const boundEmitters = /* @__PURE__ */ new WeakSet<object>();

type Listener = ((...args: unknown[]) => unknown) & { listener?: unknown };
type Emitter = Record<string, (event: unknown, listener: Listener) => unknown>;

/**
 * The context manager of the SDK, under the name people know. It does nothing while disabled.
 * @see https://opentelemetry.io/docs/specs/otel/context/
 */
export class AsyncLocalStorageContextManager implements ContextManager {
  /** @internal */
  storage: ContextStorage<Context> = sharedStorage();
  /** @internal */
  isEnabled = true;

  active(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const callback = thisArg === undefined || thisArg === null ? fn : (fn.bind(thisArg) as F);
    return this.storage.run(context, callback as (...args: A) => ReturnType<F>, ...args);
  }

  /** @internal For a call that the runtime makes with nothing of the program's after it. False where it would stay active then. */
  enterForThisCall(context: Context): boolean {
    if (this.storage.endsWithCall !== true) return false;
    this.storage.enterWith(context);
    return true;
  }

  /**
   * A function that runs in `context` whenever it is called, or the emitter itself, whose listeners then do: in the
   * context of its first binding, as the official manager has it.
   */
  bind<T>(context: Context, target: T): T {
    if (typeof target === 'function') return this.#bindFunction(context, target as never) as T;
    // Bound again, listeners would be wrapped twice, and Node could not find them for removal.
    if (isEmitter(target) && !boundEmitters.has(target)) {
      boundEmitters.add(target);
      bindEmitter(target, (listener) => this.#bindFunction(context, listener));
    }
    return target;
  }

  enable(): this {
    return this;
  }

  /** Forgets the active Context of this flow of execution. */
  disable(): this {
    this.storage.enterWith(ROOT_CONTEXT);
    return this;
  }

  attach(context: Context): ContextManagementToken {
    const { storage } = this;
    const previous = storage.getStore() ?? ROOT_CONTEXT;
    storage.enterWith(context);
    let isAttached = true;
    return {
      dispose: () => {
        if (!isAttached) return;
        isAttached = false;
        if (storage.getStore() !== context) {
          report(
            'error',
            'context_detach_order',
            'A Context was detached that is not the active one: attach and detach must nest',
          );
        }
        storage.enterWith(previous);
      },
    };
  }

  #bindFunction(context: Context, target: Listener): Listener {
    const { storage } = this;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return storage.run(context, () => target.apply(this, args));
    };
    Object.defineProperty(bound, 'length', { configurable: true, value: target.length });
    return bound;
  }
}

function isEmitter(target: unknown): target is Emitter {
  const emitter = target as Emitter | null | undefined;
  return typeof emitter?.['on'] === 'function' && typeof emitter['removeListener'] === 'function';
}

/**
 * Wraps what is registered from now on. Node finds a wrapped listener for removal by its `listener` property; a `once`
 * listener removes itself, because Node's own wrapper around ours would hide that property.
 */
function bindEmitter(emitter: Emitter, bind: (listener: Listener) => Listener): void {
  for (const name of ADD_LISTENER) {
    const add = emitter[name];
    if (typeof add !== 'function') continue;
    emitter[name] = (event, listener) => add.call(emitter, event, marked(bind(listener), listener));
  }
  for (const name of ADD_ONCE) {
    const add = Object.getPrototypeOf(emitter)[name === 'once' ? 'on' : 'prependListener'];
    if (typeof add !== 'function') continue;
    emitter[name] = (event, listener) => {
      const bound = bind(listener);
      const once: Listener = (...args) => {
        emitter['removeListener']!(event, once);
        return bound.apply(emitter, args);
      };
      return add.call(emitter, event, marked(once, listener));
    };
  }
}

function marked(wrapper: Listener, listener: Listener): Listener {
  wrapper.listener = listener;
  return wrapper;
}
