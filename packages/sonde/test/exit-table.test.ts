/**
 * The table of docs/exit.md: what each way out can do for exporters of others, for headers that a function gives, and
 * where no worker thread may be started. Ours with everything else: exit.test.ts and `npm run interop -- exits`.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Project } from './packed.ts';

/** How a program ends. */
const WAYS = {
  'natural end': '',
  'process.exit': 'process.exit(3);',
  exception: 'setTimeout(() => { throw new Error("end"); }, 5);',
  SIGTERM: 'setInterval(() => {}, 1000); process.send("ready");',
  'SIGTERM, handled':
    'process.on("SIGTERM", () => setTimeout(() => process.exit(), 300)); process.send("ready");',
} as const;
type Way = keyof typeof WAYS;

const SPAN = "trace.getTracer('exit').startSpan('work').end();";

/** What delivers, as options of startSdk. A span is delivered when a line says so or the receiver got it. */
const DELIVERERS = {
  'an exporter of others that answers in the call': `traceExporter: {
    export(spans, answer) { say(spans.map(({ name }) => name)); answer({ code: 0 }); },
    shutdown: () => Promise.resolve(),
  }`,
  'an exporter of others that answers later': `traceExporter: {
    export(spans, answer) { setTimeout(() => { say(spans.map(({ name }) => name)); answer({ code: 0 }); }, 100); },
    shutdown: () => Promise.resolve(),
  }`,
  'an exporter of others that never answers': `traceExporter: { export() {}, shutdown: () => Promise.resolve() }`,
  'headers that a function gives': `traceExporter: new OTLPTraceExporter({ headers: () => ({ key: 'yes' }) })`,
  'headers that a function gives later': `traceExporter: new OTLPTraceExporter({
    headers: () => new Promise((resolve) => setTimeout(() => resolve({ key: 'yes' }), 50)),
  })`,
  'a resource that is not complete yet': `traceExporter: new OTLPTraceExporter({ headers: { key: 'yes' } }),
    resourceDetectors: [{ detect: () => ({ attributes: { slow: new Promise((resolve) => setTimeout(() => resolve('yes'), 200)) } }) }]`,
  gzip: `traceExporter: new OTLPTraceExporter({ headers: { key: 'yes' }, compression: 'gzip' })`,
} as const;
type Deliverer = keyof typeof DELIVERERS;

type Fate = 'delivered' | 'lost, and said' | 'without the headers';

/** The table, as the document has it. */
const TABLE: Readonly<Record<Deliverer, Readonly<Partial<Record<Way, Fate>>>>> = {
  'an exporter of others that answers in the call': {
    'natural end': 'delivered',
    'process.exit': 'delivered',
    exception: 'delivered',
    SIGTERM: 'delivered',
    'SIGTERM, handled': 'delivered',
  },
  'an exporter of others that answers later': {
    'natural end': 'delivered',
    'process.exit': 'lost, and said',
    exception: 'lost, and said',
    SIGTERM: 'delivered',
    'SIGTERM, handled': 'delivered',
  },
  'an exporter of others that never answers': {
    'natural end': 'lost, and said',
    'process.exit': 'lost, and said',
    SIGTERM: 'lost, and said',
  },
  'headers that a function gives': {
    'natural end': 'delivered',
    'process.exit': 'delivered',
    SIGTERM: 'delivered',
  },
  'headers that a function gives later': {
    'natural end': 'delivered',
    'process.exit': 'without the headers',
    exception: 'without the headers',
    SIGTERM: 'delivered',
    'SIGTERM, handled': 'delivered',
  },
  'a resource that is not complete yet': {
    'natural end': 'delivered',
    'process.exit': 'delivered',
    SIGTERM: 'delivered',
  },
  gzip: { 'natural end': 'delivered', 'process.exit': 'delivered', SIGTERM: 'delivered' },
};

/** Three batches, each of which the wrapper takes only when the one before has been answered. */
const WRAPPING = (way: Way) => `
import { trace } from 'sonde';
import { OTLPTraceExporter } from 'sonde/otlp';
import { BatchSpanProcessor, installExitHandlers, startSdk } from 'sonde/sdk';
// A busy machine may take longer than the usual second: here it counts what arrives, not when.
installExitHandlers({ timeoutMillis: 15_000 });
const exporter = new OTLPTraceExporter({ headers: { key: 'yes' } });
const wrapping = {
  exporter,
  export: (spans, answer) => exporter.export(spans, answer),
  shutdown: () => exporter.shutdown(),
};
startSdk({ spanProcessors: [new BatchSpanProcessor(wrapping, { maxExportBatchSize: 1 })] });
for (const name of ['first', 'second', 'third']) trace.getTracer('exit').startSpan(name).end();
${WAYS[way]}
`;

