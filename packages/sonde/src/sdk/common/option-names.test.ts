import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { ConsoleSpanExporter } from '../../exporters/console/traces.ts';
import { JaegerExporter } from '../../exporters/jaeger/traces.ts';
import { InMemoryMetricExporter } from '../../exporters/memory/metrics.ts';
import { OTLPFileTraceExporter } from '../../exporters/otlp-file/traces.ts';
import { PrometheusExporter } from '../../exporters/prometheus/metrics.ts';
import { ZipkinExporter } from '../../exporters/zipkin/traces.ts';
import { OTLPMetricExporter } from '../../otlp/metrics/exporter.ts';
import { OTLPTraceExporter } from '../../otlp/traces/exporter.ts';
import { BatchLogRecordProcessor } from '../logs/batch-processor.ts';
import { LoggerProvider } from '../logs/provider.ts';
import { SimpleLogRecordProcessor } from '../logs/simple-processor.ts';
import { PeriodicExportingMetricReader } from '../metrics/periodic-reader.ts';
import { MeterProvider } from '../metrics/provider.ts';
import { BatchSpanProcessor } from '../traces/batch-processor.ts';
import { TracerProvider } from '../traces/provider.ts';
import { AlwaysOnSampler } from '../traces/samplers/always-on-sampler.ts';
import { ParentBasedSampler } from '../traces/samplers/parent-based-sampler.ts';
import { SimpleSpanProcessor } from '../traces/simple-processor.ts';
import { setGlobalErrorHandler } from './diagnostics.ts';
import { reportMisspelt } from './option-names.ts';

let said: string[] = [];
beforeEach(() => {
  said = [];
  setGlobalErrorHandler(({ code, message }) => said.push(`${code}: ${message}`));
});
afterEach(() => setGlobalErrorHandler(undefined));

const exporter = { export() {}, shutdown: () => Promise.resolve() } as never;
const pushed = new InMemoryMetricExporter();

type Maker = (options: object) => unknown;
const batches: Maker = (options) => new BatchSpanProcessor({ exporter, ...options });

describe('a misspelt option', () => {
  const wrong: readonly (readonly [owner: string, given: string, meant: string, make: Maker])[] = [
    ['BatchSpanProcessor', 'maxQueueSzie', 'maxQueueSize', batches],
    ['BatchSpanProcessor', 'maxqueuesize', 'maxQueueSize', (o) => new BatchSpanProcessor(exporter, o)],
    [
      'BatchLogRecordProcessor',
      'scheduleDelayMillis',
      'scheduledDelayMillis',
      (o) => new BatchLogRecordProcessor({ exporter, ...o }),
    ],
    [
      'PeriodicExportingMetricReader',
      'exportIntervallMillis',
      'exportIntervalMillis',
      (o) => new PeriodicExportingMetricReader({ exporter: pushed, ...o }),
    ],
    [
      'SimpleSpanProcessor',
      'meterprovider',
      'meterProvider',
      (o) => new SimpleSpanProcessor({ exporter, ...o }),
    ],
    [
      'SimpleLogRecordProcessor',
      'meterProvidr',
      'meterProvider',
      (o) => new SimpleLogRecordProcessor({ exporter, ...o }),
    ],
    [
      'ParentBasedSampler',
      'remoteParentSampeld',
      'remoteParentSampled',
      (o) => new ParentBasedSampler({ root: new AlwaysOnSampler(), ...o }),
    ],
    ['TracerProvider', 'spanProcessor', 'spanProcessors', (o) => new TracerProvider(o)],
    ['MeterProvider', 'reader', 'readers', (o) => new MeterProvider(o)],
    ['LoggerProvider', 'processor', 'processors', (o) => new LoggerProvider(o)],
    ['OTLP exporter', 'header', 'headers', (o) => new OTLPTraceExporter(o)],
    ['OTLP exporter', 'URL', 'url', (o) => new OTLPMetricExporter(o)],
    ['OTLP exporter', 'temporalityPreferance', 'temporalityPreference', (o) => new OTLPMetricExporter(o)],
    ['OTLP exporter', 'timeoutMilis', 'timeoutMillis', (o) => new OTLPTraceExporter(o)],
    ['OTLP file exporter', 'outputstream', 'outputStream', (o) => new OTLPFileTraceExporter(o)],
    ['Zipkin exporter', 'servicename', 'serviceName', (o) => new ZipkinExporter(o)],
    ['Jaeger exporter', 'endpoints', 'endpoint', (o) => new JaegerExporter(o)],
    ['ConsoleSpanExporter', 'colours', 'colors', (o) => new ConsoleSpanExporter(o)],
    [
      'PrometheusExporter',
      'appendTimestamps',
      'appendTimestamp',
      (o) => new PrometheusExporter({ preventServerStart: true, ...o }),
    ],
  ];
  for (const [owner, given, meant, make] of wrong) {
    it(`of a ${owner} is said once: ${given}`, () => {
      for (let count = 0; count < 3; count++) make({ [given]: undefined });
      const text = `option_unknown: ${owner}: there is no option "${given}", so it changes nothing; was ${meant} meant?`;
      assert.deepEqual(said, [text]);
    });
  }

  it('is found within another option too', () => {
    new OTLPTraceExporter({ tls: { cafile: undefined } as never });
    new OTLPFileTraceExporter({ rotation: { maxFile: undefined } as never });
    new TracerProvider({ spanLimits: { eventCountlimit: 1 } as never });
    new LoggerProvider({ logRecordLimits: { attributesCountLimit: 1 } as never });
    assert.deepEqual(
      said.map((line) => line.replace(/^option_unknown: /, '')),
      [
        'OTLP exporter: there is no option tls."cafile", so it changes nothing; was tls.caFile meant?',
        'OTLP file exporter: there is no option rotation."maxFile", so it changes nothing; was rotation.maxFiles meant?',
        'TracerProvider: there is no option spanLimits."eventCountlimit", so it changes nothing; was spanLimits.eventCountLimit meant?',
        'LoggerProvider: there is no option logRecordLimits."attributesCountLimit", so it changes nothing; was logRecordLimits.attributeCountLimit meant?',
      ],
    );
  });

  it('is the nearest of several', () => {
    reportMisspelt('nearest', { reads: 1 }, ['readers', 'reader', 'read']);
    assert.match(said.join(), /was read meant/);
  });

  it('is two letters from a name at most, and from a short name one', () => {
    const nearly = (given: string, known: string): number => {
      const before = said.length;
      reportMisspelt(`near ${given}`, { [given]: 1 }, [known]);
      return said.length - before;
    };
    assert.deepEqual([nearly('maxQueueSiz', 'maxQueueSize'), nearly('maxQueueSi', 'maxQueueSize')], [1, 1]);
    assert.equal(nearly('maxQueueS', 'maxQueueSize'), 0);
    assert.deepEqual([nearly('uri', 'url'), nearly('ur', 'url'), nearly('ssl', 'tls')], [1, 1, 0]);
    assert.deepEqual([nearly('hosts', 'host'), nearly('hostname', 'host')], [1, 0]);
  });
});

