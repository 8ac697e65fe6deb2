/** What is lost is told of by the receiver's status where that is the cause. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StatusAttributes } from '../../sdk/common/exporter-tally.ts';
import { errorTypeOf } from './send.ts';

describe('the error type of an export', () => {
  const cases: readonly (readonly [StatusAttributes | undefined, string])[] = [
    [undefined, 'rejected'],
    [{ 'http.response.status_code': 200 }, 'rejected'],
    [{ 'http.response.status_code': 299 }, 'rejected'],
    [{ 'http.response.status_code': 300 }, '300'],
    [{ 'http.response.status_code': 400 }, '400'],
    [{ 'rpc.status_code': 'OK' }, 'rejected'],
    [{ 'rpc.status_code': 'UNIMPLEMENTED' }, 'UNIMPLEMENTED'],
  ];
  for (const [status, expected] of cases) {
    it(`is ${expected} with ${JSON.stringify(status)}`, () => {
      assert.equal(errorTypeOf('rejected', status), expected);
    });
  }
});
