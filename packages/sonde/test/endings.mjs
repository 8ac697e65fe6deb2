/**
 * The ways in which a process ends, and the bed in which they are tried: each program runs twice, bare and with Sonde.
 * Status, signal and output must be the same, what it recorded (spans, log records, metrics) must arrive where the receiver is up, and the delay must
 * stay within the deadline where it is not. A part of the table runs with `npm test` (exit.test.ts), all of it on several
 * Nodes with `npm run interop -- exits`. Plain JavaScript, because both use it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';

/** How long the end may be held up: the deadline of the handlers, a second, and what starting a process may vary by. */
const DEADLINE_MILLIS = 1000;
const NOISE_MILLIS = 4000;

/**
 * name          of the way
 * code          what the program does once it has recorded something of each signal; see PRELUDE for what it may use
 * signals       sent one after another when the program says that it is ready
 * expects       names of spans that must arrive besides the span `work`, the record `note` and two metrics
 * startsItself  the program records nothing at first and calls `start()` itself: there is no flag
 * preload       a package that is loaded before Sonde
 * needs         what is not there without further ado: a package of interop/exits, or `unshare`
 * slowOnly      left to the full run
 * asInit        the program is PID 1 of a namespace of its own
 */
export const ways = [
  { name: 'natural end', code: '' },
  { name: 'process.exit(0)', slowOnly: true, code: 'process.exit(0);' },
  { name: 'process.exit(3)', code: 'process.exit(3);' },
  { name: 'process.exitCode = 4', code: 'process.exitCode = 4;' },
  { name: 'an exception', code: 'setTimeout(() => { throw new Error("end"); }, 5);' },
  { name: 'a rejection', code: 'setTimeout(() => Promise.reject(new Error("end")), 5);' },
  {
    name: "an exception that the application's own listener takes",
    code: 'process.on("uncaughtException", () => { process.exitCode = 5; }); setTimeout(() => { throw new Error("end"); }, 5);',
  },
  {
    name: "an exception after which the application's own listener exits",
    slowOnly: true,
    code: 'process.on("uncaughtException", () => process.exit(6)); setTimeout(() => { throw new Error("end"); }, 5);',
  },
  { name: 'SIGTERM', code: 'stay();', signals: ['SIGTERM'] },
  { name: 'SIGINT', slowOnly: true, code: 'stay();', signals: ['SIGINT'] },
  { name: 'SIGINT twice', code: 'stay();', signals: ['SIGINT', 'SIGINT'] },
  {
    name: 'SIGTERM while the loop is busy',
    code: 'stay(); setTimeout(() => { const end = Date.now() + 300; while (Date.now() < end); }, 1);',
    signals: ['SIGTERM'],
  },
  {
    name: 'SIGTERM with a graceful handler of the application',
    code: 'process.on("SIGTERM", () => setTimeout(() => process.exit(7), 20)); stay();',
    signals: ['SIGTERM'],
  },
  {
    name: 'SIGTERM with a handler of the application that lets the loop run dry',
    code: 'process.once("SIGTERM", () => { process.disconnect(); clearInterval(timer); }); const timer = stay();',
    signals: ['SIGTERM'],
  },
  {
    name: 'SIGTERM with a handler that was there before startSdk',
    startsItself: true,
    code: 'process.once("SIGTERM", () => { record("closing"); setTimeout(() => process.exit(8), 20); }); start(); record("late"); stay();',
    signals: ['SIGTERM'],
    expects: ['late', 'closing'],
  },
  {
    name: 'telemetry made in an exit listener',
    code: 'process.on("exit", () => record("last words")); setTimeout(() => process.exit(0), 5);',
    expects: ['last words'],
  },
  ...[
    ['process.exit', 'process.exit(3);'],
    ['an exception', 'throw new Error("end");'],
  ].map(([how, end]) => ({
    name: `telemetry made in an exit listener that is added in the tick of ${how}`,
    code: `process.on("exit", () => record("last words")); ${end}`,
    expects: ['last words'],
  })),
  ...[
    ['exits', 'process.exit(9);'],
    ['throws', 'throw new Error("end");'],
    ['kills its process', 'process.kill(process.pid, "SIGTERM");'],
  ].map(([what, end]) => ({
    name: `an exit listener that ${what}`,
    code: `process.on("exit", () => { record("last words"); ${end} }); setTimeout(() => process.exit(2), 5);`,
    expects: ['last words'],
  })),
  {
    name: 'process.exit in a beforeExit listener',
    slowOnly: true,
    code: 'process.on("beforeExit", () => { record("last words"); process.exit(8); });',
    expects: ['last words'],
  },
  {
    name: 'an exit listener of a worker thread that exits',
    code: `if (isMainThread) new Worker(process.argv[1]);
      else { process.on("exit", () => { record("in the thread"); process.exit(5); }); setTimeout(() => process.exit(2), 5); }`,
    expects: ['in the thread'],
  },
  {
    name: 'process.exit after all exit listeners were taken away',
    code: 'process.removeAllListeners("exit"); setTimeout(() => process.exit(3), 5);',
  },
  {
    name: 'another program in its place (process.execve)',
    // Not before Node 22.15: without it the end is an ordinary one.
    code: `const again = [process.execPath, '-p', '"another program"'];
      if (typeof process.execve === 'function') process.execve(process.execPath, again, {});
      else process.exit(3);`,
  },
  {
    name: 'a worker thread that has something queued, under another program in its place',
    code: `if (isMainThread) new Worker(process.argv[1]).once('message', () => {
        if (typeof process.execve === 'function') process.execve(process.execPath, [process.execPath, '-p', '1'], {});
        else process.exit(3);
      });
      else { setInterval(() => {}, 1000); setTimeout(() => { record("in the thread"); parentPort.postMessage(1); }, 20); }`,
    expects: ['in the thread'],
  },
  {
    name: 'SIGTERM that the application only emits',
    code: 'const ended = setTimeout(() => process.exit(3), 50); process.emit("SIGTERM");',
  },
  {
    // beforeExit comes long before the end: what it flushed then is no reason to give up at the end.
    name: 'a natural end that a listener puts off for longer than the deadline, then process.exit',
    code: 'process.once("beforeExit", () => setTimeout(() => { record("much later"); process.exit(0); }, 1300));',
    expects: ['much later'],
  },
  {
    name: 'process.exit in a worker thread',
    code: 'if (isMainThread) new Worker(process.argv[1]); else { record("in the thread"); process.exit(5); }',
    expects: ['in the thread'],
  },
  {
    name: 'an exception in a worker thread',
    code: 'if (isMainThread) new Worker(process.argv[1]); else { record("in the thread"); throw new Error("end"); }',
    expects: ['in the thread'],
  },
  {
    name: 'the natural end of a worker thread',
    slowOnly: true,
    code: 'if (isMainThread) new Worker(process.argv[1]); else record("in the thread");',
    expects: ['in the thread'],
  },
  ...['process.exit(6);', 'stay();'].map((how) => ({
    name: `${how === 'stay();' ? 'SIGTERM' : 'process.exit'} under a worker thread that has something queued`,
    code: `if (isMainThread) new Worker(process.argv[1]).once('message', () => { ${how} });
      else { setInterval(() => {}, 1000); setTimeout(() => { record("in the thread"); parentPort.postMessage(1); }, 20); }`,
    signals: how === 'stay();' ? ['SIGTERM'] : undefined,
    expects: ['in the thread'],
  })),
  {
    name: 'terminate() of a worker thread half a second after it recorded something',
    code: `if (isMainThread) {
        const worker = new Worker(process.argv[1]);
        worker.once('message', () => setTimeout(() => worker.terminate(), 800));
      } else { setInterval(() => {}, 1000); record("in the thread"); parentPort.postMessage(1); }`,
    expects: ['in the thread'],
  },
  {
    name: 'process.exit over a worker thread that never hears',
    code: `if (isMainThread) new Worker(process.argv[1]).once('message', () => setTimeout(() => process.exit(6), 50));
      else { parentPort.postMessage(1); for (;;); }`,
  },
  ...['SIGTERM', 'process.exit(0)', 'natural end'].map((how) => ({
    name: `two copies of Sonde: ${how}`,
    slowOnly: how !== 'SIGTERM',
    code: `other(); ${how === 'SIGTERM' ? 'stay();' : how === 'natural end' ? '' : how}`,
    signals: how === 'SIGTERM' ? ['SIGTERM'] : undefined,
    expects: ['other copy'],
  })),
  ...['signal-exit-3', 'signal-exit-4'].flatMap((name) =>
    ['before', 'after'].flatMap((order) =>
      ['SIGTERM', 'SIGINT', 'process.exit(3)'].map((how) => ({
        name: `${how} with ${name} loaded ${order} Sonde`,
        needs: name,
        preload: order === 'before' ? name : undefined,
        code: `${order === 'after' ? `onSignalExit('${name}');` : ''} ${how.startsWith('SIG') ? 'stay();' : how}`,
        signals: how.startsWith('SIG') ? [how] : undefined,
      })),
    ),
  ),
  ...['', 'process.on("SIGTERM", () => setTimeout(() => process.exit(9), 20));'].map((handler) => ({
    name: `PID 1, SIGTERM twice, ${handler ? 'with' : 'without'} a handler of the application`,
    needs: 'unshare',
    asInit: true,
    // The kernel lets init ignore what it has no handler for: then only SIGKILL ends it.
    code: `${handler} stay();`,
    signals: handler ? ['SIGTERM', 'SIGTERM'] : ['SIGTERM', 'SIGTERM', 'SIGKILL'],
  })),
];

