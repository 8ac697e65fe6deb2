/** Kinds and status codes from code without types: names are understood, and what is neither is said. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { SpanStatusCode } from '../../api/trace/span-status.ts';
import { setGlobalErrorHandler } from '../common/diagnostics.ts';
import { TracerProvider } from './provider.ts';
import type { ReadableSpan, Span } from './readable-span.ts';
import { AlwaysOnSampler } from './samplers/always-on-sampler.ts';
import type { Sampler } from './samplers/sampler.ts';

/** A span started with a kind and given a status, neither of them typed, and what was said about it. */
function spanOf(kind: unknown, code?: unknown, sampler?: Sampler): { span: ReadableSpan; said: string[] } {
  const said: string[] = [];
  setGlobalErrorHandler((error) => said.push(`${error.code}: ${error.message}`));
  const provider = new TracerProvider(sampler === undefined ? {} : { sampler });
  const span = provider.getTracer('t').startSpan('s', { kind: kind as never }) as unknown as Span &
    ReadableSpan;
  if (code !== undefined) span.setStatus({ code: code as never, message: 'm' });
  span.end();
  return { span, said };
}

const NEITHER = [
  '',
  'SERVERS',
  '1',
  'toString',
  '__proto__',
  5,
  -1,
  1.5,
  Number.NaN,
  1n,
  true,
  {},
  Symbol('SERVER'),
];

describe('kinds and status codes from code without types', () => {
  afterEach(() => setGlobalErrorHandler(undefined));

  it('takes every kind by number and by name, in any case', () => {
    for (const name of ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const) {
      for (const kind of [SpanKind[name], name, name.toLowerCase()]) {
        const { span, said } = spanOf(kind);
        assert.deepEqual([span.kind, said], [SpanKind[name], []], String(kind));
      }
    }
    for (const none of [undefined, null]) {
      assert.deepEqual([spanOf(none).span.kind, spanOf(none).said], [SpanKind.INTERNAL, []]);
    }
  });

  it('says what it was given where that is no kind, and what is allowed', () => {
    for (const kind of NEITHER) {
      const { span, said } = spanOf(kind);
      assert.equal(span.kind, SpanKind.INTERNAL, String(kind));
      assert.equal(said.length, 1, String(kind));
      assert.match(said[0]!, /^span_kind: The kind of a span was .*SpanKind\.INTERNAL, SERVER/, String(kind));
    }
    assert.match(spanOf('SERVERS').said[0]!, /was "SERVERS": INTERNAL is used/);
    assert.match(spanOf(5).said[0]!, /was 5: INTERNAL is used/);
  });

  it('shows a sampler the kind that the span will have', () => {
    const seen: unknown[] = [];
    const always = new AlwaysOnSampler();
    const sampler: Sampler = {
      shouldSample(...args) {
        seen.push(args[3]);
        return always.shouldSample();
      },
    };
    spanOf('SERVER', undefined, sampler);
    spanOf(2, undefined, sampler);
    assert.deepEqual(seen, [SpanKind.SERVER, SpanKind.CLIENT]);
  });

  it('takes a status by number and by name, in any case', () => {
    for (const name of ['UNSET', 'OK', 'ERROR'] as const) {
      for (const code of [SpanStatusCode[name], name, name.toLowerCase()]) {
        const { span, said } = spanOf(undefined, code);
        assert.deepEqual([span.status.code, said], [SpanStatusCode[name], []], String(code));
      }
    }
    assert.equal(spanOf(undefined, 'ERROR').span.status.message, 'm');
  });

  it('says what it was given where that is no status, and sets none', () => {
    for (const code of [...NEITHER, null]) {
      const { span, said } = spanOf(undefined, code);
      assert.deepEqual(span.status, { code: SpanStatusCode.UNSET }, String(code));
      assert.equal(said.length, 1, String(code));
      assert.match(said[0]!, /^span_status: setStatus was given the code .*SpanStatusCode\.UNSET, OK, ERROR/);
    }
    const span = new TracerProvider().getTracer('t').startSpan('s');
    for (const status of [undefined, null, 2, 'ERROR']) span.setStatus(status as never);
    assert.deepEqual((span as unknown as ReadableSpan).status, { code: SpanStatusCode.UNSET });
  });
});
