/** What `startSdk` can be told in code. Everything left out comes from the environment, then from the defaults. */
import type { ContextManager } from '../api/context/context-manager.ts';
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import { shown } from '../internal/shown.ts';
import type { ResourceDetector } from '../resources/detector.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import type { Resource } from '../sdk/common/resource.ts';
import type { LogRecordLimits } from '../sdk/logs/limits.ts';
import type { LoggerConfigurator } from '../sdk/logs/logger-configurator.ts';
import type { LogRecordProcessor } from '../sdk/logs/processor.ts';
import type { ExemplarFilter } from '../sdk/metrics/exemplar/filter.ts';
import type { MeterConfigurator } from '../sdk/metrics/meter-configurator.ts';
import type { IMetricReader } from '../sdk/metrics/reader.ts';
import type { ViewOptions } from '../sdk/metrics/view.ts';
import type { ViewMatchingMode } from '../sdk/metrics/view-matching.ts';
import type { SpanExporter } from '../sdk/traces/exporter.ts';
import type { IdGenerator } from '../sdk/traces/id-generator.ts';
import type { SpanLimits } from '../sdk/traces/limits.ts';
import type { SpanProcessor } from '../sdk/traces/processor.ts';
import type { Sampler } from '../sdk/traces/samplers/sampler.ts';
import type { TracerConfigurator } from '../sdk/traces/tracer-configurator.ts';

/** Options of `startSdk`. Names that the official Node SDK has mean the same here. */
export interface SdkOptions {
  /** `service.name` of the resource. Default: OTEL_SERVICE_NAME, else `unknown_service:<program>`. */
  readonly serviceName?: string | undefined;
  /** Merged over what detectors and the environment say. */
  readonly resource?: Resource | undefined;
  /** Whether detectors run. Default true. The environment's attributes are taken either way. */
  readonly autoDetectResources?: boolean | undefined;
  /** Run in this order, before the environment's attributes. Default: host, operating system, process, service instance. */
  readonly resourceDetectors?: readonly ResourceDetector[] | undefined;

  /** Gets a batch processor of its own, with the settings of OTEL_BSP_*. Given, OTEL_TRACES_EXPORTER counts no more. */
  readonly traceExporter?: SpanExporter | undefined;
  /** Called in this order, before that of `traceExporter`. Given, OTEL_TRACES_EXPORTER counts no more. */
  readonly spanProcessors?: readonly SpanProcessor[] | undefined;
  /** Default: OTEL_TRACES_SAMPLER, else ParentBased(root=AlwaysOn). */
  readonly sampler?: Sampler | undefined;
  /** Default: OTEL_SPAN_*_LIMIT and kin, else 128 of each and no limit on the length of values. */
  readonly spanLimits?: SpanLimits | undefined;
  /** Default: random ids. */
  readonly idGenerator?: IdGenerator | undefined;
  /** Switches tracers on and off by their scope. Default: all are on. */
  readonly tracerConfigurator?: TracerConfigurator | undefined;

  /**
   * Each gets all metrics. Given, OTEL_METRICS_EXPORTER counts no more. Default: what that names, else OTLP every
   * 60 s, or OTEL_METRIC_EXPORT_INTERVAL.
   */
  readonly metricReaders?: readonly IMetricReader[] | undefined;
  /** What becomes of instruments. Default: every instrument has the defaults of its kind. */
  readonly views?: readonly ViewOptions[] | undefined;
  /** Which measurements may become exemplars. Default: OTEL_METRICS_EXEMPLAR_FILTER, else trace_based. */
  readonly exemplarFilter?: ExemplarFilter | undefined;
  /**
   * What views make that select the same instrument: a stream each, or one together for each stream name. Default
   * independent.
   */
  readonly viewMatchingMode?: ViewMatchingMode | undefined;
  /** Switches meters on and off by their scope. Default: all are on. */
  readonly meterConfigurator?: MeterConfigurator | undefined;

  /** Called in this order. Given, OTEL_LOGS_EXPORTER counts no more. Default: what that names, else OTLP in batches. */
  readonly logRecordProcessors?: readonly LogRecordProcessor[] | undefined;
  /** Default: OTEL_LOGRECORD_*_LIMIT and kin, else 128 attributes and no limit on the length of values. */
  readonly logRecordLimits?: LogRecordLimits | undefined;
  /** Switches loggers on and off by their scope, or sets the least severity. Default: all are on. */
  readonly loggerConfigurator?: LoggerConfigurator | undefined;

