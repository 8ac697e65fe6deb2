/** Rows FILE: OTLP as lines of JSON, in files and on standard output. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runAlone } from './environment-bed.ts';
import { otlpFile, sdk } from './subject.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-otlp-file-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

type Line = Readonly<Record<string, { scopeSpans: { spans: { name: string }[] }[] }[]>>;

function linesOf(text: string): Line[] {
  assert.ok(text.endsWith('\n'));
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

interface MetricsLine {
  readonly resourceMetrics: {
    scopeMetrics: {
      metrics: {
        name: string;
        sum?: { aggregationTemporality: number };
        histogram?: object;
        exponentialHistogram?: object;
      }[];
    }[];
  }[];
}

/** One collection of a counter and a histogram, as the line that it becomes. */
async function metricsUnder(variables: Record<string, string>): Promise<MetricsLine> {
  Object.assign(process.env, variables);
  const lines: string[] = [];
  try {
    const exporter = new otlpFile.OTLPFileMetricExporter({
      outputStream: { write: (line) => lines.push(line) },
    });
    const reader = new sdk.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 100_000 });
    const provider = new sdk.MeterProvider({ readers: [reader] });
    provider.getMeter('m').createCounter('counter').add(1);
    provider.getMeter('m').createHistogram('histogram').record(1);
    await provider.shutdown();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? '');
}

