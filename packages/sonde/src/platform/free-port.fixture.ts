/**
 * Ports that stay free. The system gives its own to whoever asks: one that a test has let go of may be the next listener's
 * of a test file that runs beside it. These lie below all ranges that systems give from (32768 on Linux, 49152 elsewhere).
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const [LOWEST, HIGHEST] = [10_000, 32_000];

/** The first of so many ports of loopback, one after another, that nobody listens at. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = randomInt(LOWEST, HIGHEST);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const answers = await Promise.all(ports.map(isFree));
    if (answers.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
