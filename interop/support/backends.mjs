/**
 * Real backends that neither npm nor Debian has: Jaeger, Zipkin, the OpenTelemetry Collector and Prometheus 3. They are built
 * once from Go modules and Maven into .cache/backends, a folder for each version, by
 *
 *   node interop/support/backends.mjs [name …]       (npm run interop -- backends does it too)
 *
 * and need a Go and a Java of the machine; half an hour on two cores. No part of CI.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/backends/', import.meta.url));

const COLLECTOR = 'v0.159.0';
const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** Runs a long program at the lowest priority: nobody waits for it at that moment. */
function run(folder, command, ...args) {
  execFileSync('nice', ['-n', '19', command, ...args], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', GOBIN: folder, CGO_ENABLED: '0' },
  });
}

/** A module of our own that requires one version of another, and the program built from it. */
function buildGo(folder, module, version, program, ...flags) {
  if (!existsSync(join(folder, 'go.mod'))) run(folder, 'go', 'mod', 'init', 'sonde-interop');
  run(folder, 'go', 'get', `${module}@${version}`);
  run(folder, 'go', 'build', ...flags, '-o', join(folder, 'program'), program);
}

function buildCollector(folder) {
  const module = (part, from = CORE) => `  - gomod: ${from}/${part} ${COLLECTOR}`;
  const manifest = [
    'dist:',
    '  name: collector',
    '  module: sonde-interop/collector',
    `  output_path: ${join(folder, 'source')}`,
    'receivers:',
    module('receiver/otlpreceiver'),
    'processors:',
    module('processor/batchprocessor'),
    'exporters:',
    module('exporter/debugexporter'),
    module('exporter/fileexporter', CONTRIB),
  ];
  writeFileSync(join(folder, 'manifest.yaml'), `${manifest.join('\n')}\n`);
  run(folder, 'go', 'install', `${CORE}/cmd/builder@${COLLECTOR}`);
  run(folder, join(folder, 'builder'), '--config', 'manifest.yaml');
  renameSync(join(folder, 'source/collector'), join(folder, 'program'));
}

function fetchZipkin(folder) {
  const artifact = 'io.zipkin:zipkin-server:3.6.1:jar:exec';
  run(folder, 'mvn', '-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`);
  renameSync(join(folder, 'zipkin-server-3.6.1-exec.jar'), join(folder, 'program'));
}

/** Name -> the folder of its version, and what fills it with `program`. */
const backends = {
  collector: { folder: `collector-${COLLECTOR}`, build: buildCollector },
  jaeger: {
    // Tagged as 2.x too, under a major version that Go modules do not find.
    folder: 'jaeger-1.76.0',
    build: (folder) =>
      buildGo(
        folder,
        'github.com/jaegertracing/jaeger',
        'v1.76.0',
        'github.com/jaegertracing/jaeger/cmd/jaeger',
      ),
  },
  prometheus: {
    folder: 'prometheus-0.314.0',
    build: (folder) =>
      buildGo(
        folder,
        'github.com/prometheus/prometheus',
        'v0.314.0',
        'github.com/prometheus/prometheus/cmd/prometheus',
        '-tags=remove_all_sd',
      ),
  },
  zipkin: { folder: 'zipkin-3.6.1', build: fetchZipkin },
};

export const backendNames = Object.keys(backends);

/** The program of a backend, a jar in Zipkin's case; undefined where it has not been built. */
export function backendProgram(name) {
  const program = join(cache, backends[name].folder, 'program');
  return existsSync(program) ? program : undefined;
}

/** Builds what is missing. Throws where a tool is missing or a build fails; what was built stays. */
export function buildBackends(names = backendNames) {
  for (const name of names) {
    if (backendProgram(name) !== undefined) continue;
    console.error(`Building ${name} (once) …`);
    const folder = join(cache, backends[name].folder);
    mkdirSync(folder, { recursive: true });
    backends[name].build(folder);
  }
}

/** Longest that a backend may take until it answers: Zipkin's virtual machine needs a quarter of a minute on a busy day. */
const READY_MILLIS = 90_000;

/**
 * Starts a program and waits until `url` answers. `{ output(), stop() }`; rejects with what it printed when it ends first.
 */
export async function startProgram(command, args, { env = {}, url, cwd = cache }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(() => 'ended');
  const stop = async () => {
    child.kill();
    await ended;
  };
  const deadline = Date.now() + READY_MILLIS;
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return { output: () => output, stop };
    if ((await Promise.race([ended, delay(100)])) === 'ended') break;
  }
  await stop();
  throw new Error(`${command} did not answer at ${url}:\n${output.slice(-4_000)}`);
}

/** What `read` gives once it is not undefined: backends take a moment to show what they were sent. */
export async function eventually(read, millis = 10_000) {
  const deadline = Date.now() + millis;
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not come');
    await delay(100);
  }
}

/** JSON behind a URL; undefined for any answer that is no success. */
export async function jsonAt(url) {
  const answer = await fetch(url);
  return answer.ok ? await answer.json() : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  buildBackends(names.length === 0 ? backendNames : names);
}