const LOAD = {
  mjs: "import { logs, metrics, trace } from 'sonde';",
  cjs: "const { logs, metrics, trace } = require('sonde');",
};

const PRELUDE = `
const { Worker, isMainThread, parentPort } = process.getBuiltinModule('node:worker_threads');
const { createRequire } = process.getBuiltinModule('node:module');
const load = createRequire(process.argv[1]);
const RUN = process.env.RUN;
const tracer = trace.getTracer('exit');
const logger = logs.getLogger('exit');
const record = (name) => tracer.startSpan(name, { attributes: { run: RUN } }).end();
const stay = () => { process.send('ready'); return setInterval(() => {}, 1000); };
const start = () => { if (process.env.START) load('sonde/sdk').startSdk(); };
const say = (...words) => process.getBuiltinModule('node:fs').writeSync(1, words.join(' '));
const onSignalExit = (name) => {
  const { onExit = load(name) } = load(name);
  onExit((code, signal) => say('signal-exit says', code, signal));
};
const other = () => {
  if (process.env.START === undefined) return;
  const loadOther = createRequire(load.resolve('./other/application.js'));
  const sdk = loadOther('sonde/sdk');
  if (sdk.TracerProvider === load('sonde/sdk').TracerProvider) throw new Error('they are one copy');
  const exporter = new (loadOther('sonde/otlp').OTLPTraceExporter)();
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  sdk.startSdk();
  provider.getTracer('other').startSpan('other copy', { attributes: { run: RUN } }).end();
};
`;

