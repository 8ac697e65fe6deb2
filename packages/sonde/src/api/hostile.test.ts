/** Every public function, given every kind of value, with no SDK, with one of ours and with one that always throws. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { isPromise } from 'node:util/types';
import fc from 'fast-check';
import * as entry from '../entry/index.ts';
import type { ContextManager } from './context/context-manager.ts';
import type { TextMapPropagator } from './propagation/text-map.ts';

const { context, diag, logs, metrics, propagation, trace } = entry;

type Anything = (...args: unknown[]) => unknown;

function throwing(): never {
  throw new Error('hostile');
}

const thrower: object = new Proxy(() => {}, {
  get: throwing,
  set: throwing,
  has: throwing,
  apply: throwing,
  construct: throwing,
  ownKeys: throwing,
  getPrototypeOf: throwing,
  getOwnPropertyDescriptor: throwing,
  defineProperty: throwing,
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

const special: readonly unknown[] = [
  () => 1,
  async () => 2,
  function* () {},
  class Some {},
  thrower,
  revoked(),
  cycle,
  Symbol('s'),
  Number.NaN,
  -0,
  'x'.repeat(100_000),
  new Proxy([], { get: throwing }),
  Object.freeze({}),
  new Error('x'),
  { valueOf: throwing, toString: throwing, toJSON: throwing, [Symbol.toPrimitive]: throwing },
  {
    get root() {
      return throwing();
    },
    get kind() {
      return throwing();
    },
    get attributes() {
      return throwing();
    },
  },
  new WeakMap(),
  // Frozen: to a setter a context is a carrier like any other object.
  Object.freeze(entry.ROOT_CONTEXT.setValue(Symbol('own'), 1)),
];

/** Values in boxes: the test library itself looks into what it makes, and would fall over these. */
type Box = () => unknown;

const hostile: fc.Arbitrary<Box> = fc.oneof(
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
    })
    .map((value) => () => value),
  fc.nat(special.length - 1).map((index) => () => special[index]),
);

/** Who calls `with` or `bind` runs what is given: what that throws is the caller's own. */
const runsTheGiven = new Set(['with', 'withActiveSpan', 'withActiveBaggage', 'withSpan', 'startActiveSpan']);

function functionsOf(name: string, target: object): [string, Anything][] {
  const found: [string, Anything][] = [];
  for (
    let level: object | null = target;
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const key of Reflect.ownKeys(level)) {
      const value = key === 'constructor' ? undefined : Reflect.get(target, key);
      if (typeof value !== 'function') continue;
      found.push([`${name}.${String(key)}`, (...args) => Reflect.apply(value, target, args)]);
    }
  }
  return found;
}

/** All functions that a user can reach without a class of his own. */
function surface(): [string, Anything][] {
  const meter = metrics.getMeter('m');
  const targets: Record<string, object> = {
    context,
    diag,
    logs,
    metrics,
    propagation,
    trace,
    ROOT_CONTEXT: entry.ROOT_CONTEXT,
    tracer: trace.getTracer('t'),
    tracerProvider: trace.getTracerProvider(),
    span: trace.getTracer('t').startSpan('s'),
    wrapped: trace.wrapSpanContext(entry.INVALID_SPAN_CONTEXT),
    meter,
    counter: meter.createCounter('c'),
    boundCounter: meter.createCounter('c').bind({}),
    histogram: meter.createHistogram('h'),
    boundHistogram: meter.createHistogram('h').bind({}),
    observable: meter.createObservableGauge('o'),
    noopMeter: entry.createNoopMeter(),
    logger: logs.getLogger('l'),
    noopLogger: entry.createNoopLogger(),
    component: diag.createComponentLogger({ namespace: 'n' }),
    baggage: propagation.createBaggage({ a: { value: '1' } }),
    metadata: entry.baggageEntryMetadataFromString('m'),
    traceState: entry.createTraceState('a=1'),
    getter: entry.defaultTextMapGetter,
    setter: entry.defaultTextMapSetter,
    attached: context.attach(entry.ROOT_CONTEXT),
    proxyProvider: new entry.ProxyTracerProvider(),
  };
  const functions = Object.entries(entry).filter(
    ([name, value]) => typeof value === 'function' && !/^[A-Z]/.test(name),
  ) as [string, Anything][];
  return [...functions, ...Object.entries(targets).flatMap(([name, target]) => functionsOf(name, target))];
}

