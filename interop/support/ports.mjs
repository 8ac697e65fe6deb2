/**
 * Ports of loopback for programs that have to be told theirs. What the system gives (from 32768 on) may be the next
 * listener's of a suite that runs beside, before the program is up: these lie below.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const [LOWEST, HIGHEST] = [10_000, 32_000];

/** A port that nobody listens on now. */
export async function freePort() {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
