/** Starts receiver.mjs and talks to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** `{ url, counts(), close() }` of a receiver that answers after `delayMillis`, by HTTP or gRPC. */
export async function startReceiver({ delayMillis = 0, protocol = 'http' } = {}) {
  const args = [String(delayMillis), protocol];
  const child = fork(new URL('receiver.mjs', import.meta.url), args, { execArgv: [] });
  const [{ port }] = await once(child, 'message');
  return {
    url: `http://127.0.0.1:${port}${protocol === 'http' ? '/v1/traces' : ''}`,
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
