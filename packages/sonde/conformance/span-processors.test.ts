/** Rows TPROC: span processors, simple and batching, and what they promise exporters and applications. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Span } from 'sonde';
import type { ExportResult, ReadableSpan, SpanExporter, SpanProcessor, TracerProvider } from 'sonde/sdk';
import { docOf } from './declarations.ts';
import { Receiver } from './receiver.ts';
import { api, otlp, sdk } from './subject.ts';

type Answer = (result: ExportResult) => void;

const SUCCESS: ExportResult = { code: 0 };
const FAILURE: ExportResult = { code: 1, error: new Error('as the test says') };

const providers: TracerProvider[] = [];

afterEach(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  await Promise.all(
    providers.splice(0).map((provider) => provider.shutdown({ timeoutMillis: 100 }).catch(() => undefined)),
  );
});

function providerOf(...spanProcessors: SpanProcessor[]): TracerProvider {
  const provider = new sdk.TracerProvider({ spanProcessors });
  providers.push(provider);
  return provider;
}

function end(provider: TracerProvider, count: number, from = 0): void {
  const tracer = provider.getTracer('conformance');
  for (let index = from; index < from + count; index++) tracer.startSpan(`span ${index}`).end();
}

/** An exporter that notes how it is called; each call is answered by `act`. */
class Watcher implements SpanExporter {
  readonly batches: string[][] = [];
  readonly calls: string[] = [];
  mostOpen = 0;
  #open = 0;
  readonly #act: (answer: Answer, call: number) => void;

  constructor(act: (answer: Answer, call: number) => void = (answer) => answer(SUCCESS)) {
    this.#act = act;
  }

  get names(): string[] {
    return this.batches.flat();
  }

  export(spans: ReadableSpan[], resultCallback: Answer): void {
    this.calls.push('export');
    this.mostOpen = Math.max(this.mostOpen, ++this.#open);
    const call = this.batches.push(spans.map((span) => span.name)) - 1;
    this.#act((result) => {
      this.#open--;
      resultCallback(result);
    }, call);
  }

  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }
}

const after =
  (milliseconds: number) =>
  (answer: Answer): void =>
    void setTimeout(() => answer(SUCCESS), milliseconds);

const never = (): void => {};

/** A processor that writes down its calls. */
function recorder(name: string, calls: string[], overrides: Partial<SpanProcessor> = {}): SpanProcessor {
  return {
    onStart: () => void calls.push(`${name} onStart`),
    onEnd: () => void calls.push(`${name} onEnd`),
    forceFlush: async () => void calls.push(`${name} forceFlush`),
    shutdown: async () => void calls.push(`${name} shutdown`),
    ...overrides,
  };
}

const fail = (): never => {
  throw new Error('a processor that fails');
};

