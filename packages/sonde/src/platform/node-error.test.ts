import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUnreachable } from './node-error.ts';

const coded = (code: string): Error => Object.assign(new Error('connect'), { code });
const joined = (errors: Error[]): Error =>
  Object.assign(new AggregateError(errors), { code: (errors[0] as { code?: string } | undefined)?.code });

describe('nobody listens', () => {
  const table: readonly (readonly [string, unknown, boolean])[] = [
    ['a port that refuses', coded('ECONNREFUSED'), true],
    ['a socket that is not there', coded('ENOENT'), true],
    ['a name without an address', coded('ENOTFOUND'), true],
    ['a resolver that cannot say', coded('EAI_AGAIN'), true],
    ['a host that no way leads to', coded('EHOSTUNREACH'), true],
    ['no network', coded('ENETUNREACH'), true],
    [
      'IPv6 where there is none, and a port that refuses',
      joined([coded('EADDRNOTAVAIL'), coded('ECONNREFUSED')]),
      true,
    ],
    ['a reset', coded('ECONNRESET'), false],
    ['no answer to the attempt', coded('ETIMEDOUT'), false],
    ['both addresses of a host', joined([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), true],
    ['one of two addresses', joined([coded('ECONNREFUSED'), coded('ETIMEDOUT')]), false],
    ['no address at all', joined([]), false],
    ['a proxy that refuses', new Error('the proxy', { cause: coded('ECONNREFUSED') }), true],
    ['a proxy that answers 503', new Error('the proxy answered CONNECT with 503'), false],
    ['nothing', undefined, false],
    ['a text', 'ECONNREFUSED', false],
  ];
  for (const [what, error, expected] of table) {
    it(`${what}: ${expected}`, () => assert.equal(isUnreachable(error), expected));
  }

  it('ends at an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    assert.equal(isUnreachable(error), false);
  });
});
