import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { context } from '../api/context/context-api.ts';
import { clearSlot, readSlot } from '../api/global.ts';
import { logs } from '../api/logs/logs-api.ts';
import { propagation } from '../api/propagation/propagation-api.ts';
import { trace } from '../api/trace/trace-api.ts';
import { InMemoryLogRecordExporter } from '../exporters/memory/logs.ts';
import { InMemorySpanExporter } from '../exporters/memory/traces.ts';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import { resourceFromAttributes } from '../sdk/common/resource.ts';
import { SimpleLogRecordProcessor } from '../sdk/logs/simple-processor.ts';
import { ManualMetricReader } from '../sdk/metrics/manual-reader.ts';
import { SimpleSpanProcessor } from '../sdk/traces/simple-processor.ts';
import type { SdkOptions } from './options.ts';
import type { Sdk } from './sdk.ts';
import { startSdk } from './start.ts';

const said: string[] = [];
let running: Sdk | undefined;

/** Starts with spans kept in memory and no handlers for the process's end. */
function start(options: SdkOptions = {}): { sdk: Sdk; exporter: InMemorySpanExporter } {
  const exporter = new InMemorySpanExporter();
  const sdk = startSdk({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    metricReaders: [],
    exitHandlers: false,
    autoDetectResources: false,
    ...options,
  });
  running = sdk;
  return { sdk, exporter };
}

/** Spans wait for a flush: a simple processor waits for the resource. */
async function namesOf(sdk: Sdk, exporter: InMemorySpanExporter): Promise<string[]> {
  await sdk.forceFlush();
  return exporter.getFinishedSpans().map((span) => span.name);
}