describe('A span processor', () => {
  it('TPROC-01 is called at start with the span and its parent context, at end, at flush and at shutdown', async () => {
    const seen: unknown[] = [];
    const processor = recorder('p', [], {
      onStart: (span, parentContext) => {
        span.setAttribute('from', 'onStart');
        seen.push(parentContext.getValue(key));
      },
      onEnd: (span) => void seen.push(span.attributes['from'], span.ended),
      forceFlush: async () => void seen.push('flush'),
      shutdown: async () => void seen.push('shutdown'),
    });
    const key = api.createContextKey('conformance');
    const provider = providerOf(processor);
    const parent = api.ROOT_CONTEXT.setValue(key, 'the parent context');
    provider.getTracer('t').startSpan('s', {}, parent).end();
    await provider.forceFlush();
    await provider.shutdown();
    assert.deepEqual(seen.slice(0, 3), ['the parent context', 'onStart', true]);
    assert.ok(seen.includes('flush'));
    assert.equal(seen.filter((call) => call === 'shutdown').length, 1);
  });

  it('TPROC-02 sees a span that is ending and can still be written to, all of them before the first onEnd', () => {
    const calls: string[] = [];
    const ending = (name: string): SpanProcessor =>
      recorder(name, calls, {
        onEnding: (span: Span) => {
          calls.push(`${name} onEnding`);
          span.setAttribute(name, 'written in onEnding');
        },
        onEnd: (span) => void calls.push(`${name} onEnd ${Object.keys(span.attributes)}`),
      });
    end(providerOf(ending('a'), ending('b')), 1);
    assert.deepEqual(calls, [
      ...['a onStart', 'b onStart', 'a onEnding', 'b onEnding'],
      ...['a onEnd a,b', 'b onEnd a,b'],
    ]);
  });

  it('may end the span again in onEnding without harm', () => {
    const calls: string[] = [];
    const processor = recorder('p', calls, { onEnding: (span: Span) => span.end() });
    end(providerOf(processor), 1);
    assert.deepEqual(calls, ['p onStart', 'p onEnd']);
  });

  it('TPROC-03 is called in the order of registration', () => {
    const calls: string[] = [];
    end(providerOf(recorder('a', calls), recorder('b', calls), recorder('c', calls)), 1);
    assert.deepEqual(calls, ['a onStart', 'b onStart', 'c onStart', 'a onEnd', 'b onEnd', 'c onEnd']);
  });

  it('TPROC-04 TPROC-18 sees recording spans only, and exporters sampled ones only', async () => {
    const calls: string[] = [];
    const memory = new sdk.InMemorySpanExporter();
    const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = sdk.SamplingDecision;
    const decisions: Record<string, 0 | 1 | 2> = {
      dropped: NOT_RECORD,
      'recorded only': RECORD,
      sampled: RECORD_AND_SAMPLED,
    };
    const provider = new sdk.TracerProvider({
      sampler: {
        shouldSample: (_context, _traceId, name) => ({ decision: decisions[name] ?? NOT_RECORD }),
        toString: () => 'by name',
      },
      spanProcessors: [
        recorder('p', calls, { onEnd: (span) => void calls.push(span.name) }),
        new sdk.SimpleSpanProcessor({ exporter: memory }),
        new sdk.BatchSpanProcessor({ exporter: memory }),
      ],
    });
    providers.push(provider);
    const tracer = provider.getTracer('t');
    for (const name of Object.keys(decisions)) tracer.startSpan(name).end();
    await provider.forceFlush();
    assert.deepEqual(calls.slice(0, 4), ['p onStart', 'recorded only', 'p onStart', 'sampled']);
    assert.deepEqual(
      memory.getFinishedSpans().map((span) => span.name),
      ['sampled', 'sampled'],
    );
  });

  it('TPROC-05 that throws or rejects breaks neither the application nor the processors behind it', async () => {
    const calls: string[] = [];
    const throwing = recorder('bad', [], { onStart: fail, onEnding: fail, onEnd: fail });
    const rejecting = recorder('worse', [], {
      onStart: async () => fail(),
      onEnd: async () => fail(),
      forceFlush: fail,
      shutdown: fail,
    });
    const provider = providerOf(throwing, rejecting, recorder('good', calls));
    end(provider, 1);
    await assert.rejects(async () => provider.forceFlush());
    await assert.rejects(async () => provider.shutdown());
    await sleep(1);
    assert.deepEqual(calls.slice(0, 2), ['good onStart', 'good onEnd']);
    assert.ok(calls.includes('good forceFlush') && calls.includes('good shutdown'));
  });
});

const builtIn: readonly [name: string, create: (exporter: SpanExporter) => SpanProcessor][] = [
  ['SimpleSpanProcessor', (exporter) => new sdk.SimpleSpanProcessor({ exporter })],
  [
    'BatchSpanProcessor',
    (exporter) => new sdk.BatchSpanProcessor({ exporter, maxExportBatchSize: 2, scheduledDelayMillis: 5 }),
  ],
];

