import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { InMemorySpanExporter } from '../../exporters/memory/traces.ts';
import { createTestBed } from '../../testing/test-bed.ts';
import { BatchSpanProcessor } from '../traces/batch-processor.ts';
import { fakeSpan } from '../traces/fake-span.fixture.ts';
import { FilterSpanProcessor } from '../traces/filter-processor.ts';
import { combineSpanProcessors, type SpanProcessor, wantsOnEnding } from '../traces/processor.ts';
import type { Span } from '../traces/readable-span.ts';
import { SimpleSpanProcessor } from '../traces/simple-processor.ts';
import { FanOut, type Stage } from './fan-out.ts';

function stage(calls: string[], name: string, overrides: Partial<SpanProcessor> = {}): SpanProcessor {
  return {
    onStart: () => void calls.push(`${name} onStart`),
    onEnding: () => void calls.push(`${name} onEnding`),
    onEnd: () => void calls.push(`${name} onEnd`),
    forceFlush: async () => void calls.push(`${name} forceFlush`),
    shutdown: async () => void calls.push(`${name} shutdown`),
    ...overrides,
  };
}

const boom = (): never => {
  throw new Error('boom');
};

function drive(processor: SpanProcessor): void {
  const span = fakeSpan();
  processor.onStart(span as Span, ROOT_CONTEXT);
  processor.onEnding?.(span as Span);
  processor.onEnd(span);
}

describe('a fan-out of span processors', () => {
  it('calls each in the order of registration', () => {
    const calls: string[] = [];
    drive(combineSpanProcessors([stage(calls, 'a'), stage(calls, 'b')]));
    assert.deepEqual(calls, [
      ...['a onStart', 'b onStart'],
      ...['a onEnding', 'b onEnding'],
      ...['a onEnd', 'b onEnd'],
    ]);
  });

  it('keeps what one throws from the others and from the caller', () => {
    const calls: string[] = [];
    const bad = stage(calls, 'bad', { onStart: boom, onEnding: boom, onEnd: boom });
    drive(combineSpanProcessors([bad, stage(calls, 'good')]));
    drive(combineSpanProcessors([bad]));
    assert.deepEqual(calls, ['good onStart', 'good onEnding', 'good onEnd']);
  });

  it('bears methods that return promises which reject, or things that only look like promises', async () => {
    const calls: string[] = [];
    const rejecting = async (): Promise<void> => boom();
    const hostile = {
      get then(): never {
        return boom();
      },
    };
    const bad = stage(calls, 'bad', {
      onStart: rejecting,
      onEnding: rejecting,
      onEnd: () => hostile as never,
    });
    drive(combineSpanProcessors([bad, stage(calls, 'good')]));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(calls, ['good onStart', 'good onEnding', 'good onEnd']);
  });

  it('is left out for a single processor of ours, and only for exactly ours', () => {
    const ours = new BatchSpanProcessor({ exporter: new InMemorySpanExporter() });
    assert.equal(combineSpanProcessors([ours]), ours);
    class Mine extends SimpleSpanProcessor {
      override onEnd(): void {
        boom();
      }
    }
    const mine = new Mine(new InMemorySpanExporter());
    assert.notEqual(combineSpanProcessors([mine]), mine);
    const patched = new SimpleSpanProcessor(new InMemorySpanExporter());
    patched.onEnd = boom;
    assert.notEqual(combineSpanProcessors([patched]), patched);
    drive(combineSpanProcessors([patched]));
  });

  it('knows whether anybody listens to onEnding', () => {
    const { onEnding: _, ...deaf } = stage([], 'deaf');
    assert.equal(wantsOnEnding(combineSpanProcessors([deaf, deaf])), false);
    assert.equal(wantsOnEnding(combineSpanProcessors([deaf, stage([], 'a')])), true);
    assert.equal(wantsOnEnding(combineSpanProcessors([])), false);
  });
});

describe('FanOut', () => {
  const good: Stage = { forceFlush: async () => {}, shutdown: async () => {} };

  it('flushes and shuts down all, and tells every failure', async () => {
    const calls: string[] = [];
    const bad: Stage = { forceFlush: boom, shutdown: () => Promise.reject(new Error('bang')) };
    const fanOut = new FanOut<Stage>([bad, stage(calls, 'good'), bad]);
    await assert.rejects(fanOut.forceFlush(), AggregateError);
    await assert.rejects(fanOut.shutdown(), AggregateError);
    assert.deepEqual(calls, ['good forceFlush', 'good forceFlush', 'good shutdown']);
  });

  it('flushes those of others before it shuts them down, and ours end by themselves', async () => {
    const calls: string[] = [];
    class Batch extends BatchSpanProcessor {
      override forceFlush(): Promise<void> {
        calls.push('derived forceFlush');
        return super.forceFlush();
      }
    }
    class Ending extends Batch {
      override shutdown(): Promise<void> {
        calls.push('ending shutdown');
        return super.shutdown();
      }
    }
    const failing = stage(calls, 'failing', { forceFlush: () => Promise.reject(new Error('no network')) });
    const filtered = new FilterSpanProcessor({
      processor: new Batch(new InMemorySpanExporter()),
      keep: () => true,
    });
    const processors = [filtered, failing, new Ending(new InMemorySpanExporter())];
    const behind = new FilterSpanProcessor({ processor: stage(calls, 'behind'), keep: () => true });
    await assert.rejects(combineSpanProcessors(processors).shutdown(), /no network/);
    assert.deepEqual(calls, ['derived forceFlush', 'failing shutdown', 'ending shutdown']);
    calls.length = 0;
    await combineSpanProcessors([behind]).shutdown();
    assert.deepEqual(calls, ['behind forceFlush', 'behind shutdown']);
  });

  it('does not let one that hangs take the time of the others', async () => {
    const { clock, host } = createTestBed({ seed: 0 });
    const calls: string[] = [];
    const hung: Stage = { forceFlush: () => new Promise(() => {}), shutdown: () => new Promise(() => {}) };
    const fanOut = new FanOut<Stage>([hung, stage(calls, 'good')], host);
    const flush = fanOut.forceFlush({ timeoutMillis: 30 });
    const shutdown = fanOut.shutdown({ timeoutMillis: 30 });
    await clock.settle();
    assert.deepEqual(calls, ['good forceFlush', 'good forceFlush', 'good shutdown']);
    await assert.rejects(clock.run(flush), /took longer than 30 ms/);
    await assert.rejects(clock.run(shutdown), /took longer than 30 ms/);
  });

  it('gives each stage the whole time that the caller allows', async () => {
    let given: number | undefined;
    const fanOut = new FanOut<Stage>([
      {
        ...good,
        forceFlush: async (options) => {
          given = options?.timeoutMillis;
        },
      },
    ]);
    await fanOut.forceFlush({ timeoutMillis: 1234 });
    assert.equal(given, 1234);
  });
});