const PROGRAM = (deliverer: Deliverer, way: Way) => `
import { writeSync } from 'node:fs';
import { trace } from 'sonde';
import { OTLPTraceExporter } from 'sonde/otlp';
import { startSdk } from 'sonde/sdk';
const say = (names) => writeSync(1, 'exported ' + names.join());
startSdk({ ${DELIVERERS[deliverer]} });
${SPAN}
${WAYS[way]}
`;

describe('what each way out can do', { concurrency: 3 }, () => {
  let project: Project;
  let receiver: Server;
  let url = '';
  /** The headers of each request, by its path. */
  const requests = new Map<string, unknown[]>();
  /** The bodies of all requests, by their path. */
  const bodies = new Map<string, string>();

  before(async () => {
    project = new Project();
    receiver = createServer((request, response) => {
      requests.set(request.url ?? '', [...(requests.get(request.url ?? '') ?? []), request.headers['key']]);
      request.on('data', (piece: Buffer) => {
        bodies.set(request.url ?? '', (bodies.get(request.url ?? '') ?? '') + piece.toString('latin1'));
      });
      request.on('end', () => response.end());
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  });
  after(() => {
    receiver.closeAllConnections();
    receiver.close();
    project.remove();
  });

  async function runProgram(file: string, flags: readonly string[], path: string) {
    const started = performance.now();
    const child = spawn(process.execPath, [...flags, file], {
      cwd: project.folder,
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url + path,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (piece) => {
        output[name] += piece;
      });
    }
    child.on('message', () => child.kill('SIGTERM'));
    await once(child, 'close');
    return { ...output, millis: performance.now() - started };
  }

  let number = 0;
  for (const [deliverer, row] of Object.entries(TABLE)) {
    for (const [way, fate] of Object.entries(row)) {
      it(`${deliverer}: ${way}: ${fate}`, async () => {
        const path = `/${++number}`;
        const file = project.write(`table${path}.mjs`, PROGRAM(deliverer as Deliverer, way as Way));
        const { stdout, stderr, millis } = await runProgram(file, [], path);
        const keys = requests.get(path) ?? [];
        if (fate === 'delivered') {
          assert.deepEqual(
            deliverer.includes('others') ? stdout : keys,
            deliverer.includes('others') ? 'exported work' : ['yes'],
          );
          assert.doesNotMatch(stderr, /sonde /);
        } else if (fate === 'without the headers') assert.deepEqual(keys, [undefined]);
        else {
          assert.deepEqual([stdout, keys], ['', []]);
          assert.match(stderr, /exit_stranded\] 1 record is lost/);
          assert.equal(stderr.match(/sonde /g)?.length, 1, stderr);
        }
        assert.ok(millis < 6_000, `it took ${millis} ms`);
      });
    }
  }

  for (const way of Object.keys(WAYS) as Way[]) {
    it(`an exporter of others around one of Sonde: ${way}: delivered`, async () => {
      const path = `/${++number}`;
      const { stderr } = await runProgram(project.write(`table${path}.mjs`, WRAPPING(way)), [], path);
      // A request that was under way when the process ended goes again: its answer never came.
      for (const name of ['first', 'second', 'third']) assert.ok(bodies.get(path)?.includes(name), stderr);
      assert.doesNotMatch(stderr, /sonde /);
    });
  }

  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const hasPermissions = major >= 23 || (major === 22 && minor >= 13);
  it('--permission without workers: delivered where the process still runs', {
    skip: !hasPermissions,
  }, async () => {
    const flags = ['--permission', '--allow-fs-read=*', ...(major >= 25 ? ['--allow-net'] : [])];
    for (const way of ['natural end', 'SIGTERM', 'SIGTERM, handled'] as const) {
      const path = `/${++number}`;
      const file = project.write(`table${path}.mjs`, PROGRAM('headers that a function gives', way));
      const { stderr } = await runProgram(file, flags, path);
      assert.deepEqual(requests.get(path), ['yes'], `${way}: ${stderr}`);
      assert.doesNotMatch(stderr, /sonde /);
    }
  });
});
