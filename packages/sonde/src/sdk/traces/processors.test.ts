/** The shells around the stages: constructors, what they let through, and the filter. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { InMemorySpanExporter } from '../../exporters/memory/traces.ts';
import { BatchSpanProcessor } from './batch-processor.ts';
import { fakeSpan } from './fake-span.fixture.ts';
import { FilterSpanProcessor } from './filter-processor.ts';
import type { SpanProcessor } from './processor.ts';
import type { Span } from './readable-span.ts';
import { SimpleSpanProcessor } from './simple-processor.ts';

const unsampled = () =>
  fakeSpan('unsampled', {
    spanContext: () => ({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 2 }),
  });

describe('SimpleSpanProcessor and BatchSpanProcessor', () => {
  for (const [name, create] of [
    ['SimpleSpanProcessor, 3.x form', (exporter) => new SimpleSpanProcessor({ exporter })],
    ['SimpleSpanProcessor, 2.x form', (exporter) => new SimpleSpanProcessor(exporter)],
    ['BatchSpanProcessor, 3.x form', (exporter) => new BatchSpanProcessor({ exporter, maxQueueSize: 9 })],
    ['BatchSpanProcessor, 2.x form', (exporter) => new BatchSpanProcessor(exporter, { maxQueueSize: 9 })],
    ['BatchSpanProcessor, bare', (exporter) => new BatchSpanProcessor(exporter)],
  ] as [string, (exporter: InMemorySpanExporter) => SpanProcessor][]) {
    it(`${name}: exports sampled spans and no others`, async () => {
      const exporter = new InMemorySpanExporter();
      const processor = create(exporter);
      processor.onStart(fakeSpan() as Span, ROOT_CONTEXT);
      processor.onEnd(unsampled());
      processor.onEnd(fakeSpan('sampled'));
      await processor.forceFlush();
      assert.deepEqual(
        exporter.getFinishedSpans().map((span) => span.name),
        ['sampled'],
      );
      await processor.shutdown();
    });
  }

  it('refuse to be made without an exporter', () => {
    for (const wrong of [
      undefined,
      null,
      {},
      'otlp',
      { exporter: undefined },
      { exporter: { export() {} } },
    ]) {
      assert.throws(() => new SimpleSpanProcessor(wrong as never), /SimpleSpanProcessor: exporter must be/);
      assert.throws(() => new BatchSpanProcessor(wrong as never), /BatchSpanProcessor: exporter must be/);
    }
  });
});

describe('FilterSpanProcessor', () => {
  function setUp(keep: (name: string) => boolean) {
    const exporter = new InMemorySpanExporter();
    const processor = new SimpleSpanProcessor({ exporter });
    const filter = new FilterSpanProcessor({ processor, keep: (span) => keep(span.name) });
    return { exporter, filter };
  }

  it('hands on what is kept and counts what is not', async () => {
    const { exporter, filter } = setUp((name) => name !== 'GET /health');
    for (const name of ['GET /health', 'GET /', 'GET /health']) filter.onEnd(fakeSpan(name));
    assert.deepEqual(
      exporter.getFinishedSpans().map((span) => span.name),
      ['GET /'],
    );
    assert.equal(filter.droppedCount, 2);
    await filter.shutdown();
  });

  it('keeps a span about which the rule throws', () => {
    const { exporter, filter } = setUp(() => {
      throw new Error('a mistake in the rule');
    });
    filter.onEnd(fakeSpan('one'));
    assert.equal(exporter.getFinishedSpans().length, 1);
    assert.equal(filter.droppedCount, 0);
  });

  it('passes starts and endings on, flushes and shuts down what is behind it', async () => {
    const calls: string[] = [];
    const behind: SpanProcessor = {
      onStart: () => void calls.push('onStart'),
      onEnding: () => void calls.push('onEnding'),
      onEnd: () => void calls.push('onEnd'),
      forceFlush: async () => void calls.push('forceFlush'),
      shutdown: async () => void calls.push('shutdown'),
    };
    const filter = new FilterSpanProcessor({ processor: behind, keep: () => false });
    filter.onStart(fakeSpan() as Span, ROOT_CONTEXT);
    filter.onEnding(fakeSpan() as Span);
    filter.onEnd(fakeSpan());
    await filter.forceFlush();
    await filter.shutdown();
    // What is not ours is flushed before its end.
    assert.deepEqual(calls, ['onStart', 'onEnding', 'forceFlush', 'forceFlush', 'shutdown']);
  });

  it('refuses a processor without its methods and a rule that is none', () => {
    const processor = new SimpleSpanProcessor(new InMemorySpanExporter());
    assert.throws(
      () => new FilterSpanProcessor({ processor: {} as never, keep: () => true }),
      /FilterSpanProcessor: processor must be an object with onStart\(\), onEnd\(\)/,
    );
    assert.throws(
      () => new FilterSpanProcessor({ processor, keep: 'yes' as never }),
      /FilterSpanProcessor: keep must be a function/,
    );
  });
});
