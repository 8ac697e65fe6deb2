import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { GrpcAnswer } from '../../platform/grpc-client.ts';
import { decodeMessage, interpretGrpcAnswer, retryDelayOfDetails } from './grpc-answer.ts';

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return [...bytes, left];
};
const field = (number: number, content: readonly number[]): number[] => [
  number * 8 + 2,
  ...varint(content.length),
  ...content,
];
const text = (value: string): number[] => [...Buffer.from(value)];

/** The details of a status with RetryInfo behind something else. */
function details(duration: readonly number[], type = 'type.googleapis.com/google.rpc.RetryInfo'): string {
  const other = field(3, [
    ...field(1, text('type.googleapis.com/google.rpc.DebugInfo')),
    ...field(2, [1, 2, 3]),
  ]);
  const info = field(3, [...field(1, text(type)), ...field(2, field(1, duration))]);
  return Buffer.from([8, 14, ...field(2, text('busy')), ...other, ...info]).toString('base64');
}

const seconds = (value: number): number[] => [0x08, ...varint(value)];
const nanos = (value: number): number[] => [0x10, ...varint(value)];

describe('RetryInfo', () => {
  it('is seconds and nanoseconds, at most a day', () => {
    assert.equal(retryDelayOfDetails(details([...seconds(2), ...nanos(500_000_000)])), 2_500);
    assert.equal(retryDelayOfDetails(details(nanos(1_000_000))), 1);
    assert.equal(retryDelayOfDetails(details([])), 0);
    assert.equal(retryDelayOfDetails(details(seconds(86_400))), 86_400_000);
    assert.equal(retryDelayOfDetails(details(seconds(86_401))), 86_400_000);
    assert.equal(retryDelayOfDetails(details(nanos(1_000_000_000))), 0, 'no nanoseconds of a Duration');
    const minusOne = [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert.equal(retryDelayOfDetails(details(minusOne)), 0, 'negative');
  });

  it('is absent from other details', () => {
    assert.equal(retryDelayOfDetails(details(seconds(1), 'type.googleapis.com/google.rpc.Help')), undefined);
    for (const nothing of ['', '!!!', 'AA', 'A'.repeat(20_000)]) {
      assert.equal(retryDelayOfDetails(nothing), undefined);
    }
  });

  it('any details are read without harm', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.base64String(),
          fc.string(),
          fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
        ),
        (any) => {
          const delay = retryDelayOfDetails(any);
          assert.ok(delay === undefined || (delay >= 0 && delay <= 86_400_000));
        },
      ),
      { numRuns: 1_000, verbose: 1 },
    );
  });
});

describe('grpc-message', () => {
  it('is percent-encoded UTF-8, and nonsense stays', () => {
    assert.equal(decodeMessage('plain'), 'plain');
    assert.equal(decodeMessage('100%25 gr%C3%BCn'), '100% grün');
    assert.equal(decodeMessage('50% off%2'), '50% off%2');
    assert.equal(decodeMessage('%E2%82'), '\ufffd');
  });

  it('what was encoded comes back, and any text is read without harm', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (any) => {
        assert.equal(decodeMessage(encodeURIComponent(any)), any);
        assert.equal(typeof decodeMessage(any), 'string');
      }),
      { numRuns: 1_000, verbose: 1 },
    );
  });
});

describe('any answer', () => {
  it('is one of three results', () => {
    const answers: fc.Arbitrary<GrpcAnswer> = fc.record({
      kind: fc.constant('answer' as const),
      httpStatus: fc.integer({ min: 0, max: 999 }),
      contentType: fc.oneof(fc.string(), fc.constant('application/grpc')),
      status: fc.option(fc.integer({ min: 0, max: 99_999 }), { nil: undefined }),
      message: fc.string(),
      details: fc.string(),
      body: fc.uint8Array(),
      bodyProblem: fc.constantFrom(undefined, 'broken' as const, 'too_large' as const),
    });
    fc.assert(
      fc.property(answers, (answer) => {
        const { kind, message } = interpretGrpcAnswer(answer, 1_000);
        assert.ok(['accepted', 'retryable', 'rejected'].includes(kind));
        assert.ok(kind === 'accepted' || (message ?? '').length > 0);
        assert.equal(kind === 'accepted' && answer.status !== 0, false);
      }),
      { numRuns: 1_000, verbose: 1 },
    );
  });

  it('says what to do where a setting is wrong', () => {
    const answer: GrpcAnswer = {
      kind: 'answer',
      httpStatus: 200,
      contentType: 'application/grpc',
      status: 12,
      message: '',
      details: '',
      body: new Uint8Array(0),
      bodyProblem: undefined,
    };
    assert.match(
      interpretGrpcAnswer(answer, 1).message ?? '',
      /UNIMPLEMENTED; the receiver does not take this signal/,
    );
    const said = interpretGrpcAnswer({ ...answer, status: 14, details: details(seconds(1)) }, 1);
    assert.deepEqual(said, {
      kind: 'retryable',
      message: 'gRPC UNAVAILABLE (busy)',
      retryAfterMillis: 1_000,
      status: { 'rpc.status_code': 'UNAVAILABLE' },
    });
    const unheard = interpretGrpcAnswer({ ...answer, status: 12_345 }, 1);
    assert.deepEqual(unheard.status, { 'rpc.status_code': 'UNKNOWN' });
  });
});
