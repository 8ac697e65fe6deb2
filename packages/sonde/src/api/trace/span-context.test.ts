/** Span contexts: ids in both forms, and well-formed whatever is given. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  createSpanContext,
  INVALID_SPANID,
  INVALID_TRACEID,
  isSpanContextValid,
  isValidSpanId,
  isValidTraceId,
  spanContextFromBytes,
  spanIdToBytes,
  traceIdToBytes,
} from './span-context.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

describe('ids', () => {
  it('are valid at their exact length, in hex, and not all zero', () => {
    assert.ok(isValidTraceId(TRACE_ID) && isValidSpanId(SPAN_ID));
    assert.ok(isValidTraceId(TRACE_ID.toUpperCase()));
    for (const bad of [TRACE_ID.slice(1), `${TRACE_ID}0`, TRACE_ID.replace('a', 'g'), INVALID_TRACEID, '']) {
      assert.equal(isValidTraceId(bad), false, bad);
    }
    for (const bad of ['/', ':', '@', 'G', '`', 'g', 'ｆ']) {
      assert.equal(isValidSpanId(`${SPAN_ID.slice(1)}${bad}`), false, bad);
    }
    for (const bad of [undefined, null, 5, {}, [TRACE_ID]]) assert.equal(isValidTraceId(bad as never), false);
  });

  it('come back from bytes as they went', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(8), fc.integer(), (traceId, spanId, traceFlags) => {
        const made = spanContextFromBytes(traceId, spanId, { traceFlags });
        assert.deepEqual([...traceIdToBytes(made.traceId)], [...traceId]);
        assert.deepEqual([...spanIdToBytes(made.spanId)], [...spanId]);
        assert.equal(made.traceFlags, traceFlags & 0xff);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('createSpanContext', () => {
  it('makes a frozen object with lower-case ids', () => {
    const made = createSpanContext({ traceId: TRACE_ID.toUpperCase(), spanId: SPAN_ID, traceFlags: 3 });
    assert.deepEqual(made, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 3, isRemote: false });
    assert.ok(Object.isFrozen(made));
  });

  it('is well-formed whatever is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (traceId, spanId, traceFlags) => {
        const made = createSpanContext({ traceId, spanId, traceFlags } as never);
        assert.ok(isValidTraceId(made.traceId) || made.traceId === INVALID_TRACEID);
        assert.ok(isValidSpanId(made.spanId) || made.spanId === INVALID_SPANID);
        assert.ok(Number.isInteger(made.traceFlags) && made.traceFlags >= 0 && made.traceFlags <= 255);
      }),
      { numRuns: 1_000 },
    );
    assert.equal(isSpanContextValid(createSpanContext(undefined as never)), false);
    assert.equal(isSpanContextValid(spanContextFromBytes(new Uint8Array(15), new Uint8Array(8))), false);
  });
});