  /** The global propagator; null registers none. Default: OTEL_PROPAGATORS, else W3C Trace Context and Baggage. */
  readonly textMapPropagator?: TextMapPropagator | null | undefined;
  /** The global context manager; null registers none. Default: the runtime's asynchronous storage. */
  readonly contextManager?: ContextManager | null | undefined;
  /** Whether to replace what someone else has registered globally. Default false: it is left alone and named once. */
  readonly takeover?: boolean | undefined;
  /**
   * Whether what is queued is delivered when the process ends: on its natural end, process.exit, an uncaught exception,
   * SIGTERM and SIGINT. Default true, false with OTEL_NODE_EXIT_HANDLERS_DISABLED=true.
   */
  readonly exitHandlers?: boolean | undefined;
}

type Check = readonly [allowed: string, holds: (value: unknown) => boolean];

function checks(): Readonly<Record<keyof SdkOptions, Check>> {
  const flag: Check = ['true or false', (value) => typeof value === 'boolean'];
  const configurator: Check = ['a function', (value) => typeof value === 'function'];
  const limits: Check = ['an object with limits as numbers', isObject];
  return {
    serviceName: ['a string that is not empty', (value) => typeof value === 'string' && value !== ''],
    resource: [
      'a Resource, such as resourceFromAttributes returns',
      (value) => has(value, 'attributes', 'object'),
    ],
    autoDetectResources: flag,
    resourceDetectors: arrayOf('detect'),
    traceExporter: objectWith('export', 'shutdown'),
    spanProcessors: arrayOf('onStart', 'onEnd'),
    sampler: objectWith('shouldSample'),
    spanLimits: limits,
    idGenerator: objectWith('generateTraceId', 'generateSpanId'),
    tracerConfigurator: configurator,
    metricReaders: arrayOf('setMetricProducer', 'collect'),
    views: ['an array of views', (value) => Array.isArray(value) && value.every(isObject)],
    exemplarFilter: oneOf('always_on', 'always_off', 'trace_based'),
    viewMatchingMode: oneOf('independent', 'composable'),
    meterConfigurator: configurator,
    logRecordProcessors: arrayOf('onEmit'),
    logRecordLimits: limits,
    loggerConfigurator: configurator,
    textMapPropagator: orNull(objectWith('inject', 'extract')),
    contextManager: orNull(objectWith('active', 'with')),
    takeover: flag,
    exitHandlers: flag,
  };
}

/** Our own words, which need no look: `shown` takes a regular expression, of which a start has no use. */
function oneOf(...words: unknown[]): Check {
  return [words.map((word) => JSON.stringify(word)).join(', '), (value) => words.includes(value)];
}

function objectWith(...methods: string[]): Check {
  const holds = (value: unknown): boolean => methods.every((method) => has(value, method, 'function'));
  return [`an object with ${methods.join('() and ')}()`, holds];
}

function arrayOf(...methods: string[]): Check {
  const [allowed, holds] = objectWith(...methods);
  return [
    allowed.replace('an object', 'an array of objects'),
    (value) => Array.isArray(value) && value.every(holds),
  ];
}

function orNull([allowed, holds]: Check): Check {
  return [`null or ${allowed}`, (value) => value === null || holds(value)];
}

/** @throws TypeError for a value that cannot work: names the option, what was given and what is allowed. */
export function checkOptions(options: unknown): asserts options is SdkOptions {
  if (!isObject(options)) {
    throw new TypeError(`startSdk: options must be an object; got ${shown(options)}`);
  }
  const given = options as Readonly<Record<string, unknown>>;
  const known = checks();
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  for (const [name, [allowed, holds]] of Object.entries(known)) {
    const value = given[name];
    if (value === undefined || holds(value)) continue;
    throw new TypeError(
      `startSdk: ${name} must be ${allowed}; got ${shown(value)}${isObject(value) ? ' without them' : ''}`,
    );
  }
  if (unknown.length > 0) {
    reportOnce(
      'warn',
      'option_unknown',
      unknown.join(),
      `startSdk: this version has no option ${unknown.join(', ')}; it has ${Object.keys(known).join(', ')}${hintFor(unknown)}`,
    );
  }
}

/** NodeSDK of the official SDK takes them itself. */
function hintFor(unknown: readonly string[]): string {
  return unknown.includes('instrumentations')
    ? "; instrumentations are for registerInstrumentations({ instrumentations }) of 'sonde/instrumentation'"
    : '';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(value: unknown, member: string, type: 'function' | 'object'): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const held = (value as Readonly<Record<string, unknown>>)[member];
  return typeof held === type && held !== null;
}
