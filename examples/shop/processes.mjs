// The three services, each a process of its own, started with telemetry by one flag and by variables, not by its code.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process, { env, execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Where nothing listens: what the storefront would like to ask there is not running. */
async function nowhere() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return `http://127.0.0.1:${port}`;
}

/** Resolves with the process and its address once a line of its output tells it. */
async function start(name, file, variables, onLine) {
  const child = spawn(execPath, ['--import', 'sonde/register', `services/${file}`], {
    cwd: here,
    env: { ...env, OTEL_SERVICE_NAME: name, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Should the runner itself fail, nothing stays behind.
  process.once('exit', () => child.kill());
  const lines = createInterface({ input: child.stdout });
  lines.on('line', onLine);
  const url = await new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(/http:\/\/[\d.:]+/.exec(line)?.[0]));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened`)));
  });
  return { child, url };
}

/**
 * Starts the shop; `variables` say where the telemetry goes, `onLine` gets what the services log. `{ url, stop() }`: the storefront's address, and what ends
 * all processes by SIGTERM. None of them listens to that: what they still hold is delivered as they end.
 */
export async function startShop(variables, onLine) {
  const inventory = await start('inventory', 'inventory.mjs', variables, onLine);
  const payment = await start(
    'payment',
    'payment.cjs',
    { ...variables, INVENTORY_URL: inventory.url },
    onLine,
  );
  const addresses = {
    INVENTORY_URL: inventory.url,
    PAYMENT_URL: payment.url,
    RECOMMENDATIONS_URL: await nowhere(),
  };
  const storefront = await start('storefront', 'storefront.mjs', { ...variables, ...addresses }, onLine);
  const children = [storefront, payment, inventory].map(({ child }) => child);
  return {
    url: storefront.url,
    async stop() {
      const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      await Promise.all(running.map((child) => [once(child, 'exit'), child.kill('SIGTERM')][0]));
    },
  };
}
