/**
 * Whatever an option is given: a constructor takes it, or says in one line which option it was, and never stumbles over
 * the value while it says so.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ConsoleLogRecordExporter } from '../exporters/console/logs.ts';
import { ConsoleMetricExporter } from '../exporters/console/metrics.ts';
import { ConsoleSpanExporter } from '../exporters/console/traces.ts';
import { JaegerExporter } from '../exporters/jaeger/traces.ts';
import { InMemoryMetricExporter } from '../exporters/memory/metrics.ts';
import { OTLPFileTraceExporter } from '../exporters/otlp-file/traces.ts';
import { PrometheusExporter } from '../exporters/prometheus/metrics.ts';
import { ZipkinExporter } from '../exporters/zipkin/traces.ts';
import { RuntimeNodeInstrumentation } from '../instrumentation/runtime/instrumentation.ts';
import { OTLPMetricExporter } from '../otlp/metrics/exporter.ts';
import { B3Propagator } from '../propagators/b3.ts';
import { resourceFromAttributes } from '../sdk/common/resource.ts';
import { BatchLogRecordProcessor } from '../sdk/logs/batch-processor.ts';
import { LoggerProvider } from '../sdk/logs/provider.ts';
import { PeriodicExportingMetricReader } from '../sdk/metrics/periodic-reader.ts';
import { MeterProvider } from '../sdk/metrics/provider.ts';
import { TemporalityConverter } from '../sdk/metrics/temporality/converter.ts';
import { BatchSpanProcessor } from '../sdk/traces/batch-processor.ts';
import { TracerProvider } from '../sdk/traces/provider.ts';
import { ParentBasedSampler } from '../sdk/traces/samplers/parent-based-sampler.ts';
import { ProbabilitySampler } from '../sdk/traces/samplers/probability-sampler.ts';
import { TraceIdRatioBasedSampler } from '../sdk/traces/samplers/trace-id-ratio-based-sampler.ts';
import { startSdk } from './start.ts';

const exporter = { export() {}, shutdown: () => Promise.resolve() } as never;
const pushed = new InMemoryMetricExporter();

function boom(): never {
  throw new Error('hands off');
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** What some options take, and others cannot even turn into text. */
const HOSTILE: readonly unknown[] = [
  Symbol('\u001b[31m'.repeat(100)),
  10n ** 4_000n,
  '\u001b[2J\n\u202e'.repeat(10_000),
  Object.create(null),
  { toString: boom, valueOf: boom, toJSON: boom, [Symbol.toPrimitive]: boom },
  [Object.create(null), Symbol('s')],
  Number.NaN,
  -1.5,
];

/** Nothing that any option takes. */
function isNeverRight(value: unknown): boolean {
  return typeof value === 'symbol' || typeof value === 'bigint';
}

type Maker = (options: never) => unknown;

