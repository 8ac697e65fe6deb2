/** `sendBlocking` as the rest of the source sees it: what it consists of is loaded when there is something to send. */
import { loadExit } from './deferred-exit.ts';
import type { ExitAnswer, ExitRequest } from './exit-request.ts';
import { describeError } from './node-error.ts';

/** See node-exit.ts. Never throws. */
export function sendBlocking(requests: readonly ExitRequest[], timeoutMillis: number): ExitAnswer[] {
  if (requests.length === 0) return [];
  try {
    return loadExit().sendBlocking(requests, timeoutMillis);
  } catch (error) {
    const message = `what sends as the process ends could not be loaded: ${describeError(error)}`;
    const answer: ExitAnswer = {
      status: 0,
      contentType: '',
      body: new Uint8Array(0),
      failure: 'unavailable',
      message,
    };
    return requests.map(() => answer);
  }
}