for (const [name, create] of builtIn) {
  describe(name, () => {
    it('TPROC-06 delivers at shutdown what is pending, shuts the exporter down once, and ignores later calls', async () => {
      const exporter = new Watcher(after(3));
      const processor = create(exporter);
      const provider = providerOf(processor);
      end(provider, 5);
      await Promise.all([processor.shutdown(), processor.shutdown()]);
      assert.equal(exporter.names.length, 5);
      assert.equal(exporter.calls.filter((call) => call === 'shutdown').length, 1);
      assert.equal(exporter.calls.at(-1), 'shutdown', 'what was pending came before it');
      const calls = exporter.calls.length;
      end(provider, 1);
      await processor.forceFlush();
      await processor.shutdown();
      assert.equal(exporter.calls.length, calls);
    });

    it('TPROC-07 exports what is queued at a flush, and then flushes the exporter', async () => {
      const exporter = new Watcher(after(3));
      const processor = create(exporter);
      end(providerOf(processor), 3);
      await processor.forceFlush();
      assert.equal(exporter.names.length, 3);
      assert.equal(exporter.calls.at(-1), 'forceFlush');
    });

    it('TPROC-08 LIB-06 keeps the timeout of a flush and of a shutdown', async () => {
      const processor = create(new Watcher(never));
      end(providerOf(processor), 1);
      // The usual time is 30 seconds.
      const start = performance.now();
      await assert.rejects(processor.forceFlush({ timeoutMillis: 20 }), /20 ms/);
      await assert.rejects(processor.shutdown({ timeoutMillis: 20 }), /20 ms/);
      assert.ok(performance.now() - start < 10_000);
    });

    it(`${name === 'SimpleSpanProcessor' ? 'TPROC-09' : 'TPROC-10'} never calls export before the call before has answered`, async () => {
      const exporter = new Watcher(after(3));
      const processor = create(exporter);
      const provider = providerOf(processor);
      end(provider, 8);
      await Promise.all([processor.forceFlush(), processor.forceFlush()]);
      end(provider, 4, 8);
      await processor.shutdown();
      assert.equal(exporter.mostOpen, 1);
      assert.deepEqual(
        exporter.names,
        Array.from({ length: 12 }, (_, index) => `span ${index}`),
      );
    });

    it('TPROC-14 does not try again what an exporter failed to deliver', async () => {
      const exporter = new Watcher((answer) => answer(FAILURE));
      const processor = create(exporter);
      end(providerOf(processor), 2);
      await processor.forceFlush().catch(() => undefined);
      await sleep(15);
      await processor.forceFlush().catch(() => undefined);
      assert.deepEqual(exporter.names, ['span 0', 'span 1']);
    });

    it('waits for resource attributes that are still being looked up', async () => {
      let found: (value: string) => void = () => {};
      const value = new Promise<string>((resolve) => {
        found = resolve;
      });
      const seen: unknown[] = [];
      const exporter = new Watcher();
      const original = exporter.export.bind(exporter);
      exporter.export = (spans, answer) => {
        for (const span of spans) seen.push(span.resource.attributes['late']);
        original(spans, answer);
      };
      const provider = new sdk.TracerProvider({
        resource: sdk.resourceFromAttributes({ late: value as never }),
        spanProcessors: [create(exporter)],
      });
      providers.push(provider);
      end(provider, 2);
      await sleep(10);
      assert.deepEqual(seen, []);
      found('here');
      await provider.forceFlush();
      assert.deepEqual(seen, ['here', 'here']);
    });

    it('makes no spans of what the exporter does', async () => {
      const tracked: boolean[] = [];
      const manager = new sdk.AsyncLocalStorageContextManager();
      api.context.setGlobalContextManager(manager.enable());
      const provider: TracerProvider = providerOf(
        create(
          new Watcher((answer) => {
            tracked.push(provider.getTracer('client').startSpan('POST /v1/traces').isRecording());
            answer(SUCCESS);
          }),
        ),
      );
      end(provider, 2);
      await provider.forceFlush();
      api.context.disable();
      assert.ok(tracked.length > 0 && tracked.every((isRecording) => !isRecording));
    });
  });
}