const CONSTRUCTORS: Readonly<Record<string, readonly [make: Maker, options: string]>> = {
  BatchSpanProcessor: [
    (options: object) => new BatchSpanProcessor({ exporter, ...options }),
    'exporter maxQueueSize scheduledDelayMillis maxExportBatchSize exportTimeoutMillis onFull',
  ],
  BatchLogRecordProcessor: [
    (options: object) => new BatchLogRecordProcessor({ exporter, ...options }),
    'exporter maxQueueSize scheduledDelayMillis maxExportBatchSize exportTimeoutMillis onFull',
  ],
  PeriodicExportingMetricReader: [
    (options: object) => new PeriodicExportingMetricReader({ exporter: pushed, ...options }),
    'exporter exportIntervalMillis exportTimeoutMillis maxExportBatchSize cardinalityLimits metricProducers metricFilter',
  ],
  TracerProvider: [
    (options: object) => new TracerProvider(options),
    'sampler spanLimits resource spanProcessors tracerConfigurator',
  ],
  MeterProvider: [
    (options: object) => new MeterProvider(options),
    'resource readers views viewMatchingMode exemplarFilter meterConfigurator',
  ],
  LoggerProvider: [
    (options: object) => new LoggerProvider(options),
    'resource logRecordLimits processors loggerConfigurator',
  ],
  OTLPMetricExporter: [
    (options: object) => new OTLPMetricExporter(options),
    'protocol url headers metadata timeoutMillis compression tls proxy concurrencyLimit keepAlive httpAgentOptions userAgent ' +
      'maxRequestBytes maxResponseBytes maxBufferBytes maxRetryAgeMillis retry waitOnShutdown temporalityPreference aggregationPreference',
  ],
  OTLPFileTraceExporter: [
    (options: object) => new OTLPFileTraceExporter(options),
    'rotation maxLineBytes maxBufferBytes maxRetryAgeMillis timeoutMillis waitOnShutdown',
  ],
  ZipkinExporter: [
    (options: object) => new ZipkinExporter(options),
    'url headers getExportRequestHeaders serviceName statusCodeTagName statusErrorTagName compression timeoutMillis retry',
  ],
  JaegerExporter: [
    (options: object) => new JaegerExporter(options),
    'protocol endpoint host port username password maxPacketSize tags serviceName headers timeoutMillis retry',
  ],
  PrometheusExporter: [
    (options: object) => new PrometheusExporter({ preventServerStart: true, ...options }),
    'host port endpoint prefix translationStrategy appendTimestamp withResourceConstantLabels withoutTargetInfo withoutScopeInfo cluster metricFilter',
  ],
  ConsoleSpanExporter: [(options: object) => new ConsoleSpanExporter(options), 'format stream'],
  ConsoleMetricExporter: [
    (options: object) => new ConsoleMetricExporter(options),
    'format stream temporalitySelector',
  ],
  ConsoleLogRecordExporter: [(options: object) => new ConsoleLogRecordExporter(options), 'format stream'],
  ParentBasedSampler: [(options: never) => new ParentBasedSampler(options), 'root'],
  B3Propagator: [(options: object) => new B3Propagator(options), 'injectEncoding'],
  RuntimeNodeInstrumentation: [
    (options: object) => new RuntimeNodeInstrumentation({ enabled: false, ...options }),
    'monitoringPrecision',
  ],
  startSdk: [
    (options: object) => startSdk(options),
    'serviceName resource resourceDetectors traceExporter spanProcessors sampler spanLimits idGenerator tracerConfigurator ' +
      'metricReaders views exemplarFilter viewMatchingMode meterConfigurator logRecordProcessors logRecordLimits ' +
      'loggerConfigurator textMapPropagator contextManager takeover exitHandlers autoDetectResources',
  ],
};

/** What it is said of a value where it is no option by name. */
const POSITIONAL: Readonly<Record<string, (value: never) => unknown>> = {
  'a ratio of a TraceIdRatioBasedSampler': (value) => new TraceIdRatioBasedSampler(value),
  'a ratio of a ProbabilitySampler': (value) => new ProbabilitySampler(value),
  'an aggregationTemporality': (value) => new InMemoryMetricExporter(value),
  'a temporality': (value) => new TemporalityConverter(value),
  'a resource': (value) => resourceFromAttributes(value),
};

/** The error of a call, which has to be one of ours; undefined where there is none. */
function refusalOf(call: () => unknown, mention: RegExp): Error | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
    assert.match(error.message, mention);
    assert.match(error.message, /^[^\p{Cc}\u202a-\u202e\u2066-\u2069]{1,1200}$/u);
    return error;
  }
}

for (const [name, [make, list]] of Object.entries(CONSTRUCTORS)) {
  describe(`options of ${name}`, () => {
    for (const option of list.split(' ')) {
      it(`${option}: taken, or refused in one line that names it`, () => {
        for (const value of HOSTILE) {
          if (name === 'startSdk' && !isNeverRight(value)) continue;
          refusalOf(() => make({ [option]: value } as never), new RegExp(option));
        }
        const refused = HOSTILE.filter(
          (value) =>
            isNeverRight(value) &&
            refusalOf(() => make({ [option]: value } as never), new RegExp(option)) !== undefined,
        );
        assert.ok(refused.length > 0, 'an option that takes anything is not checked');
      });
    }
  });
}

describe('values that have no name', () => {
  for (const [what, make] of Object.entries(POSITIONAL)) {
    it(`${what}: taken, or refused in one line`, () => {
      for (const value of [...HOSTILE, revoked({}), revoked(boom)]) {
        refusalOf(() => make(value as never), /./);
      }
    });
  }
});

describe('any value', () => {
  it('is taken or refused by name', () => {
    const cases = Object.entries(CONSTRUCTORS).flatMap(([name, [make, list]]) =>
      name === 'startSdk' || name === 'OTLPFileTraceExporter'
        ? []
        : list.split(' ').map((option) => [make, option] as const),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.anything({ withBigInt: true, withNullPrototype: true }),
        ([make, option], value) => {
          refusalOf(() => make({ [option]: value } as never), new RegExp(option));
        },
      ),
      { numRuns: 3_000, verbose: true },
    );
  });
});
