/** Rows LIB: what a library owes the process it runs in. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ExportResult, ReadableSpan, SpanExporter, SpanProcessor, TracerProvider } from 'sonde/sdk';
import { Receiver } from './receiver.ts';
import { api, otlp, sdk, subject } from './subject.ts';

const SUCCESS: ExportResult = { code: 0 };
const FAILURE: ExportResult = { code: 1, error: new Error('the receiver is away') };

const providers: TracerProvider[] = [];
const receivers: Receiver[] = [];

afterEach(async () => {
  api.diag.disable();
  await Promise.all(
    providers.splice(0).map((provider) => provider.shutdown({ timeoutMillis: 100 }).catch(() => undefined)),
  );
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
});

function providerOf(...spanProcessors: SpanProcessor[]): TracerProvider {
  const provider = new sdk.TracerProvider({ spanProcessors });
  providers.push(provider);
  return provider;
}

function end(provider: TracerProvider, count: number): void {
  const tracer = provider.getTracer('conformance');
  for (let index = 0; index < count; index++) tracer.startSpan(`span ${index}`).end();
}

function exporterThat(
  act: (spans: ReadableSpan[], answer: (result: ExportResult) => void) => void,
): SpanExporter {
  return { export: act, forceFlush: async () => {}, shutdown: async () => {} };
}

/** Runs a module in a process of its own, with the subject in reach as `sdk`, `api` and `otlp`. */
async function inProcess(body: string): Promise<{ code: number | null; millis: number; output: string }> {
  const source = `const { api, otlp, sdk } = await import(${JSON.stringify(new URL('./subject.js', import.meta.url).href)});\n${body}`;
  const started = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, millis: performance.now() - started, output };
}

/** The spans in OTLP/JSON messages. */
function spansIn(receiver: Receiver): number {
  interface Message {
    resourceSpans: { scopeSpans: { spans: unknown[] }[] }[];
  }
  let total = 0;
  for (const { path, body } of receiver.received) {
    if (!path.endsWith('/traces')) continue;
    const { resourceSpans } = JSON.parse(body.toString()) as Message;
    for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) total += spans.length;
  }
  return total;
}

