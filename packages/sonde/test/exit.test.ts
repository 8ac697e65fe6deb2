/**
 * The way out: a table of the ways in which a process ends, against receivers that answer, refuse and stay silent, in
 * ESM and in CommonJS. Each program runs twice, bare and with `sonde/register`: status and signal must be the same, what
 * it recorded must arrive where the receiver is up, and the delay must stay within the deadline where it is not.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project } from './packed.ts';

/** How long the end may be held up: the deadline of the handlers, a second, and what starting a process may vary by. */
const DEADLINE_MILLIS = 1000;
const NOISE_MILLIS = 4000;

/** Programs at the same time: most of the time is waiting. */
const AT_ONCE = 3;

interface Way {
  readonly name: string;
  /** What the program does once its span has ended; `api` is `sonde`, `load` loads a built-in or package. */
  readonly code: string;
  /** Sent when the program says that it is ready. */
  readonly signals?: readonly NodeJS.Signals[];
}

const WAYS: readonly Way[] = [
  { name: 'natural end', code: '' },
  { name: 'process.exit(0)', code: 'process.exit(0);' },
  { name: 'process.exit(3)', code: 'process.exit(3);' },
  { name: 'process.exitCode = 4', code: 'process.exitCode = 4;' },
  { name: 'an exception', code: 'setTimeout(() => { throw new Error("end"); }, 5);' },
  { name: 'a rejection', code: 'setTimeout(() => Promise.reject(new Error("end")), 5);' },
  {
    name: "an exception that the application's own listener takes",
    code: 'process.on("uncaughtException", () => { process.exitCode = 5; }); setTimeout(() => { throw new Error("end"); }, 5);',
  },
  { name: 'SIGTERM', code: 'stay();', signals: ['SIGTERM'] },
  { name: 'SIGINT', code: 'stay();', signals: ['SIGINT'] },
  { name: 'SIGINT twice', code: 'stay();', signals: ['SIGINT', 'SIGINT'] },
  {
    name: 'SIGTERM with a graceful handler of the application',
    code: 'process.on("SIGTERM", () => setTimeout(() => process.exit(7), 20)); stay();',
    signals: ['SIGTERM'],
  },
  {
    name: 'telemetry made in an exit listener',
    code: 'process.on("exit", () => record("last words")); setTimeout(() => process.exit(0), 5);',
  },
];

type Receiver = 'up' | 'refused' | 'silent';

interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly millis: number;
  readonly stderr: string;
}

const shared = `
const tracer = trace.getTracer('exit');
const record = (name) => tracer.startSpan(name, { attributes: { run: process.env.RUN } }).end();
const stay = () => { setInterval(() => {}, 1000); process.send('ready'); };
record('work');
`;

function programOf(way: Way, format: 'mjs' | 'cjs'): string {
  const load = format === 'mjs' ? "import { trace } from 'sonde';" : "const { trace } = require('sonde');";
  return `${load}\n${shared}\n${way.code}\n`;
}

describe('the way out', { concurrency: AT_ONCE }, () => {
  let project: Project;
  let up: Server;
  let silent: ReturnType<typeof createTcpServer>;
  const held = new Set<Socket>();
  const bodies: string[] = [];
  const urls: Record<Receiver, string> = { up: '', refused: 'http://127.0.0.1:9', silent: '' };

  before(async () => {
    project = new Project();
    up = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString('latin1'));
        response.end();
      });
    });
    silent = createTcpServer((socket) => {
      held.add(socket);
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => up.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    urls.up = `http://127.0.0.1:${(up.address() as AddressInfo).port}`;
    urls.silent = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  });

  after(() => {
    up.closeAllConnections();
    up.close();
    for (const socket of held) socket.destroy();
    silent.close();
    project.remove();
  });

  for (const way of WAYS) {
    for (const format of ['mjs', 'cjs'] as const) {
      for (const receiver of ['up', 'refused', 'silent'] as const) {
        it(`${way.name} · ${format} · receiver ${receiver}`, async () => {
          const id = `${WAYS.indexOf(way)}-${format}-${receiver}`;
          const file = project.write(join('exit', `${id}.${format}`), programOf(way, format));
          const bare = await end(way, [file], { RUN: `bare-${id}` });
          const flag = format === 'mjs' ? '--import' : '--require';
          const ours = await end(way, [flag, 'sonde/register', file], {
            RUN: `run-${id}.`,
            OTEL_EXPORTER_OTLP_ENDPOINT: urls[receiver],
            OTEL_LOG_LEVEL: 'none',
          });
          assert.deepEqual([ours.status, ours.signal], [bare.status, bare.signal], ours.stderr);
          if (receiver === 'up') assertDelivered(way, `run-${id}.`, bodies);
          else
            assert.ok(
              ours.millis - bare.millis < DEADLINE_MILLIS + NOISE_MILLIS,
              `held up for ${ours.millis} ms`,
            );
        });
      }
    }
  }

  function end(way: Way, args: readonly string[], variables: Record<string, string>): Promise<Ending> {
    const started = performance.now();
    const child = spawn(process.execPath, args, {
      cwd: project.folder,
      env: { ...process.env, NODE_OPTIONS: '', ...variables },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let stderr = '';
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('message', () => {
      const [first, second] = way.signals ?? [];
      if (first !== undefined) child.kill(first);
      if (second !== undefined) setTimeout(() => child.kill(second), 10);
    });
    return new Promise((resolve) => {
      child.on('close', (status, signal) => {
        resolve({ status, signal, millis: performance.now() - started, stderr });
      });
    });
  }
});

function assertDelivered(way: Way, run: string, bodies: readonly string[]): void {
  const mine = bodies.filter((body) => body.includes(run)).join('');
  assert.ok(mine.includes('work'), 'the span was not delivered');
  if (way.code.includes('last words'))
    assert.ok(mine.includes('last words'), 'the last span was not delivered');
}