describe('OTLP in files', () => {
  it('FILE-01 JSON lines: UTF-8, a line break behind each, one object TracesData a line', async () => {
    const path = join(folder, 'one.jsonl');
    const exporter = new otlpFile.OTLPFileTraceExporter({ outputStream: path });
    const provider = new sdk.TracerProvider({
      spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })],
    });
    for (const name of ['grüße\n世界', 'two']) provider.getTracer('t').startSpan(name).end();
    await provider.shutdown();
    const bytes = readFileSync(path);
    assert.ok(!bytes.includes(13), 'no carriage return');
    const lines = linesOf(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    assert.deepEqual(lines.map(Object.keys), [['resourceSpans'], ['resourceSpans']]);
    assert.deepEqual(
      lines.map((line) => line['resourceSpans']?.[0]?.scopeSpans[0]?.spans[0]?.name),
      ['grüße\n世界', 'two'],
    );
  });

  it('FILE-02 the output stream is a file, any stream, and standard output by default', async () => {
    const path = join(folder, 'two.jsonl');
    const lines: string[] = [];
    const outputs = [path, { write: (line: string) => lines.push(line) }];
    const provider = new sdk.TracerProvider({
      spanProcessors: outputs.map(
        (outputStream) =>
          new sdk.BatchSpanProcessor({ exporter: new otlpFile.OTLPFileTraceExporter({ outputStream }) }),
      ),
    });
    provider.getTracer('t').startSpan('s').end();
    await provider.shutdown();
    assert.equal(readFileSync(path, 'utf8'), lines.join(''));
    const { stdout } = await runAlone(
      `import { OTLPFileTraceExporter } from 'sonde/otlp-file';
       import { SimpleSpanProcessor, TracerProvider } from 'sonde/sdk';
       const exporter = new OTLPFileTraceExporter();
       const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
       provider.getTracer('t').startSpan('usual').end();
       await provider.shutdown();`,
      {},
    );
    assert.match(stdout, /^\{"resourceSpans":.*"name":"usual".*\}\n$/);
  });

  it('FILE-03 the metric exporter obeys the variables of temporality and histograms', async () => {
    const metricsOf = ({ resourceMetrics }: MetricsLine) => resourceMetrics[0]!.scopeMetrics[0]!.metrics;
    const usual = metricsOf(await metricsUnder({}));
    assert.equal(usual.find(({ sum }) => sum)?.sum?.aggregationTemporality, 2);
    assert.ok(usual.some(({ histogram }) => histogram !== undefined));
    const told = metricsOf(
      await metricsUnder({
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
        OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
      }),
    );
    assert.equal(told.find(({ sum }) => sum)?.sum?.aggregationTemporality, 1);
    assert.ok(told.some(({ exponentialHistogram }) => exponentialHistogram !== undefined));
  });

  it('FILE-04 from the environment spans and log records come in batches', async () => {
    const { stdout, stderr } = await runAlone(
      `import { logs, trace } from 'sonde';
       import { startSdk } from 'sonde/sdk';
       const sdk = startSdk();
       for (const name of ['a', 'b', 'c']) trace.getTracer('t').startSpan(name).end();
       for (const body of ['x', 'y']) logs.getLogger('t').emit({ body });
       await sdk.shutdown();`,
      {
        OTEL_TRACES_EXPORTER: 'otlp/stdout',
        OTEL_LOGS_EXPORTER: 'otlp/stdout',
        OTEL_METRICS_EXPORTER: 'none',
      },
    );
    assert.equal(stderr, '');
    const lines = linesOf(stdout);
    assert.deepEqual(lines.map((line) => Object.keys(line)[0]).sort(), ['resourceLogs', 'resourceSpans']);
    const spans = lines
      .flatMap((line) => line['resourceSpans'] ?? [])
      .flatMap(({ scopeSpans }) => scopeSpans);
    assert.deepEqual(
      spans[0]?.spans.map(({ name }) => name),
      ['a', 'b', 'c'],
    );
  });

  it('ENV-44 all three signals go to standard output by the word otlp/stdout', async () => {
    const { stdout, stderr } = await runAlone(
      `import { logs, metrics, trace } from 'sonde';
       import { startSdk } from 'sonde/sdk';
       const sdk = startSdk();
       trace.getTracer('t').startSpan('s').end();
       metrics.getMeter('t').createCounter('c').add(1);
       logs.getLogger('t').emit({ body: 'b' });
       await sdk.shutdown();`,
      {
        OTEL_TRACES_EXPORTER: 'otlp/stdout',
        OTEL_METRICS_EXPORTER: 'otlp/stdout',
        OTEL_LOGS_EXPORTER: 'OTLP/stdout',
      },
    );
    assert.equal(stderr, '');
    assert.deepEqual(
      linesOf(stdout)
        .map((line) => Object.keys(line)[0])
        .sort(),
      ['resourceLogs', 'resourceMetrics', 'resourceSpans'],
    );
  });

  it('FILE-05 each signal has a file of its own, named .jsonl by whoever names it', async () => {
    const paths = ['spans', 'metrics', 'logs'].map((name) => join(folder, `five/${name}.jsonl`));
    const [spans, metrics, logs] = paths;
    const tracerProvider = new sdk.TracerProvider({
      spanProcessors: [
        new sdk.BatchSpanProcessor({ exporter: new otlpFile.OTLPFileTraceExporter({ outputStream: spans }) }),
      ],
    });
    const exporter = new otlpFile.OTLPFileMetricExporter({ outputStream: metrics });
    const meterProvider = new sdk.MeterProvider({
      readers: [new sdk.PeriodicExportingMetricReader({ exporter })],
    });
    const loggerProvider = new sdk.LoggerProvider({
      processors: [
        new sdk.BatchLogRecordProcessor({
          exporter: new otlpFile.OTLPFileLogExporter({ outputStream: logs }),
        }),
      ],
    });
    tracerProvider.getTracer('t').startSpan('s').end();
    meterProvider.getMeter('m').createCounter('c').add(1);
    loggerProvider.getLogger('l').emit({ body: 'b' });
    await Promise.all([tracerProvider, meterProvider, loggerProvider].map((provider) => provider.shutdown()));
    assert.deepEqual(
      paths.map((path) => linesOf(readFileSync(path, 'utf8')).map(Object.keys)),
      [[['resourceSpans']], [['resourceMetrics']], [['resourceLogs']]],
    );
  });

  for (const ending of ['process.exit(3)', "throw new Error('the end')", '']) {
    it(`a process that ends by ${ending || 'coming to its end'} leaves its lines in the file`, async () => {
      const path = join(folder, `end-${ending.length}.jsonl`);
      const { stderr } = await runAlone(
        `import { trace } from 'sonde';
         import { BatchSpanProcessor, startSdk } from 'sonde/sdk';
         import { OTLPFileTraceExporter } from 'sonde/otlp-file';
         const exporter = new OTLPFileTraceExporter({ outputStream: ${JSON.stringify(path)} });
         startSdk({ spanProcessors: [new BatchSpanProcessor({ exporter, maxExportBatchSize: 2 })] });
         for (const name of ['a', 'b', 'c']) trace.getTracer('t').startSpan(name).end();
         ${ending}`,
        { OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
      );
      assert.ok(!/^sonde /m.test(stderr), stderr);
      const lines = linesOf(readFileSync(path, 'utf8'));
      const names = lines.flatMap((line) =>
        (line['resourceSpans'] ?? []).flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
        ),
      );
      assert.deepEqual(names, ['a', 'b', 'c']);
    });
  }
});
