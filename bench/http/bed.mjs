/**
 * A server under load: the server alone on core 0, the load generator and the receiver of its telemetry on core 1, so
 * that what is measured is the server's own processor time. Without `taskset` nothing is pinned and numbers are worse.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const canPin = spawnSync('taskset', ['-c', '1', 'true']).status === 0;

function pinned(core, node, args) {
  return canPin ? ['taskset', ['-c', String(core), node, ...args]] : [node, args];
}

/** The environment without what would change a contender. */
export function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS$|NODE_TEST|BENCH_)/.test(name)),
  );
}

function start(core, node, args, env = {}) {
  const [command, all] = pinned(core, node, args);
  const child = spawn(command, all, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...cleanEnvironment(), ...env },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = `${errors}${text}`.slice(-2000);
  });
  return { child, errors: () => errors };
}

async function answer(child, question) {
  if (question !== undefined) child.send(question);
  const [message] = await once(child, 'message');
  return Object.values(message)[0];
}

/** A receiver by itself, and the variables that lead to it. */
export async function openReceiver(node, delay = 0) {
  const { child } = start(1, node, [here('receiver.mjs'), String(delay)]);
  const port = await answer(child);
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_SERVICE_NAME: 'bench',
    },
    counts: () => answer(child, 'counts'),
    close: () => child.disconnect(),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Receiver and server of one contender, ready to serve. `close()` ends both and returns what the receiver got. */
export async function openBed({ node, variant, delay = 0, nodeFlags = [] }) {
  const receiver = await openReceiver(node, delay);
  const env = { ...receiver.env, ...variant.env };
  const server = start(0, node, [...nodeFlags, ...variant.flags, here('server.cjs')], env);
  const port = await Promise.race([
    answer(server.child),
    once(server.child, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code}: ${server.errors()}`);
    }),
  ]);
  return {
    ask: (question) => answer(server.child, question),
    load: (milliseconds, limit) => load(node, port, milliseconds, limit),
    /** `{ spans, requests, bytes }` once the server has ended by itself. */
    async close() {
      const ended = once(server.child, 'exit');
      const timer = setTimeout(() => server.child.kill('SIGKILL'), 60_000);
      server.child.send('end');
      const [code, signal] = await ended;
      clearTimeout(timer);
      const counts = await receiver.counts();
      receiver.close();
      if (code !== 0) throw new Error(`the server ended with ${code ?? signal}: ${server.errors()}`);
      return counts;
    },
    kill() {
      server.child.kill('SIGKILL');
      receiver.kill();
    },
  };
}

async function load(node, port, milliseconds, limit) {
  const args = [here('load.mjs'), String(port), String(milliseconds)];
  const [command, all] = pinned(1, node, limit === undefined ? args : [...args, String(limit)]);
  const { stdout } = await promisify(execFile)(command, all, { env: cleanEnvironment() });
  return JSON.parse(stdout);
}