/** `disable` and setters of the global would only take the state of the test away. */
const isSkipped = (name: string) => /\.(disable|setGlobal\w+|setLogger|setDelegate)$/.test(name);

function attack(functions: [string, Anything][], numRuns: number): void {
  const attacked = functions.filter(([name]) => !isSkipped(name));
  assert.ok(attacked.length > 90, `only ${attacked.length} functions found`);
  const failures = new Map<string, unknown>();
  for (const [name, call] of attacked) {
    const runs = runsTheGiven.has(name.split('.').at(-1) ?? '');
    const attempt = (boxes: Box[]) => {
      const args = boxes.map((box) => box());
      try {
        const result = call(...args);
        if (isPromise(result)) result.catch(() => {});
      } catch (error) {
        if (runs && args.some((value) => typeof value === 'function')) return;
        failures.set(name, error);
      }
    };
    fc.assert(fc.property(fc.array(hostile, { maxLength: 4 }), attempt), { numRuns });
  }
  assert.deepEqual([...failures], []);
}

/** An SDK of which every method throws. */
function registerThrowingSdk(): void {
  trace.setGlobalTracerProvider({ getTracer: throwing });
  metrics.setGlobalMeterProvider({ getMeter: throwing });
  logs.setGlobalLoggerProvider({ getLogger: throwing });
  propagation.setGlobalPropagator({
    inject: throwing,
    extract: throwing,
    fields: throwing,
  } as TextMapPropagator);
  const manager = { active: throwing, bind: throwing, attach: throwing, disable: throwing, enable: throwing };
  const running = {
    ...manager,
    with: (_: unknown, fn: Anything, that: unknown, ...args: unknown[]) => fn.apply(that, args),
  };
  context.setGlobalContextManager(running as unknown as ContextManager);
}

/** An SDK whose providers work and whose tracers, meters and loggers throw. */
function registerBrokenParts(): void {
  const tracer = { startSpan: throwing, startActiveSpan: throwing };
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  const meter = Object.fromEntries(
    Object.getOwnPropertyNames(Object.getPrototypeOf(entry.createNoopMeter())).map((name) => [
      name,
      throwing,
    ]),
  );
  metrics.setGlobalMeterProvider({ getMeter: () => meter as never });
  logs.setGlobalLoggerProvider({ getLogger: () => ({ emit: throwing, enabled: throwing }) });
}

describe('the whole API', () => {
  afterEach(() => {
    for (const part of [trace, metrics, logs, propagation, context, diag]) part.disable();
  });

  it('never throws without an SDK', () => {
    attack(surface(), 100);
  });

  it('never throws with an SDK that throws, also on what was made before it', () => {
    const before = surface();
    registerThrowingSdk();
    attack([...before, ...surface()], 30);
  });

  it('never throws with tracers, meters and loggers that throw', () => {
    const before = surface();
    registerBrokenParts();
    attack([...before, ...surface()], 30);
  });

  it('never throws when parts of the global are no parts', () => {
    for (const value of [null, 5, 'text', {}, () => {}, revoked(), thrower] as never[]) {
      trace.setGlobalTracerProvider(value);
      metrics.setGlobalMeterProvider(value);
      logs.setGlobalLoggerProvider(value);
      propagation.setGlobalPropagator(value);
      diag.setLogger(value);
      context.setGlobalContextManager(value);
      attack(surface(), 5);
      for (const part of [trace, metrics, logs, propagation, context, diag]) part.disable();
    }
  });
});
