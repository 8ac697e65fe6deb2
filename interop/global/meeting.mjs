/**
 * One meeting of API copies in a process of its own. The argument is a list of steps, `copy action`; what each step
 * found is printed as JSON. A part is known by the name of the copy that registered it.
 */
import { loadCopy, loadLegacyLogs } from './copies.mjs';

const WHO = Symbol.for('interop.who');
const sonde = await loadCopy('sonde');

/** The parts of an SDK as the official interfaces have them, and no more. */
function partsOf(who) {
  const span = { ...sonde.trace.wrapSpanContext(sonde.INVALID_SPAN_CONTEXT), who, end() {} };
  const tracer = { startSpan: () => span, startActiveSpan: (_name, fn) => fn(span) };
  const measured = [];
  const observed = [];
  const meter = {
    createCounter: () => ({ add: (value) => measured.push(value) }),
    createObservableGauge: () => ({ addCallback: (callback) => observed.push(callback) }),
  };
  const records = [];
  const active = sonde.ROOT_CONTEXT.setValue(WHO, who);
  return {
    measured,
    observed,
    records,
    trace: { getTracer: () => tracer },
    metrics: { getMeter: () => meter },
    logs: { getLogger: () => ({ emit: (record) => records.push(record), enabled: () => true }) },
    propagation: { inject() {}, extract: (context) => context, fields: () => [who] },
    context: { active: () => active, with: (_context, fn) => fn(), bind: (_context, target) => target },
  };
}

const parts = new Map();
const early = new Map();
const said = [];

function register(name, api, slots) {
  const own = partsOf(name);
  parts.set(name, own);
  const setters = {
    context: () => api.context.setGlobalContextManager(own.context),
    trace: () => api.trace.setGlobalTracerProvider(own.trace),
    propagation: () => api.propagation.setGlobalPropagator(own.propagation),
    metrics: () => api.metrics?.setGlobalMeterProvider(own.metrics),
    logs: () => api.logs?.setGlobalLoggerProvider(own.logs),
  };
  return Object.fromEntries(slots.map((slot) => [slot, setters[slot]()]));
}

/** Who is behind each slot, as this copy sees it. */
function read(api) {
  const counter = api.metrics?.getMeter('reader').createCounter('counter');
  counter?.add(1);
  api.logs?.getLogger('reader').emit({ body: 'text' });
  const holder = (kind) => [...parts].find(([, own]) => own[kind].splice(0).length > 0)?.[0];
  return {
    trace: api.trace.getTracer('reader').startSpan('span').who,
    context: api.context.active().getValue(WHO),
    propagation: api.propagation.fields?.()[0],
    ...(api.metrics && { metrics: holder('measured') }),
    ...(api.logs && { logs: holder('records') }),
  };
}

/** What was made before anything was registered, used now. */
function use(name) {
  const { tracer, counter, logger } = early.get(name);
  counter?.add(1);
  logger?.emit({ body: 'text' });
  const own = [...parts.values()].at(-1);
  return {
    trace: tracer.startSpan('span').who,
    metrics: own.measured.splice(0).length,
    observed: own.observed.splice(0).length,
    logs: own.records.splice(0).length,
  };
}

const allSlots = ['context', 'trace', 'propagation', 'metrics', 'logs'];

const actions = {
  load: () => true,
  register: (name, api) => register(name, api, allSlots),
  'register trace': (name, api) => register(name, api, ['trace']),
  read: (_, api) => read(api),
  prepare: (name, api) => {
    const meter = api.metrics?.getMeter('early');
    early.set(name, {
      tracer: api.trace.getTracer('early'),
      counter: meter?.createCounter('counter'),
      logger: api.logs?.getLogger('early'),
    });
    meter?.createObservableGauge('gauge')?.addCallback(() => {});
  },
  use: (name) => use(name),
  'set diag': (_, api) => {
    const take = (text) => said.push(text);
    const logger = { error: take, warn: take, info: take, debug: take, verbose: take };
    return api.diag.setLogger(logger, 60);
  },
  say: (_, api) => {
    said.length = 0;
    api.diag.warn('hello');
    return said.includes('hello');
  },
  'start sdk': async (name) => startSdk(name, {}),
  takeover: async (name) => startSdk(name, { takeover: true }),
  version: () => globalThis[Symbol.for('opentelemetry.js.api.1')]?.version,
  'legacy logs': () => {
    loadLegacyLogs().logs.getLogger('legacy').emit({ body: 'text' });
    return [...parts].find(([, own]) => own.records.splice(0).length > 0)?.[0];
  },
};

/** Sonde's own start, with parts that can be told apart. */
async function startSdk(name, options) {
  const {
    startSdk: start,
    InMemorySpanExporter,
    SimpleSpanProcessor,
  } = await import('../../packages/sonde/dist/esm/entry/sdk.js');
  const own = partsOf(name);
  parts.set(name, own);
  const exporter = new InMemorySpanExporter();
  const sdk = start({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    contextManager: own.context,
    textMapPropagator: own.propagation,
    exitHandlers: false,
    ...options,
  });
  sonde.trace.getTracer('x').startSpan('span').end();
  await sdk.forceFlush();
  return exporter.getFinishedSpans().length;
}

const results = [];
for (const step of JSON.parse(process.argv[2])) {
  const [name, ...action] = step.split(' ');
  results.push(await actions[action.join(' ')](name, await loadCopy(name)));
}
console.log(JSON.stringify(results));
