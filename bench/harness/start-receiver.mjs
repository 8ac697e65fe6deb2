/** Starts receiver.mjs and talks to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** `{ url, counts(), close() }` of a receiver that answers after `delayMillis`. */
export async function startReceiver(delayMillis = 0) {
  const child = fork(new URL('receiver.mjs', import.meta.url), [String(delayMillis)], { execArgv: [] });
  const [{ port }] = await once(child, 'message');
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    async counts() {
      child.send('counts');
      const [counts] = await once(child, 'message');
      return counts;
    },
    close() {
      child.disconnect();
    },
  };
}