describe('BatchSpanProcessor, when a batch leaves', () => {
  it('TPROC-11 after the delay, when it is full, and at a flush', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const turn = () => new Promise(setImmediate);
    const exporter = new Watcher();
    const processor = new sdk.BatchSpanProcessor({
      exporter,
      scheduledDelayMillis: 30,
      maxExportBatchSize: 3,
    });
    const provider = providerOf(processor);
    end(provider, 2);
    t.mock.timers.tick(29);
    await turn();
    assert.equal(exporter.batches.length, 0, 'neither full nor due');
    t.mock.timers.tick(1);
    await turn();
    assert.deepEqual(exporter.batches, [['span 0', 'span 1']], 'the delay is over');
    end(provider, 3, 2);
    await turn();
    assert.deepEqual(exporter.batches.at(1), ['span 2', 'span 3', 'span 4'], 'full');
    end(provider, 1, 5);
    await processor.forceFlush();
    assert.deepEqual(exporter.batches.at(2), ['span 5'], 'flushed');
  });

  it('TPROC-12 has the defaults of the specification', async () => {
    const exporter = new Watcher(after(20));
    const processor = new sdk.BatchSpanProcessor({ exporter });
    const provider = providerOf(processor);
    end(provider, 511);
    await sleep(1);
    assert.equal(exporter.batches.length, 0);
    end(provider, 1, 511);
    await sleep(1);
    assert.equal(exporter.batches[0]?.length, 512);
  });

  it('TPROC-12 lets 2048 spans wait behind a running export, and no more', async () => {
    const answers: Answer[] = [];
    let isFree = false;
    const exporter = new Watcher((answer) => {
      if (isFree) answer(SUCCESS);
      else answers.push(answer);
    });
    const processor = new sdk.BatchSpanProcessor({ exporter });
    const provider = providerOf(processor);
    end(provider, 512);
    await sleep(1);
    assert.equal(exporter.batches.length, 1);
    end(provider, 2049, 512);
    isFree = true;
    for (const answer of answers) answer(SUCCESS);
    await processor.forceFlush();
    assert.equal(exporter.names.length, 512 + 2048);
    assert.equal(exporter.names.at(-1), 'span 2559', 'the newest was dropped');
    assert.ok(exporter.batches.every((batch) => batch.length <= 512));
  });

  it('TPROC-12 exports no more at once than the queue holds', async () => {
    const exporter = new Watcher();
    const processor = new sdk.BatchSpanProcessor({ exporter, maxQueueSize: 10 });
    end(providerOf(processor), 10);
    await processor.forceFlush();
    assert.ok(exporter.batches.every((batch) => batch.length <= 10));
    assert.equal(exporter.names.length, 10);
  });

  it('accepts 2048 spans in one tick when nothing has been exported, and drops the 2049th', async () => {
    for (const [count, kept] of [
      [2048, 2048],
      [2049, 2048],
    ] as const) {
      const exporter = new Watcher();
      const processor = new sdk.BatchSpanProcessor({ exporter });
      end(providerOf(processor), count);
      await processor.forceFlush();
      assert.equal(exporter.names.length, kept);
    }
  });

  it('TPROC-13 gives up an export that takes longer than exportTimeoutMillis and goes on to the next', async () => {
    const exporter = new Watcher((answer, call) => {
      if (call > 0) answer(SUCCESS);
    });
    const processor = new sdk.BatchSpanProcessor({
      exporter,
      maxExportBatchSize: 1,
      exportTimeoutMillis: 20,
    });
    end(providerOf(processor), 2);
    await assert.rejects(processor.forceFlush(), /20 ms/);
    assert.deepEqual(exporter.names, ['span 0', 'span 1']);
  });
});

describe('An exporter of spans', () => {
  const exported = (exporter: SpanExporter, spans: ReadableSpan[] = []): Promise<ExportResult> =>
    new Promise((resolve) => exporter.export(spans, resolve));

  async function finished(): Promise<ReadableSpan[]> {
    const memory = new sdk.InMemorySpanExporter();
    end(providerOf(new sdk.SimpleSpanProcessor({ exporter: memory })), 1);
    return [...memory.getFinishedSpans()];
  }

  it('TPROC-15 of ours has export, forceFlush and shutdown', () => {
    for (const exporter of [
      new sdk.InMemorySpanExporter(),
      new sdk.ConsoleSpanExporter(),
      new otlp.OTLPTraceExporter(),
    ]) {
      for (const method of ['export', 'forceFlush', 'shutdown'] as const) {
        assert.equal(typeof exporter[method], 'function', `${exporter.constructor.name}.${method}`);
      }
    }
  });

  it('TPROC-16 answers with a failure once it was shut down, and sends nothing', async () => {
    const receiver = await Receiver.start();
    try {
      const spans = await finished();
      for (const exporter of [
        new sdk.InMemorySpanExporter(),
        new sdk.ConsoleSpanExporter(),
        new otlp.OTLPTraceExporter({ url: receiver.url }),
      ]) {
        await exporter.shutdown();
        const { code } = await exported(exporter, spans);
        assert.equal(code, 1, exporter.constructor.name);
      }
      assert.equal(receiver.received.length, 0);
    } finally {
      await receiver.stop();
    }
  });

  it('TPROC-17 is told in its documentation how often it may be called at a time', () => {
    const { doc } = docOf('interface SpanExporter', 'traces');
    assert.match(doc, /concurren/i);
    assert.match(doc, /before the earlier call has answered/i);
  });
});
