/** Rows CONS: the console exporter and the one in memory. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runAlone } from './environment-bed.ts';
import { resources, sdk } from './subject.ts';

/** Everything that `work` writes to the standard output. */
async function written(work: () => Promise<void>): Promise<string> {
  const { write } = process.stdout;
  const { log, dir } = console;
  let text = '';
  const take = (more: unknown): boolean => {
    text += typeof more === 'string' ? more : JSON.stringify(more);
    return true;
  };
  process.stdout.write = take as never;
  console.log = take;
  console.dir = take;
  try {
    await work();
  } finally {
    process.stdout.write = write;
    console.log = log;
    console.dir = dir;
  }
  return text;
}

describe('console and memory', () => {
  it('CONS-01 the console exporter prints what a span has to the standard output', async () => {
    const text = await written(async () => {
      const provider = new sdk.TracerProvider({
        resource: resources.resourceFromAttributes({ 'service.name': 'shop' }),
        spanProcessors: [new sdk.SimpleSpanProcessor({ exporter: new sdk.ConsoleSpanExporter() })],
      });
      const span = provider.getTracer('t').startSpan('checkout', { kind: 1, attributes: { 'order.id': 42 } });
      span.addEvent('paid').end();
      await provider.shutdown();
      assert.match(span.spanContext().traceId, /./);
    });
    for (const word of ['checkout', 'order.id', '42', 'paid', 'service.name', 'shop', 'traceId']) {
      assert.ok(text.includes(word), `${word} in\n${text}`);
    }
  });

  it('CONS-01 the console exporter prints what a log record has to the standard output', async () => {
    const text = await written(async () => {
      const provider = new sdk.LoggerProvider({
        resource: resources.resourceFromAttributes({ 'service.name': 'shop' }),
        processors: [new sdk.SimpleLogRecordProcessor({ exporter: new sdk.ConsoleLogRecordExporter() })],
      });
      provider.getLogger('t').emit({ severityNumber: 17, body: 'declined', attributes: { 'order.id': 42 } });
      await provider.shutdown();
    });
    for (const word of ['declined', '17', 'order.id', '42']) {
      assert.ok(text.includes(word), `${word} in\n${text}`);
    }
  });

  it('CONS-04 log records are kept in memory until they are forgotten', () => {
    const exporter = new sdk.InMemoryLogRecordExporter();
    const provider = new sdk.LoggerProvider({ processors: [new sdk.SimpleLogRecordProcessor({ exporter })] });
    provider.getLogger('t').emit({ body: 'kept' });
    assert.deepEqual(
      exporter.getFinishedLogRecords().map((record) => record.body),
      ['kept'],
    );
    exporter.reset();
    assert.deepEqual(exporter.getFinishedLogRecords(), []);
  });

  it('CONS-01 the console exporter prints what a metric has to the standard output', async () => {
    const text = await written(async () => {
      const reader = new sdk.PeriodicExportingMetricReader({
        exporter: new sdk.ConsoleMetricExporter(),
        exportIntervalMillis: 3_600_000,
      });
      const provider = new sdk.MeterProvider({ readers: [reader] });
      provider.getMeter('t').createHistogram('wait.time', { unit: 'ms' }).record(142.5, { 'order.id': 42 });
      await provider.shutdown();
    });
    for (const word of ['wait.time', 'ms', '142.5', 'order.id', '42']) {
      assert.ok(text.includes(word), `${word} in\n${text}`);
    }
  });

  it('CONS-03 the console exporter of metrics asks for the temporality that it is told', () => {
    const { CUMULATIVE, DELTA } = sdk.AggregationTemporality;
    const temporalityOf = (options?: object) =>
      new sdk.ConsoleMetricExporter(options as never).selectAggregationTemporality('COUNTER');
    assert.equal(temporalityOf(), CUMULATIVE);
    assert.equal(temporalityOf({ temporalitySelector: () => DELTA }), DELTA);
  });

  it('CONS-04 metrics are kept in memory, of the temporality that was asked for, until they are forgotten', async () => {
    const { CUMULATIVE, DELTA } = sdk.AggregationTemporality;
    for (const [temporality, last] of [
      [CUMULATIVE, 30],
      [DELTA, 20],
    ] as const) {
      const exporter = new sdk.InMemoryMetricExporter(temporality);
      const reader = new sdk.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
      const provider = new sdk.MeterProvider({ readers: [reader] });
      const counter = provider.getMeter('t').createCounter('kept');
      counter.add(10);
      await provider.forceFlush();
      counter.add(20);
      await provider.forceFlush();
      const values = exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
        .filter(({ descriptor }) => descriptor.name === 'kept')
        .map(({ dataPoints }) => dataPoints[0]?.value);
      assert.deepEqual(values, [10, last]);
      exporter.reset();
      assert.deepEqual(exporter.getMetrics(), []);
      await provider.shutdown();
    }
  });

  it('CONS-01 its documentation says that the format is not stable and names the file exporter', () => {
    for (const signal of ['traces', 'metrics', 'logs']) {
      const declarations = new URL(`../../dist/esm/exporters/console/${signal}.d.ts`, import.meta.url);
      const words = readFileSync(declarations, 'utf8').replace(/[\s*]+/g, ' ');
      assert.match(words, /the format may change in any version/);
      assert.match(words, /OTLP file exporter/);
    }
  });

  it('CONS-02 the console that the environment asks for prints each span as it ends', async () => {
    const program = `
      import { trace } from 'sonde';
      import { startSdk } from 'sonde/sdk';
      startSdk({ autoDetectResources: false });
      trace.getTracer('t').startSpan('at once').end();
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);
    `;
    const { stdout } = await runAlone(program, { OTEL_TRACES_EXPORTER: 'console' });
    assert.equal(JSON.parse(stdout).name, 'at once');
  });

  it('CONS-02 ENV-43 the console that the environment asks for prints each log record as it is emitted', async () => {
    const program = `
      import { logs } from 'sonde';
      import { startSdk } from 'sonde/sdk';
      startSdk({ autoDetectResources: false });
      logs.getLogger('t').emit({ body: 'at once' });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);
    `;
    const { stdout } = await runAlone(program, { OTEL_LOGS_EXPORTER: 'console' });
    assert.equal(JSON.parse(stdout).body, 'at once');
  });

  it('CONS-04 the exporter in memory keeps spans until it is reset, and none after shutdown', async () => {
    const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = sdk;
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const tracer = provider.getTracer('t');
    tracer.startSpan('a').end();
    tracer.startSpan('b').end();
    await provider.forceFlush();
    assert.deepEqual(
      exporter.getFinishedSpans().map((span) => span.name),
      ['a', 'b'],
    );
    exporter.reset();
    assert.deepEqual(exporter.getFinishedSpans(), []);
    tracer.startSpan('c').end();
    await provider.shutdown();
    assert.deepEqual(exporter.getFinishedSpans(), []);
  });
});