const RECORD = `
record('work');
logger.emit({ body: 'note', attributes: { run: RUN } });
const meter = metrics.getMeter('exit');
meter.createCounter('counted').add(1, { run: RUN });
meter.createObservableGauge('observed').addCallback((result) => result.observe(7, { run: RUN }));
`;

function programOf({ code, startsItself }, format) {
  return `${LOAD[format]}\n${PRELUDE}\n${startsItself ? '' : RECORD}\n${code}\n`;
}

const PRELOAD = (name) => `
const loaded = require('${name}');
(loaded.onExit ?? loaded)((code, signal) => require('node:fs').writeSync(1, 'signal-exit says ' + code + ' ' + signal));
`;

/** The receivers, and the folder with the package in which the programs run. */
export class Bed {
  #folder;
  #up;
  #silent;
  #held = new Set();
  #bodies = [];
  #bare = new Map();
  urls = { up: '', refused: 'http://127.0.0.1:9', silent: '' };

  /** @param folder where sonde is installed, and what else the ways need */
  constructor(folder) {
    this.#folder = folder;
  }

  async open() {
    const application = join(this.#folder, 'other/application.js');
    mkdirSync(join(this.#folder, 'other/node_modules'), { recursive: true });
    writeFileSync(application, '');
    cpSync(join(this.#folder, 'node_modules/sonde'), join(this.#folder, 'other/node_modules/sonde'), {
      recursive: true,
    });
    this.#up = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        this.#bodies.push(`${request.url} ${Buffer.concat(chunks).toString('latin1')}`);
        response.end();
      });
    });
    this.#silent = createTcpServer((socket) => {
      this.#held.add(socket);
      socket.on('error', () => {});
    });
    for (const server of [this.#up, this.#silent]) {
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    this.urls.up = `http://127.0.0.1:${this.#up.address().port}`;
    this.urls.silent = `http://127.0.0.1:${this.#silent.address().port}`;
  }

  close() {
    this.#up.closeAllConnections();
    this.#up.close();
    for (const socket of this.#held) socket.destroy();
    this.#silent.close();
  }

  /** Runs the way bare and with Sonde, and holds them against each other. */
  async check(way, { format, receiver, node = process.execPath }) {
    const run = `run-${ways.indexOf(way)}-${format}-${receiver}.`;
    const file = join(this.#folder, `${run}${format}`);
    writeFileSync(file, programOf(way, format));
    const preload = way.preload === undefined ? [] : ['--require', this.#preload(way.preload)];
    const key = `${way.name} ${format} ${node}`;
    if (!this.#bare.has(key)) this.#bare.set(key, this.#end(way, node, [...preload, file], { RUN: 'bare' }));
    const bare = await this.#bare.get(key);
    const flag = [format === 'mjs' ? '--import' : '--require', 'sonde/register'];
    const ours = await this.#end(way, node, [...preload, ...(way.startsItself ? [] : flag), file], {
      RUN: run,
      START: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: this.urls[receiver],
      OTEL_LOG_LEVEL: 'none',
    });
    const outcome = ({ status, signal, stdout }) => ({ status, signal, stdout });
    assert.deepEqual(outcome(ours), outcome(bare), ours.stderr);
    if (receiver === 'up') this.#assertDelivered(way, run);
    else {
      const delay = ours.millis - bare.millis;
      assert.ok(delay < DEADLINE_MILLIS + NOISE_MILLIS, `held up for ${delay} ms`);
    }
  }

  #preload(name) {
    const file = join(this.#folder, `preload-${name}.cjs`);
    // Once: while a file is written anew, another program may read half of it.
    if (!existsSync(file)) writeFileSync(file, PRELOAD(name));
    return file;
  }

  #assertDelivered({ startsItself, expects = [] }, run) {
    const mine = this.#bodies.filter((body) => body.includes(run));
    const arrived = (path) => mine.filter((body) => body.startsWith(path)).join('');
    for (const name of [...(startsItself ? [] : ['work']), ...expects]) {
      assert.ok(arrived('/v1/traces').includes(name), `the span "${name}" was not delivered`);
    }
    if (startsItself) return;
    assert.ok(arrived('/v1/logs').includes('note'), 'the log record was not delivered');
    for (const name of ['counted', 'observed']) {
      assert.ok(arrived('/v1/metrics').includes(name), `the metric "${name}" was not delivered`);
    }
  }

  async #end({ asInit, signals = [] }, node, args, variables) {
    const command = asInit ? ['unshare', '--pid', '--fork', node, ...args] : [node, ...args];
    const started = performance.now();
    const child = spawn(command[0], command.slice(1), {
      cwd: this.#folder,
      env: { ...process.env, NODE_OPTIONS: '', ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].on('data', (chunk) => {
        output[name] += chunk;
      });
    }
    child.on('message', () => {
      const pid = asInit ? childOf(child.pid) : child.pid;
      for (const [index, signal] of signals.entries()) {
        setTimeout(() => kill(pid, signal), index * (asInit ? 400 : 10));
      }
    });
    return new Promise((resolve) => {
      child.on('close', (status, signal) => {
        resolve({ status, signal, millis: performance.now() - started, ...output });
      });
    });
  }
}

/** The process that unshare has forked, by its number outside of the namespace. */
function childOf(pid) {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
