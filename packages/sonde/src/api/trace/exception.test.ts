/** Exceptions: what type, message and stack trace come from, and that nothing thrown can do harm. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { exceptionAttributes, exceptionMessage } from './exception.ts';

class OrderFailed extends TypeError {}

const typeOf = (thrown: unknown): string | undefined => exceptionAttributes(thrown)['exception.type'];
const stackOf = (thrown: unknown): string => exceptionAttributes(thrown)['exception.stacktrace'] ?? '';

describe('exceptionAttributes', () => {
  it('calls an error by its class, and by the name it was given', () => {
    assert.equal(typeOf(new OrderFailed('x')), 'OrderFailed');
    assert.equal(typeOf(new RangeError('x')), 'RangeError');
    assert.equal(typeOf(Object.assign(new Error('x'), { name: 'PaymentDeclined' })), 'PaymentDeclined');
    assert.equal(typeOf(new DOMException('x', 'AbortError')), 'AbortError');
    assert.equal(typeOf(runInNewContext('new TypeError("x")')), 'TypeError');
  });

  it('never calls it by its code', () => {
    assert.equal(typeOf(Object.assign(new Error('x'), { code: 'ENOENT' })), 'Error');
    let thrown: unknown;
    try {
      new URL('no url');
    } catch (error) {
      thrown = error;
    }
    assert.equal((thrown as { code?: string }).code, 'ERR_INVALID_URL');
    assert.equal(typeOf(thrown), 'TypeError');
  });

  it('takes what is no error', () => {
    assert.deepEqual(exceptionAttributes('broken'), { 'exception.message': 'broken' });
    assert.deepEqual(exceptionAttributes(42), { 'exception.type': 'number', 'exception.message': '42' });
    assert.deepEqual(exceptionAttributes(undefined), { 'exception.type': 'undefined' });
    assert.deepEqual(exceptionAttributes(null), { 'exception.type': 'null' });
    assert.deepEqual(exceptionAttributes({ name: 'Odd', message: 'm' }), {
      'exception.type': 'Odd',
      'exception.message': 'm',
    });
  });

  it('appends the chain of causes, nearest first', () => {
    const root = new RangeError('disk full');
    const middle = new Error('cannot write', { cause: root });
    const stack = stackOf(new Error('cannot save', { cause: middle }));
    const order = ['cannot save', 'Caused by: Error: cannot write', 'Caused by: RangeError: disk full'];
    assert.deepEqual(
      order.map((part) => stack.indexOf(part)),
      order.map((part) => stack.indexOf(part)).sort((a, b) => a - b),
    );
    for (const part of order) assert.ok(stack.includes(part), part);
    assert.ok(stack.includes('exception.test'));
  });

  it('appends the errors of an AggregateError, and causes that are no errors', () => {
    const stack = stackOf(new AggregateError([new Error('first'), 'second'], 'all failed'));
    assert.ok(stack.includes('Error 1 of 2: Error: first'));
    assert.ok(stack.includes('Error 2 of 2: second'));
    assert.ok(stackOf(new Error('x', { cause: 'a reason' })).endsWith('Caused by: a reason'));
  });

  it('ends with chains that are circular or have no end', () => {
    const circular = new Error('a');
    circular.cause = new Error('b', { cause: circular });
    assert.equal(stackOf(circular).split('Caused by').length, 2);
    const endless = (depth: number): object => ({
      message: `level ${depth}`,
      get cause() {
        return endless(depth + 1);
      },
    });
    assert.equal(stackOf(endless(0)).split('Caused by').length, 17);
    const wide = new AggregateError(Array.from({ length: 10_000 }, (_, i) => new Error(`e${i}`)));
    assert.ok(stackOf(wide).length <= 32_768);
  });

  it('survives getters that throw and revoked proxies', () => {
    const hostile = {
      get name(): string {
        throw new Error('name');
      },
      get message(): string {
        throw new Error('message');
      },
      get stack(): string {
        throw new Error('stack');
      },
      get cause(): unknown {
        throw new Error('cause');
      },
    };
    assert.deepEqual(exceptionAttributes(hostile), { 'exception.type': 'Object' });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.deepEqual(exceptionAttributes(proxy), {});
    assert.ok(stackOf(new Error('x', { cause: proxy })).includes('Caused by: Error'));
  });

  it('gives only texts, for any value', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
        (thrown) => {
          for (const value of Object.values(exceptionAttributes(thrown)))
            assert.equal(typeof value, 'string');
          const message = exceptionMessage(thrown);
          assert.ok(message === undefined || typeof message === 'string');
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