describe('The process it runs in', () => {
  // Before LIB-04, whose pipeline says its own losses after its end: the same thing is said once a minute.
  it('LIB-05 is told when spans begin to be lost, and when no more are', async () => {
    const warnings: string[] = [];
    const note = (message: string): void => void warnings.push(message);
    const quiet = (): void => {};
    api.diag.setLogger({ error: note, warn: note, info: quiet, debug: quiet, verbose: quiet });
    let isAway = true;
    const exporter = exporterThat((_spans, answer) => answer(isAway ? FAILURE : SUCCESS));
    const processor = new sdk.BatchSpanProcessor({ exporter, maxExportBatchSize: 1, maxQueueSize: 50 });
    const provider = providerOf(processor);
    for (let round = 0; round < 10; round++) {
      end(provider, 5);
      await processor.forceFlush().catch(() => undefined);
    }
    const begun = warnings.filter((line) => /^(\[export_failed\] )?Losing spans/.test(line));
    assert.equal(begun.length, 1, warnings.join('\n'));
    assert.match(begun[0] ?? '', /the receiver is away/);
    isAway = false;
    end(provider, 5);
    await processor.forceFlush();
    const over = warnings.filter((line) => /No more spans are being lost/.test(line));
    assert.equal(over.length, 1, warnings.join('\n'));
    assert.match(over[0] ?? '', /50 spans/);
  });

  it('LIB-04 is neither blocked nor filled by an exporter that hangs', async () => {
    const held: ReadableSpan[][] = [];
    const hangs = exporterThat((spans) => void held.push(spans));
    const batching = new sdk.BatchSpanProcessor({ exporter: hangs, exportTimeoutMillis: 50 });
    const simple = new sdk.SimpleSpanProcessor({ exporter: hangs });
    const provider = providerOf(batching, simple);
    const tracer = provider.getTracer('t');
    const references: WeakRef<object>[] = [];
    const start = performance.now();
    for (let index = 0; index < 50_000; index++) {
      const span = tracer.startSpan('s');
      span.end();
      if (index % 100 === 0) references.push(new WeakRef(span));
    }
    const millis = performance.now() - start;
    // Waiting for one export would cost the first thousand spans 50 ms each.
    assert.ok(millis < 20_000, `${millis} ms for 50,000 spans`);
    await sleep(5);
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--expose-gc');
    const { runInNewContext } = await import('node:vm');
    (runInNewContext('gc') as () => void)();
    const alive = references.filter((reference) => reference.deref() !== undefined).length * 100;
    assert.ok(alive <= 2 * (2048 + 512) + 1000, `about ${alive} of 50,000 spans are held`);
  });

  it('LIB-06 may bound flush and shutdown of the whole provider', async () => {
    const hangs = exporterThat(() => {});
    const provider = providerOf(new sdk.BatchSpanProcessor({ exporter: hangs }));
    end(provider, 1);
    const start = performance.now();
    await assert.rejects(provider.forceFlush({ timeoutMillis: 25 }), /25 ms/);
    await assert.rejects(provider.shutdown({ timeoutMillis: 25 }), /25 ms/);
    // The usual time is 30 seconds.
    assert.ok(performance.now() - start < 10_000);
  });

  it('LIB-07 chooses between losing nothing and never being held up', async () => {
    for (const [onFull, delivered] of [
      ['encode', 5000],
      ['drop', 2048],
    ] as const) {
      const receiver = await Receiver.start();
      receivers.push(receiver);
      const exporter = new otlp.OTLPTraceExporter({ url: receiver.url, protocol: 'http/json' });
      const processor = new sdk.BatchSpanProcessor({ exporter, onFull });
      const provider = providerOf(processor);
      end(provider, 5000);
      await provider.forceFlush();
      assert.equal(spansIn(receiver), delivered, onFull);
    }
  });

  it('LIB-09 can be tested with an exporter in memory', () => {
    const memory = new sdk.InMemorySpanExporter();
    const provider = providerOf(new sdk.SimpleSpanProcessor({ exporter: memory }));
    end(provider, 2);
    assert.deepEqual(
      memory.getFinishedSpans().map((span) => span.name),
      ['span 0', 'span 1'],
    );
    memory.reset();
    assert.deepEqual(memory.getFinishedSpans(), []);
  });

  it('LIB-15 ends when its own work is done, whatever timers the SDK has set', async () => {
    const { code, millis, output } = await inProcess(`
      const hangs = { export: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
      const provider = new sdk.TracerProvider({ spanProcessors: [
        new sdk.BatchSpanProcessor({ exporter: hangs, scheduledDelayMillis: 20_000 }),
        new sdk.SimpleSpanProcessor({ exporter: hangs }),
        new sdk.BatchSpanProcessor({ exporter: new otlp.OTLPTraceExporter({ url: 'http://127.0.0.1:9/v1/traces' }) }),
      ] });
      provider.getTracer('t').startSpan('s').end();
    `);
    assert.equal(code, 0, output);
    assert.ok(millis < 15_000, `${millis} ms: ${output}`);
  });

  it('ends with its own status when it awaits a shutdown that cannot succeed', async () => {
    const { code, output } = await inProcess(`
      const hangs = { export: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
      const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter: hangs })] });
      provider.getTracer('t').startSpan('s').end();
      await provider.shutdown({ timeoutMillis: 50 }).catch((error) => console.log('told:', error.message));
      process.exitCode = 7;
    `);
    assert.equal(code, 7, output);
    assert.match(output, /told: .*50 ms/);
  });

  it('TAPI-33 does no input or output inside span.end()', async () => {
    const receiver = await Receiver.start();
    receivers.push(receiver);
    const { output, code } = await inProcess(`
      import { createHook } from 'node:async_hooks';
      const exporter = new otlp.OTLPTraceExporter({ url: '${receiver.url}' });
      const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
      const tracer = provider.getTracer('t');
      let isEnding = false;
      const opened = [];
      createHook({ init: (_id, type) => { if (isEnding) opened.push(type); } }).enable();
      for (let index = 0; index < 2000; index++) {
        const span = tracer.startSpan('s');
        isEnding = true;
        span.end();
        isEnding = false;
      }
      await provider.shutdown();
      const blocking = opened.filter((type) => /^(FS|TCP|TLS|PIPE|HTTP|GETADDRINFO|ZLIB|PROCESS|WORKER)/.test(type));
      console.log(JSON.stringify(blocking));
    `);
    assert.equal(code, 0, output);
    assert.equal(output.trim(), '[]');
    assert.ok(receiver.received.length > 0, 'the spans were sent, after end() had returned');
  });

  it('LIB-13 delivers what is queued when it ends itself, throws, or is told to end', async () => {
    for (const [ending, expected] of [
      ['process.exit(3)', 3],
      ["setImmediate(() => { throw new Error('by design') })", 1],
      ["process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000)", null],
    ] as const) {
      const receiver = await Receiver.start();
      receivers.push(receiver);
      const { code, output } = await inProcess(`
        process.env.OTEL_EXPORTER_OTLP_ENDPOINT = '${receiver.origin}';
        process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json';
        sdk.startSdk();
        api.trace.getTracer('t').startSpan('last').end();
        ${ending};
      `);
      assert.equal(code, expected, `${ending}: ${output}`);
      assert.equal(spansIn(receiver), 1, ending);
    }
  });

  it('PROP-17 carries trace context and baggage when started by one call, unless told otherwise', async () => {
    const fields = async (variables: Readonly<Record<string, string>>): Promise<string> => {
      const { output } = await inProcess(`
        Object.assign(process.env, ${JSON.stringify({ OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', ...variables })});
        sdk.startSdk();
        console.log(api.propagation.fields().join());
      `);
      return output.trim();
    };
    assert.equal(await fields({}), 'traceparent,tracestate,baggage');
    assert.equal(await fields({ OTEL_PROPAGATORS: 'baggage' }), 'baggage');
    assert.equal(await fields({ OTEL_PROPAGATORS: 'none' }), '');
  });

  it('TSDK-17 has the random id generator and none of a vendor', () => {
    const generators = Object.keys(sdk).filter((name) => /IdGenerator/.test(name));
    assert.deepEqual(generators, ['RandomIdGenerator']);
  });

  it('LIB-16 finds written down what is particular to this language', () => {
    const text = readFileSync(new URL('../../../../docs/design/pipeline.md', import.meta.url), 'utf8');
    const section = /## What is particular to JavaScript\n([\s\S]*?)\n## /.exec(text)?.[1] ?? '';
    for (const word of [/one thread/i, /0\.\d+ ms/, /process\.exit/, /onFull/, /worker/i]) {
      assert.match(section, word);
    }
  });

  it('LIB-10 is measured as the guideline says: throughput, CPU and heap, with mean and deviation, and written down', async () => {
    const root = new URL('../../../../', import.meta.url);
    const args = `--no-build --node current --contenders ${subject.name} --rounds 2 --spans 4096 --rate 1000 --seconds 0.4`;
    const script = fileURLToPath(new URL('bench/guideline/run.mjs', root));
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...args.split(' ')]);
    const written = readFileSync(new URL('docs/performance.md', root), 'utf8');
    const cell = /^\S+ ± \S+( %| MB)?$/;
    for (const text of [stdout, written]) {
      const rows = text.split('\n').filter((line) => /^\| (spans|the same|CPU|heap)/.test(line));
      const titles = rows.map((row) => row.split(' | ')[0] ?? '');
      for (const row of rows)
        for (const value of row.slice(2, -2).split(' | ').slice(1)) assert.match(value, cell);
      for (const word of [/created and exported in a second, one process/, /processes at once/]) {
        assert.ok(
          titles.some((title) => word.test(title)),
          String(word),
        );
      }
      for (const processor of ['simple', 'batch']) {
        for (const figure of ['CPU .*average', 'CPU .*peak', 'heap .*average', 'heap .*peak']) {
          const expected = new RegExp(figure);
          const isThere = titles.some(
            (title) => title.includes(`${processor} processor`) && expected.test(title),
          );
          assert.ok(isThere, `${figure}, ${processor}`);
        }
      }
    }
    assert.match(stdout, /delivered at 1,000 spans a second, batch processor \| 100 ± 0 %/);
  });
});
