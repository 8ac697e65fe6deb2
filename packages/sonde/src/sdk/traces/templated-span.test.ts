/** Spans started from templated options: the same span as from plain ones, for everybody who looks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AttributeTemplate } from '../../api/common/attribute-template.ts';
import type { Attributes } from '../../api/common/attributes.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { type AttributeTarget, TemplatedSpanOptions } from '../../api/trace/templated-span-options.ts';
import { tracesProtobuf } from '../../otlp/traces/encode.ts';
import { attributesOf, fieldsOf } from '../../otlp/wire/protobuf-reader.fixture.ts';
import { TracerProvider, type TracerProviderOptions } from './provider.ts';
import type { ReadableSpan, Span } from './readable-span.ts';
import { AlwaysOnSampler } from './samplers/always-on-sampler.ts';
import { SamplingDecision } from './samplers/sampler.ts';

const template = new AttributeTemplate(['server.address', 'shop', 'server.port', 8080, 'secure', false]);
const all = {
  'server.address': 'shop',
  'server.port': 8080,
  secure: false,
  'url.path': '/é',
  list: ['a', 1],
};

class Options extends TemplatedSpanOptions {
  readonly kind = SpanKind.SERVER;
  override template(): AttributeTemplate {
    return template;
  }
  override fill(target: AttributeTarget): void {
    target.setAttribute('url.path', '/é');
    target.setAttribute('list', ['a', 1] as never);
  }
}

/** The spans of `work`, one started with templated and one with plain options. */
function both(work: (span: Span) => void, more: TracerProviderOptions = {}, onStart = work): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const provider = new TracerProvider({
    ...more,
    spanProcessors: [
      {
        onStart,
        onEnd: (span) => void spans.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const tracer = provider.getTracer('test');
  for (const options of [new Options(), { kind: SpanKind.SERVER, attributes: { ...all } as Attributes }]) {
    const span = tracer.startSpan('GET', options);
    work(span as never);
    span.end();
  }
  return spans;
}

const bytesOf = (span: ReadableSpan): Buffer => {
  const [batch] = tracesProtobuf.encode([span], 1);
  return Buffer.from(batch!.scopes);
};
/** From the first attribute on: before it stand ids and times. */
const attributeBytes = (span: ReadableSpan): string => {
  const text = bytesOf(span).toString('latin1');
  return text.slice(text.indexOf('server.address') - 4);
};

describe('a span started from a template', () => {
  it('has the attributes of both in their order, and a template that stays as it is', () => {
    const works: ((span: Span) => void)[] = [
      () => {},
      (span) => void span.setAttribute('server.address', 'other'),
      (span) => void span.setAttribute('new', 1).setAttribute('server.port', 1),
      (span) => {
        delete span.attributes['server.address'];
        span.setAttribute('after', true);
      },
    ];
    for (const work of works) {
      const [templated, plain] = both(work, {}, () => {});
      assert.equal(bytesOf(templated!).length, bytesOf(plain!).length);
      assert.deepEqual(Object.entries(templated!.attributes), Object.entries(plain!.attributes));
    }
    const [untouched] = both(() => {});
    assert.deepEqual(untouched!.attributes, all);
  });

  it('encodes the same bytes the first time and later', () => {
    const [first, plain] = both(() => {});
    const [later] = both(() => {});
    const wanted = attributeBytes(plain!);
    for (const span of [first!, later!]) {
      assert.ok(wanted.includes('server.port') && wanted.includes('url.path'));
      assert.equal(attributeBytes(span), wanted);
    }
  });

  it('is in every batch what it was in the first, beside spans of other templates in any order', () => {
    const values = ['shop', 'stock', 'a longer name of a service', 'pay'];
    const templates = values.map((value) => new AttributeTemplate(['server.address', value, 'port', 1]));
    class From extends TemplatedSpanOptions {
      readonly kind = SpanKind.SERVER;
      readonly place: number;
      constructor(place: number) {
        super();
        this.place = place;
      }
      override template(): AttributeTemplate {
        return templates[this.place]!;
      }
      override fill(target: AttributeTarget): void {
        target.setAttribute('own', values[this.place]!);
      }
    }
    const spans: ReadableSpan[] = [];
    const tracer = new TracerProvider({
      sampler: new AlwaysOnSampler(),
      spanProcessors: [
        {
          onStart: () => {},
          onEnd: (span) => void spans.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    }).getTracer('test');
    const place = fc.integer({ min: 0, max: values.length - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.string()), { minLength: 1, maxLength: 8 }), (batch) => {
        spans.length = 0;
        for (const [from, name] of batch) tracer.startSpan(name, new From(from)).end();
        const [encoded] = tracesProtobuf.encode(spans, spans.length);
        const [message] = fieldsOf(encoded!.scopes)[2]!.map((bytes) => fieldsOf(bytes as Uint8Array));
        const read = message![2]!.map((bytes) => attributesOf(fieldsOf(bytes as Uint8Array)[9]));
        const wanted = batch.map(([from]) => ({
          'server.address': values[from],
          port: 1n,
          own: values[from],
        }));
        assert.deepEqual(read, wanted);
      }),
      { numRuns: 1000 },
    );
  });

  it('obeys the limits and counts what it drops', () => {
    for (const [spanLimits, dropped] of [
      [{ attributeCountLimit: 4 }, 1],
      [{ attributeCountLimit: 2 }, 3],
      [{ attributeCountLimit: 5, attributeValueLengthLimit: 3 }, 0],
    ] as const) {
      const [templated, plain] = both(() => {}, { spanLimits });
      assert.deepEqual(templated!.attributes, plain!.attributes);
      assert.equal(templated!.droppedAttributesCount, dropped);
      assert.equal(plain!.droppedAttributesCount, dropped);
    }
  });

  it('shows all attributes to a sampler and to onStart', () => {
    const seen: Attributes[] = [];
    const sampler = {
      shouldSample: (_c: unknown, _t: unknown, _n: unknown, _k: unknown, attributes: Attributes) => {
        seen.push(attributes);
        return { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { sampled: 'yes' } };
      },
      toString: () => 'test',
    };
    const spans = both(
      () => {},
      { sampler },
      (span) => {
        seen.push({ ...span.attributes });
        delete span.attributes['secure'];
        span.attributes['server.port'] = 1;
      },
    );
    const sampled = { ...all, sampled: 'yes' };
    assert.deepEqual(seen, [all, sampled, all, sampled]);
    const { secure: _, ...rest } = sampled;
    for (const span of spans) assert.deepEqual(span.attributes, { ...rest, 'server.port': 1 });
  });
});
