/** The receiver on gRPC's C core: grpc-core/receiver.py, with modules that protoc generates from OTLP's own files. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parts, protoFolder } from './parts.mjs';

const program = fileURLToPath(new URL('../grpc-core/receiver.py', import.meta.url));

/** The folder of the generated modules, for all receivers of a suite: `{ folder, remove() }`. */
export function generateModules() {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-proto-'));
  const files = readdirSync(join(protoFolder, 'opentelemetry'), { recursive: true })
    .filter((name) => name.endsWith('.proto'))
    .map((name) => join('opentelemetry', name));
  execFileSync(parts.protoc(), [`--python_out=${folder}`, `--proto_path=${protoFolder}`, ...files]);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** `{ port, calls, received(count), stop() }`; `tls` has `cert`, `key` and, for clients with certificates, `clientCa`. */
export async function startGrpcCore(modules, { port = 0, tls } = {}) {
  const args = [program, modules.folder, '--port', String(port)];
  if (tls !== undefined) args.push('--cert', tls.cert, '--key', tls.key);
  if (tls?.clientCa !== undefined) args.push('--client-ca', tls.clientCa);
  const child = spawn(parts['python3-grpcio'](), args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const lines = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const until = async (isDone, what) => {
    const giveUp = Date.now() + 60_000;
    while (!isDone()) {
      if (Date.now() > giveUp || child.exitCode !== null) throw new Error(`${what}:\n${stderr}`);
      await sleep(10);
    }
  };
  await until(() => lines.length > 0, 'The receiver did not start');
  const receiver = {
    port: lines[0].port,
    get calls() {
      return lines.slice(1);
    },
    /** Resolves with the calls once there are that many. */
    async received(count) {
      await until(() => lines.length > count, `There were ${lines.length - 1} calls, not ${count}`);
      return receiver.calls;
    },
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
  return receiver;
}
