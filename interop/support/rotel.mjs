/** Rotel, a real OTLP collector, on free ports of loopback; what it received is what it prints. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { parts } from './parts.mjs';
import { freePort } from './ports.mjs';

const READY_WITHIN_MILLIS = 60_000;

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** `{ url, grpcUrl, output(), printed(pattern), stop() }`. */
export async function startRotel() {
  const [http, grpc] = [await freePort(), await freePort()];
  const child = spawn(
    parts.rotel(),
    [
      'start',
      ...['--otlp-http-endpoint', `127.0.0.1:${http}`, '--otlp-grpc-endpoint', `127.0.0.1:${grpc}`],
      ...['--exporter', 'blackhole', '--debug-log-verbosity', 'detailed'],
      ...['--debug-log', 'traces', '--debug-log', 'metrics', '--debug-log', 'logs'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (piece) => {
      text += stripVTControlCharacters(piece);
    });
  }
  const until = Date.now() + READY_WITHIN_MILLIS;
  while (!(await accepts(http)) || !(await accepts(grpc))) {
    if (Date.now() > until || child.exitCode !== null) throw new Error(`Rotel did not start:\n${text}`);
    await sleep(20);
  }
  return {
    url: `http://127.0.0.1:${http}`,
    grpcUrl: `http://127.0.0.1:${grpc}`,
    output: () => text,
    /** Resolves with all output once it holds the pattern, or what a function says of it. */
    async printed(wanted, withinMillis = 60_000) {
      const giveUp = Date.now() + withinMillis;
      const isThere = typeof wanted === 'function' ? wanted : (output) => wanted.test(output);
      while (!isThere(text)) {
        if (Date.now() > giveUp) throw new Error(`Rotel did not print ${wanted}. It printed:\n${text}`);
        await sleep(20);
      }
      // The end of what it is printing may be in the next piece of the pipe.
      for (let before = ''; before !== text; ) {
        before = text;
        await sleep(300);
      }
      return text;
    },
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Every span that Rotel printed: its fields, and `text`, all that was printed of it. */
export function spansIn(output) {
  const field = (text, name) => new RegExp(`^ *${name} *: (.*)$`, 'm').exec(text)?.[1].trim() ?? '';
  return output
    .split(/^Span #\d+$/m)
    .slice(1)
    .map((text) => ({
      name: field(text, 'Name'),
      traceId: field(text, 'Trace ID'),
      spanId: field(text, 'ID'),
      parentId: field(text, 'Parent ID'),
      kind: field(text, 'Kind'),
      status: field(text, 'Status code'),
      text,
    }));
}