describe('startSdk', () => {
  beforeEach(() => {
    said.length = 0;
    setGlobalErrorHandler((error) => said.push(error.message));
  });
  afterEach(async () => {
    await running?.shutdown();
    running = undefined;
    trace.disable();
    for (const slot of ['context', 'propagation', 'trace', 'logs', 'metrics'] as const) clearSlot(slot);
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
    setGlobalErrorHandler(undefined);
  });

  it('makes provider, context manager and propagators global', async () => {
    const { sdk, exporter } = start({ serviceName: 'shop' });
    const carrier: Record<string, string> = {};
    await trace.getTracer('t').startActiveSpan('parent', async (parent) => {
      await Promise.resolve();
      trace.getTracer('t').startSpan('child').end();
      propagation.inject(context.active(), carrier);
      parent.end();
    });
    assert.deepEqual(await namesOf(sdk, exporter), ['child', 'parent']);
    const [child, parent] = exporter.getFinishedSpans();
    assert.equal(child?.parentSpanContext?.spanId, parent?.spanContext().spanId);
    assert.equal(child?.resource.attributes['service.name'], 'shop');
    assert.match(carrier['traceparent'] ?? '', /^00-/);
  });

  it('makes the logger provider global, with the resource, limits and processors that were given', async () => {
    const early = logs.getLogger('early');
    const logExporter = new InMemoryLogRecordExporter();
    const { sdk } = start({
      serviceName: 'shop',
      logRecordProcessors: [new SimpleLogRecordProcessor(logExporter)],
      logRecordLimits: { attributeCountLimit: 1 },
    });
    for (const logger of [early, logs.getLogger('t'), sdk.loggerProvider.getLogger('t')]) {
      logger.emit({ body: 'kept', attributes: { a: 1, b: 2 } });
    }
    await sdk.forceFlush();
    const records = logExporter.getFinishedLogRecords();
    assert.deepEqual(
      records.map((record) => record.body),
      ['kept', 'kept', 'kept'],
    );
    assert.deepEqual(records[0]?.attributes, { a: 1 });
    assert.equal(records[0]?.resource.attributes['service.name'], 'shop');
    await sdk.shutdown();
    early.emit({ body: 'late' });
    assert.deepEqual(logExporter.getFinishedLogRecords(), []);
  });

  it('leaves the logger provider of someone else alone and names it', () => {
    const theirs = { getLogger: () => ({ emit: () => {}, enabled: () => true }) };
    logs.setGlobalLoggerProvider(theirs);
    start();
    assert.match(said.join('\n'), /global logger provider alone/);
  });

  it('wakes tracers that were made before it', async () => {
    const tracer = trace.getTracer('early');
    assert.equal(tracer.startSpan('lost').isRecording(), false);
    const { sdk, exporter } = start();
    tracer.startSpan('kept').end();
    assert.deepEqual(await namesOf(sdk, exporter), ['kept']);
  });

  it('returns the running SDK when called again, changes nothing and says so once', () => {
    const { sdk } = start();
    const provider = trace.getTracerProvider();
    assert.equal(startSdk({ serviceName: 'other' }), sdk);
    assert.equal(startSdk(), sdk);
    assert.equal(trace.getTracerProvider(), provider);
    assert.equal(said.filter((line) => line.includes('while an SDK is running')).length, 1);
  });

  it('starts anew after a shutdown and takes its own places over', async () => {
    const first = start();
    await first.sdk.shutdown();
    const second = start();
    assert.notEqual(second.sdk, first.sdk);
    trace.getTracer('t').startSpan('late').end();
    assert.deepEqual(await namesOf(second.sdk, second.exporter), ['late']);
    assert.deepEqual(
      said.filter((line) => line.includes('alone')),
      [],
    );
  });

  it('leaves what someone else has registered alone and names it, unless it may take over', async () => {
    const theirs = {
      getTracer: () => trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }) as never,
    };
    trace.setGlobalTracerProvider(theirs);
    const first = start();
    trace.getTracer('t').startSpan('theirs');
    assert.deepEqual(await namesOf(first.sdk, first.exporter), []);
    first.sdk.tracerProvider.getTracer('t').startSpan('ours').end();
    assert.deepEqual(await namesOf(first.sdk, first.exporter), ['ours']);
    assert.ok(
      said.some((line) => /global tracer provider alone.*takeover/.test(line)),
      said.join('\n'),
    );
    await first.sdk.shutdown();
    const second = start({ takeover: true });
    trace.getTracer('t').startSpan('taken').end();
    assert.deepEqual(await namesOf(second.sdk, second.exporter), ['taken']);
  });

  it('registers no context manager and no propagator when told null', () => {
    start({ contextManager: null, textMapPropagator: null });
    trace.getTracer('t').startSpan('a').end();
    assert.equal(readSlot('context'), undefined);
    assert.equal(readSlot('propagation'), undefined);
    assert.notEqual(readSlot('trace'), undefined);
  });

  it('records nothing when disabled, and still carries contexts and baggage on', async () => {
    process.env['OTEL_SDK_DISABLED'] = 'TRUE';
    const { sdk, exporter } = start();
    assert.equal(sdk.tracerProvider.getTracer('t').startSpan('a').isRecording(), false);
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, baggage: 'k=v' };
    const carrier: Record<string, string> = {};
    await context.with(propagation.extract(context.active(), headers), async () => {
      await Promise.resolve();
      propagation.inject(context.active(), carrier);
    });
    assert.deepEqual(carrier, headers);
    assert.deepEqual(await namesOf(sdk, exporter), []);
  });

  it('lets code win over the environment, and the environment over detectors', () => {
    process.env['OTEL_SERVICE_NAME'] = 'from-environment';
    process.env['OTEL_RESOURCE_ATTRIBUTES'] =
      'host.name=given,deployment.environment.name=test,team=environment';
    const { exporter, sdk } = start({
      autoDetectResources: true,
      serviceName: 'from-option',
      resource: resourceFromAttributes({ team: 'code' }),
    });
    sdk.tracerProvider.getTracer('t').startSpan('a').end();
    return namesOf(sdk, exporter).then(() => {
      const attributes = exporter.getFinishedSpans()[0]?.resource.attributes ?? {};
      assert.deepEqual(
        ['service.name', 'host.name', 'deployment.environment.name', 'team'].map((key) => attributes[key]),
        ['from-option', 'given', 'test', 'code'],
      );
      assert.equal(typeof attributes['process.pid'], 'number');
      assert.equal(typeof attributes['service.instance.id'], 'string');
    });
  });

  it('does not look at OTEL_TRACES_EXPORTER when code gives an exporter or processors', async () => {
    process.env['OTEL_TRACES_EXPORTER'] = 'zipkin';
    const traceExporter = new InMemorySpanExporter();
    const { sdk, exporter } = start({ traceExporter });
    trace.getTracer('t').startSpan('a').end();
    assert.deepEqual(await namesOf(sdk, exporter), ['a']);
    assert.equal(traceExporter.getFinishedSpans().length, 1);
    assert.deepEqual(said, []);
  });

  it('names the variables that this version does not obey', () => {
    process.env['OTEL_ENTITIES'] = '5';
    process.env['OTEL_CONFIG_FILE'] = 'otel.yaml';
    start();
    assert.deepEqual(said, [
      'This version does not obey OTEL_ENTITIES, OTEL_CONFIG_FILE yet: what they set has no effect',
    ]);
  });

  it('switches everything off where none stands beside other exporters, and says so', async () => {
    process.env['OTEL_TRACES_EXPORTER'] = 'none,otlp';
    running = startSdk({ exitHandlers: false, metricReaders: [] });
    assert.match(said.join('\n'), /none stands beside other values/);
  });

  it('hands every configurator, and how views match, to its provider', async () => {
    const asked: string[] = [];
    const off = (signal: string) => (scope: { readonly name: string }) => {
      asked.push(signal);
      return { enabled: scope.name !== 'off' };
    };
    const reader = new ManualMetricReader();
    const view = { instrumentName: 'orders', name: 'o' };
    const { sdk } = start({
      metricReaders: [reader],
      logRecordProcessors: [],
      tracerConfigurator: off('traces'),
      meterConfigurator: off('metrics'),
      loggerConfigurator: off('logs'),
      views: [
        { ...view, description: 'first' },
        { ...view, description: 'last' },
      ],
      viewMatchingMode: 'composable',
    });
    assert.equal(sdk.tracerProvider.getTracer('off').startSpan('s').isRecording(), false);
    assert.equal(sdk.tracerProvider.getTracer('on').startSpan('s').isRecording(), true);
    assert.equal(sdk.meterProvider.getMeter('off').createCounter('c').enabled(), false);
    sdk.meterProvider.getMeter('on').createCounter('orders').add(1);
    sdk.loggerProvider.getLogger('on').emit({ body: 'b' });
    assert.deepEqual([...new Set(asked)].sort(), ['logs', 'metrics', 'traces']);
    const { scopeMetrics } = (await reader.collect()).resourceMetrics;
    const metrics = scopeMetrics.filter(({ scope }) => scope.name === 'on').flatMap((each) => each.metrics);
    assert.deepEqual(
      metrics.map(({ descriptor }) => [descriptor.name, descriptor.description]),
      [['o', 'last']],
    );
  });

  it('throws for options that cannot work, by name, and has started nothing', () => {
    const wrong: [string, unknown][] = [
      ['serviceName', ''],
      ['serviceName', 7],
      ['resource', {}],
      ['autoDetectResources', 'yes'],
      ['resourceDetectors', [{}]],
      ['traceExporter', { export: () => {} }],
      ['spanProcessors', {}],
      ['spanProcessors', [null]],
      ['sampler', 'always_on'],
      ['spanLimits', 128],
      ['idGenerator', { generateTraceId: () => '' }],
      ['logRecordProcessors', [{ onStart: () => {} }]],
      ['logRecordLimits', 128],
      ['tracerConfigurator', {}],
      ['meterConfigurator', 'off'],
      ['loggerConfigurator', []],
      ['viewMatchingMode', 'sometimes'],
      ['textMapPropagator', 'b3'],
      ['contextManager', {}],
      ['takeover', 1],
      ['exitHandlers', 0],
    ];
    for (const [name, value] of wrong) {
      assert.throws(
        () => startSdk({ [name]: value } as never),
        new RegExp(`startSdk: ${name} must be`),
        name,
      );
    }
    assert.throws(() => startSdk(null as never), /options must be an object/);
    assert.throws(() => start({ spanLimits: { eventCountLimit: -1 } }), /eventCountLimit/);
    assert.equal(readSlot('trace'), undefined);
  });

  it('says which options it does not have', () => {
    start({ traceExporters: [] } as never);
    assert.match(said.join('\n'), /no option traceExporters; it has serviceName,/);
  });

  it('flushes and shuts down all providers, tells what failed, and does it once', async () => {
    let shutdowns = 0;
    const failing = {
      onStart: () => {},
      onEnd: () => {},
      forceFlush: () => Promise.reject(new Error('no network')),
      shutdown: async () => {
        shutdowns++;
      },
    };
    const { sdk } = start({ spanProcessors: [failing] });
    await assert.rejects(sdk.forceFlush(), /no network/);
    await assert.rejects(sdk.shutdown(), /no network/);
    await assert.rejects(sdk.shutdown(), /no network/);
    assert.equal(shutdowns, 1);
    running = undefined;
  });

  it('ends itself when it is disposed of', async () => {
    const { sdk, exporter } = start();
    await sdk[Symbol.asyncDispose]();
    sdk.tracerProvider.getTracer('t').startSpan('late').end();
    assert.deepEqual(exporter.getFinishedSpans(), []);
    const next = start();
    assert.notEqual(next.sdk, sdk);
  });
});