/** All that the official SDK's classes of the same names take, 2.x and 3.x, and ours do not. */
const OFFICIAL: Readonly<Record<string, readonly [make: Maker, names: readonly string[]]>> = {
  batches: [batches, ['disableAutoFlushOnDocumentHide', 'selfObsMeterProvider', 'meterProvider']],
  reader: [
    (o) => new PeriodicExportingMetricReader({ exporter: pushed, ...o }),
    ['meterProvider', 'selfObsMeterProvider'],
  ],
  tracers: [
    (o) => new TracerProvider(o),
    ['forceFlushTimeoutMillis', 'generalLimits', 'mergeResourceWithDefaults', 'timeoutMillis'],
  ],
  meters: [
    (o) => new MeterProvider(o),
    ['sdkMetricsEnabled', 'mergeResourceWithDefaults', 'timeoutMillis', 'interval'],
  ],
  loggers: [
    (o) => new LoggerProvider(o),
    ['forceFlushTimeoutMillis', 'mergeResourceWithDefaults', 'timeoutMillis'],
  ],
  otlp: [
    (o) => new OTLPTraceExporter(o),
    [
      'hostname',
      'agentOptions',
      'agentFactory',
      'attributes',
      'debug',
      'selfObsMeterProvider',
      'credentials_',
    ],
  ],
  prometheus: [
    (o) => new PrometheusExporter({ preventServerStart: true, ...o }),
    ['meterProvider', 'selfObsMeterProvider', 'aggregationTemporalitySelector'],
  ],
};

describe('what nobody knows', () => {
  for (const [what, [make, names]] of Object.entries(OFFICIAL)) {
    it(`is left alone: ${what} with ${names.join(', ')}`, () => {
      make(Object.fromEntries(names.map((name) => [name, undefined])));
      assert.deepEqual(said, []);
    });
  }

  it('and what is known is never read', () => {
    const options = Object.defineProperty({}, 'reader', {
      enumerable: true,
      get: () => assert.fail('read'),
    });
    new MeterProvider(options);
    assert.equal(said.length, 0, 'said before, of the same owner and name');
    reportMisspelt('getter', options, ['readers']);
    assert.equal(said.length, 1);
  });

  it('can be a proxy that throws, or no object at all', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const options of [proxy, null, undefined, 5, 'text']) reportMisspelt('o', options as object, ['a']);
    assert.deepEqual(said, []);
  });

  it('is told on one line of bounded length, and ends, whatever the names', () => {
    const names = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('reader', 'VIEWS', 'constructor', '__proto__')),
    );
    fc.assert(
      fc.property(names, fc.uuid(), (given, owner) => {
        said = [];
        reportMisspelt(owner, Object.fromEntries(given.map((name) => [name, 1])), [
          'readers',
          'views',
          'resource',
        ]);
        for (const line of said) assert.match(line, /^[^\p{Cc}]{1,300}$/u);
      }),
      { numRuns: 1_000 },
    );
    const long = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => ['x'.repeat(1_000) + index, 1]),
    );
    reportMisspelt('long', long, ['readers', 'x'.repeat(1_001)]);
  });
});
