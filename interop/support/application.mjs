/** A program that serves HTTP and says its address in its first line, as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** `{ url, lines, stop() }`; `stop` ends it by SIGTERM and gives `[status, signal]`. What it says on stderr is an error. */
export async function startApplication(node, args, { cwd, variables }) {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('OTEL_'));
  const child = spawn(node, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  const lines = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  await Promise.race([once(reader, 'line'), ended]);
  if (lines.length === 0) throw new Error(`${args.join(' ')} ended before it listened:\n${stderr}`);
  return {
    url: lines[0],
    lines,
    async stop() {
      child.kill('SIGTERM');
      const outcome = await ended;
      if (stderr !== '') throw new Error(`${args.join(' ')} said:\n${stderr}`);
      return outcome;
    },
  };
}
