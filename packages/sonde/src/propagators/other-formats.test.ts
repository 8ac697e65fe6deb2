/** B3, Jaeger, OT Trace, X-Ray and OpenCensus' binary format: round trips, any header at all, baggage in fields. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Baggage } from '../api/baggage/baggage.ts';
import { createBaggage } from '../api/baggage/baggage-impl.ts';
import { getBaggage, setBaggage } from '../api/baggage/baggage-in-context.ts';
import { ROOT_CONTEXT } from '../api/context/context.ts';
import { B3_DEBUG_FLAG_KEY } from '../api/context/context-key.ts';
import type { TextMapPropagator } from '../api/propagation/text-map.ts';
import { defaultTextMapGetter, defaultTextMapSetter } from '../api/propagation/text-map-carrier.ts';
import { isSpanContextValid, type SpanContext } from '../api/trace/span-context.ts';
import { getSpanContext, setSpanContext } from '../api/trace/span-in-context.ts';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import { B3InjectEncoding, B3Propagator } from './b3.ts';
import { GrpcTraceBinPropagator } from './grpc-trace-bin.ts';
import { JaegerPropagator } from './jaeger.ts';
import { OTTracePropagator } from './ot-trace.ts';
import { AWSXRayPropagator } from './xray.ts';

const FORMATS: readonly [string, TextMapPropagator][] = [
  ['B3', new B3Propagator()],
  ['B3 in several headers', new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER })],
  ['Jaeger', new JaegerPropagator()],
  ['OT Trace', new OTTracePropagator()],
  ['X-Ray', new AWSXRayPropagator()],
  ['grpc-trace-bin', new GrpcTraceBinPropagator()],
];

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((digits) => /[^0]/.test(digits));

function inject(
  propagator: TextMapPropagator,
  spanContext: SpanContext,
  baggage?: Baggage,
): Record<string, string> {
  const carrier: Record<string, string> = {};
  const context = setSpanContext(ROOT_CONTEXT, spanContext);
  const full = baggage === undefined ? context : setBaggage(context, baggage);
  propagator.inject(full, carrier, defaultTextMapSetter);
  return carrier;
}

function extract(propagator: TextMapPropagator, carrier: unknown) {
  return propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

let reports: string[] = [];
beforeEach(() => {
  reports = [];
  setGlobalErrorHandler((error) => reports.push(`${error.code}: ${error.message}`));
});
afterEach(() => setGlobalErrorHandler(undefined));

for (const [name, propagator] of FORMATS) {
  describe(name, () => {
    it('gives back what it injected', () => {
      fc.assert(
        fc.property(hex(32), hex(16), fc.boolean(), (trace, spanId, sampled) => {
          // OT Trace has room for half of the id.
          const traceId = name === 'OT Trace' ? `${'0'.repeat(16)}${trace.slice(16)}` : trace;
          if (/^0+$/.test(traceId)) return;
          const traceFlags = sampled ? 1 : 0;
          const carrier = inject(propagator, { traceId, spanId, traceFlags: traceFlags | 2 });
          assert.deepEqual(getSpanContext(extract(propagator, carrier)), {
            traceId,
            spanId,
            traceFlags,
            isRemote: true,
          });
        }),
        { numRuns: 1000 },
      );
    });

    it('takes any fields without throwing, and gives a valid context or none', () => {
      const sample = inject(propagator, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
      const names = Object.keys(sample);
      const piece = fc.constantFrom(
        ...'0aAf1d-:;=?, %é',
        'Root=1-',
        'Parent=',
        '%3A',
        '0'.repeat(16),
        ...Object.values(sample),
      );
      const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
      const fields = fc.dictionary(
        fc.constantFrom(...names, 'x-b3-flags', 'b3', 'uberctx-a', 'ot-baggage-a'),
        fc.oneof(text, fc.array(text)),
      );
      fc.assert(
        fc.property(fields, (carrier) => {
          const spanContext = getSpanContext(extract(propagator, carrier));
          if (spanContext === undefined) return;
          assert.ok(isSpanContextValid(spanContext));
          assert.equal(spanContext.traceId, spanContext.traceId.toLowerCase());
          assert.equal(spanContext.isRemote, true);
        }),
        { numRuns: 2000 },
      );
      assert.deepEqual(
        reports.filter((line) => line.startsWith('propagation_failed')),
        [],
      );
    });

    it('lists the fields that it writes, survives hostile carriers, and writes nothing that is not valid', () => {
      const written = Object.keys(
        inject(propagator, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }),
      );
      for (const field of written) assert.ok(propagator.fields().includes(field));
      assert.deepEqual(inject(propagator, { traceId: 'x', spanId: 'y', traceFlags: 1 }), {});
      for (const carrier of [null, undefined, 1, { [written[0] ?? '']: 'x'.repeat(1_000_000) }]) {
        assert.equal(getSpanContext(extract(propagator, carrier)), undefined);
      }
      const throwing = {
        keys() {
          throw new Error('keys');
        },
        get() {
          throw new Error('get');
        },
      };
      assert.equal(propagator.extract(ROOT_CONTEXT, {}, throwing as never), ROOT_CONTEXT);
      assert.equal(reports.length, 1);
    });
  });
}

describe('B3', () => {
  const single = new B3Propagator();
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

  it('reads the debug flags that official propagators leave in the context', () => {
    for (const flag of ['1', 'd']) {
      const context = setSpanContext(ROOT_CONTEXT, { ...ids, traceFlags: 1 }).setValue(
        B3_DEBUG_FLAG_KEY,
        flag,
      );
      const carrier: Record<string, string> = {};
      single.inject(context, carrier, defaultTextMapSetter);
      assert.match(carrier['b3'] ?? '', /-d$/);
    }
  });

  it('forgets the debug flag of the context with the next trace', () => {
    const debug = extract(single, { b3: `${ids.traceId}-${ids.spanId}-d` });
    assert.equal(debug.getValue(B3_DEBUG_FLAG_KEY), '1');
    const next = single.extract(debug, { b3: `${'c'.repeat(32)}-${ids.spanId}-1` }, defaultTextMapGetter);
    assert.equal(next.getValue(B3_DEBUG_FLAG_KEY), undefined);
  });

  it('refuses an encoding that there is not', () => {
    assert.throws(
      () => new B3Propagator({ injectEncoding: 'multi' as never }),
      /injectEncoding .* not "multi"/,
    );
  });
});

describe('baggage in fields', () => {
  const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  const plain = (baggage: Baggage | undefined) =>
    Object.fromEntries((baggage?.getAllEntries() ?? []).map(([key, { value }]) => [key, value]));

  it('of Jaeger carries any value, and no name that would break a field', () => {
    const jaeger = new JaegerPropagator();
    const baggage = createBaggage({
      user: { value: 'älice\r\n' },
      'bad name': { value: '1' },
      'x\r\ny': { value: '2' },
    });
    const carrier = inject(jaeger, ids, baggage);
    assert.deepEqual(Object.keys(carrier), ['uber-trace-id', 'uberctx-user']);
    assert.deepEqual(plain(getBaggage(extract(jaeger, carrier))), { user: 'älice\r\n' });
    assert.match(reports.join(), /2 baggage entries were left out on inject/);
  });

  it('of Jaeger is read without ids, added to what the context has, and has its own names', () => {
    const jaeger = new JaegerPropagator({ customTraceHeader: 'x-trace', customBaggageHeaderPrefix: 'x-bag' });
    const before = setBaggage(ROOT_CONTEXT, createBaggage({ kept: { value: '1' } }));
    const after = jaeger.extract(before, { 'X-Bag-new': '2', 'x-bag-': 'none' }, defaultTextMapGetter);
    assert.deepEqual(plain(getBaggage(after)), { kept: '1', new: '2' });
    assert.deepEqual(jaeger.fields(), ['x-trace']);
    assert.deepEqual(new JaegerPropagator('x-other').fields(), ['x-other']);
  });

  it('of OT Trace carries what is visible ASCII', () => {
    const ot = new OTTracePropagator();
    const carrier = inject(
      ot,
      ids,
      createBaggage({ a: { value: 'plain text' }, b: { value: 'ä' }, c: { value: '\r\n' } }),
    );
    assert.equal(carrier['ot-baggage-a'], 'plain text');
    assert.equal(Object.keys(carrier).length, 4);
    assert.deepEqual(plain(getBaggage(extract(ot, carrier))), { a: 'plain text' });
  });

  it('is bounded: 180 entries, 8192 bytes', () => {
    const fields = (count: number, length: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`uberctx-${100 + index}`, 'v'.repeat(length)]),
      );
    const size = (carrier: Record<string, string>) =>
      Object.keys(plain(getBaggage(extract(new JaegerPropagator(), carrier)))).length;
    assert.equal(size(fields(180, 1)), 180);
    assert.equal(size(fields(181, 1)), 180);
    assert.equal(size(fields(2, 4093)), 2);
    assert.equal(size(fields(2, 4094)), 1);
  });
});

describe('grpc-trace-bin', () => {
  const propagator = new GrpcTraceBinPropagator();
  const flagsOf = (bytes: readonly number[]) =>
    getSpanContext(extract(propagator, { 'grpc-trace-bin': Buffer.from(bytes).toString('base64') }))
      ?.traceFlags;
  const ids = [0, 0, ...Array(16).fill(7), 1, ...Array(8).fill(9)];

  it('reads any bytes without throwing, and only whole and valid ids', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (tail, isWhole) => {
        const bytes = isWhole ? [...ids, ...tail] : [...tail];
        const flags = flagsOf(bytes);
        assert.equal(flags, isWhole ? (tail[0] === 2 && tail[1] !== undefined ? tail[1] & 1 : 0) : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('needs the version, both ids in their order, and every byte of them', () => {
    assert.equal(flagsOf(ids), 0);
    assert.equal(flagsOf(ids.slice(0, -1)), undefined);
    assert.equal(flagsOf(ids.with(0, 1)), undefined);
    assert.equal(flagsOf(ids.with(1, 1)), undefined);
    assert.equal(flagsOf(ids.with(18, 2)), undefined);
    assert.equal(flagsOf([...ids.slice(0, 2), ...Array(16).fill(0), ...ids.slice(18)]), undefined);
    assert.equal(flagsOf([...ids.slice(0, 19), ...Array(8).fill(0)]), undefined);
  });

  it('reads no more than 1,024 characters', () => {
    const fitting = [...ids, 2, 1, ...Array(768 - 29).fill(0)];
    assert.equal(Buffer.from(fitting).toString('base64').length, 1_024);
    assert.equal(flagsOf(fitting), 1);
    assert.equal(flagsOf([...fitting, 0]), undefined);
  });
});
