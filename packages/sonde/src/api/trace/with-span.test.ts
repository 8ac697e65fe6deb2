/** withSpan: the span ends however the work goes, and what the work gives or throws comes through. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT_CONTEXT } from '../context/context.ts';
import type { Span, SpanOptions } from './span.ts';
import type { SpanStatus } from './span-status.ts';
import type { TracerLike } from './tracer.ts';
import { withSpan } from './with-span.ts';

interface Recorded {
  readonly name: string;
  readonly options: SpanOptions | undefined;
  ended: number;
  status?: SpanStatus;
  exception?: unknown;
}

/** A tracer of another implementation: no `enabled`, no `withSpan`, spans that cannot dispose of themselves. */
function foreignTracer(): { tracer: TracerLike; spans: Recorded[] } {
  const spans: Recorded[] = [];
  const startSpan = (name: string, options?: SpanOptions): Span => {
    const recorded: Recorded = { name, options, ended: 0 };
    spans.push(recorded);
    const span = {
      end: () => recorded.ended++,
      setStatus: (status: SpanStatus) => {
        recorded.status = status;
      },
      recordException: (exception: unknown) => {
        recorded.exception = exception;
      },
      isRecording: () => true,
    };
    return span as unknown as Span;
  };
  return { tracer: { startSpan } as unknown as TracerLike, spans };
}

describe('withSpan', () => {
  it('returns what a synchronous function returns, and ends the span without a status', () => {
    const { tracer, spans } = foreignTracer();
    assert.equal(
      withSpan(tracer, 'work', { attributes: { a: 1 } }, () => 5),
      5,
    );
    assert.deepEqual(spans, [{ name: 'work', options: { attributes: { a: 1 } }, ended: 1 }]);
  });

  it('throws on what is thrown, having recorded it', () => {
    const { tracer, spans } = foreignTracer();
    const error = new Error('broken');
    assert.throws(
      () =>
        withSpan(tracer, 'work', () => {
          throw error;
        }),
      (thrown) => thrown === error,
    );
    assert.deepEqual(
      [spans[0]?.ended, spans[0]?.exception, spans[0]?.status],
      [1, error, { code: 2, message: 'broken' }],
    );
  });

  it('waits for a promise, of any kind', async () => {
    const { tracer, spans } = foreignTracer();
    let release: ((value: string) => void) | undefined;
    const promise = withSpan(
      tracer,
      'work',
      () =>
        new Promise<string>((resolve) => {
          release = resolve;
        }),
    );
    assert.equal(spans[0]?.ended, 0);
    release?.('done');
    assert.equal(await promise, 'done');
    assert.equal(spans[0]?.ended, 1);
    const thenable = { then: (resolve: (value: number) => void) => resolve(7) };
    withSpan(tracer, 'thenable', () => thenable);
    assert.equal(spans[1]?.ended, 1);
  });

  it('rejects with what was rejected, having recorded it', async () => {
    const { tracer, spans } = foreignTracer();
    await assert.rejects(
      withSpan(tracer, 'work', {}, ROOT_CONTEXT, async () => {
        throw new RangeError('late');
      }),
      RangeError,
    );
    assert.deepEqual([spans[0]?.ended, spans[0]?.status?.message], [1, 'late']);
  });

  it('gives the work a span that can dispose of itself', () => {
    const { tracer, spans } = foreignTracer();
    withSpan(tracer, 'work', (span) => span[Symbol.dispose]());
    assert.equal(spans[0]?.ended, 2);
    assert.equal(Object.getOwnPropertyDescriptor(Object.prototype, Symbol.dispose), undefined);
  });

  it('does the work when the tracer fails', () => {
    const broken = {
      startSpan: () => {
        throw new Error('no tracer');
      },
    } as unknown as TracerLike;
    assert.equal(
      withSpan(broken, 'work', () => 'done'),
      'done',
    );
  });
});
