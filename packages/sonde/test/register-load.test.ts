/**
 * What zero-code start loads before the application's first line, counted by V8 itself: the coverage that Node writes
 * on request lists every script that was compiled, ESM and CommonJS alike, on all versions.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Project, run } from './packed.ts';

/** The bounds of design section 6. */
const MOST_MODULES = 80;
/** Node 20 tells of requests too late; there node:http, and what records requests (25 KB), are loaded at once. */
const isAnnounced = Number.parseInt(process.versions.node, 10) >= 22;
const MOST_BYTES = isAnnounced ? 250_000 : 275_000;

/** How a program may come to node:https. */
const WAYS: Readonly<Record<string, string>> = {
  'import.mjs': "import https from 'node:https'; get(https);",
  'names.mjs': "import { get as named } from 'https'; get({ get: named });",
  'later.mjs': "get(await import('node:https'));",
  'require.cjs': "get(require('https'));",
  'built-in.mjs': "get(process.getBuiltinModule('https'));",
};

/** Programs whose first request comes in other ways; all make one span as a server, and those with a client one as such. */
const FIRST_REQUESTS: Readonly<Record<string, string>> = {
  'a client that was imported by name': `
    import { createServer, get } from 'node:http';
    const server = createServer((request, response) => response.end());
    server.listen(0, () => get({ port: server.address().port, agent: false }, (answer) => answer.resume().on('end', () => server.close())));`,
  'a client behind an emit of somebody else': `
    import http from 'node:http';
    const { emit } = http.Server.prototype;
    http.Server.prototype.emit = function (...args) { return emit.apply(this, args); };
    const server = http.createServer((request, response) => response.end());
    server.listen(0, () => http.get({ port: server.address().port, agent: false }, (answer) => answer.resume().on('end', () => server.close())));`,
  'a server whose first event is checkContinue': `
    import http from 'node:http';
    const server = http.createServer();
    server.on('checkContinue', (request, response) => { response.writeContinue(); response.end(); });
    server.listen(0, () => {
      const request = http.request({ port: server.address().port, method: 'POST', agent: false, headers: { expect: '100-continue' } });
      request.on('response', (answer) => answer.resume().on('end', () => server.close()));
      request.flushHeaders();
      request.on('continue', () => request.end());
    });`,
  'a server whose first event is an upgrade': `
    import http from 'node:http';
    import { connect } from 'node:net';
    const server = http.createServer((request, response) => response.end());
    server.on('upgrade', (request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n'));
    const send = (head, then) => connect(server.address().port).on('close', then).end(head).resume();
    server.listen(0, () =>
      send('GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: Upgrade\\r\\nUpgrade: x\\r\\n\\r\\n', () =>
        send('GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n', () => server.close())));`,
  'a server whose messages are made by hand': `
    import { createServer, IncomingMessage, ServerResponse } from 'node:http';
    import { Socket } from 'node:net';
    const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/' });
    const response = new ServerResponse(request);
    createServer((_, answer) => answer.emit('close')).emit('request', request, response);`,
};

describe('what is loaded before the first line', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  it('starts traces over OTLP without the ten modules of Node behind performance, and has them for a span', () => {
    const program = `
      import { trace } from 'sonde';
      import { OTLPTraceExporter } from 'sonde/otlp';
      import { BatchSpanProcessor, TracerProvider } from 'sonde/sdk';
      const exporter = new OTLPTraceExporter({ url: 'http://127.0.0.1:9/v1/traces' });
      new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] }).register();
      const tracer = trace.getTracer('start');
      const isLoaded = () => process.moduleLoadList.includes('NativeModule perf_hooks');
      const before = isLoaded();
      const { startTime } = tracer.startSpan('first');
      const isNow = Math.abs(startTime[0] - Date.now() / 1000) < 60;
      process.stdout.write(JSON.stringify([before, isLoaded(), isNow]), () => process.exit());`;
    assert.deepEqual(JSON.parse(project.node('clock.mjs', program)), [false, true, true]);
  });

  /** The files of the installed package that a run with these flags compiled, with their sizes. */
  function loadedBy(flags: readonly string[]): Map<string, number> {
    const coverage = join(project.folder, 'coverage', String(Math.random()));
    run(process.execPath, [...flags, project.write('empty.mjs', '')], project.folder, {
      NODE_V8_COVERAGE: coverage,
    });
    const files = new Map<string, number>();
    for (const name of readdirSync(coverage)) {
      const report = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] };
      for (const { url } of report.result) {
        if (!/node_modules[\\/]sonde[\\/]/.test(url)) continue;
        const file = url.startsWith('file:') ? fileURLToPath(url) : url;
        files.set(file, statSync(file).size);
      }
    }
    return files;
  }

  for (const flag of ['--import', '--require']) {
    it(`${flag} sonde/register: at most ${MOST_MODULES} modules and ${MOST_BYTES} bytes`, () => {
      const loaded = loadedBy([flag, 'sonde/register']);
      const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0);
      const listed = [...loaded].map(([file, size]) => `${size} ${file}`).join('\n');
      assert.ok(loaded.size > 1 && loaded.size <= MOST_MODULES, `${loaded.size} modules:\n${listed}`);
      assert.ok(bytes <= MOST_BYTES, `${bytes} bytes:\n${listed}`);
    });
  }

  /** Node 20 has no hooks to wait with; the lines between have them from some release on. */
  const canWait = Number.parseInt(process.versions.node, 10) >= 26;

  it('of what Node has built in, nothing that an empty program has no use for', { skip: !canWait }, () => {
    const program = 'console.log(process.moduleLoadList.join())';
    const list = project.node('built-ins.mjs', program, ['--import', 'sonde/register']);
    for (const name of ['https', 'crypto', 'tls', 'worker_threads', 'http2', 'child_process', 'zlib']) {
      assert.ok(!list.includes(`NativeModule ${name},`), name);
    }
  });

  for (const [file, way] of Object.entries(WAYS)) {
    it(`requests over node:https are recorded all the same: ${file}`, () => {
      const program = `${way}
        function get(https) { https.get('https://127.0.0.1:1/').on('error', () => {}); }`;
      const written = run(
        process.execPath,
        ['--import', 'sonde/register', project.write(file, program)],
        project.folder,
        { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
      );
      assert.match(written, /GET/);
    });
  }

  // Node 20 has both at the start: see isAnnounced.
  it('node:http and what records it wait for the first request', { skip: !isAnnounced }, () => {
    const program = 'console.log(process.moduleLoadList.join())';
    const list = project.node('http-built-ins.mjs', program, ['--import', 'sonde/register']);
    for (const name of ['http', 'net', 'stream']) assert.ok(!list.includes(`NativeModule ${name},`), name);
    const files = [...loadedBy(['--import', 'sonde/register']).keys()];
    assert.ok(!files.some((file) => /[\\/]engine-/.test(file)), files.join('\n'));
  });

  for (const [name, program] of Object.entries(FIRST_REQUESTS)) {
    it(`the first request is recorded: ${name}`, {
      skip: name.includes('made by hand') && !isAnnounced,
    }, () => {
      const written = run(
        process.execPath,
        ['--import', 'sonde/register', project.write('first.mjs', program)],
        project.folder,
        {
          OTEL_TRACES_EXPORTER: 'otlp/stdout',
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
        },
      );
      const kinds = [...written.matchAll(/"kind":(\d)/g)].map(([, kind]) => Number(kind)).sort();
      assert.deepEqual(kinds, /by hand|upgrade/.test(name) ? [2] : [2, 3], written);
    });
  }

  it('an instrumentation that is switched off before the first request records none', () => {
    const program = `
      import { HttpInstrumentation } from 'sonde/instrumentation/http';
      import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from 'sonde/sdk';
      const exporter = new InMemorySpanExporter();
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).register();
      const instrumentation = new HttpInstrumentation();
      instrumentation.disable();
      const { default: http } = await import('node:http');
      const request = (port) => new Promise((resolve) => http.get({ port, agent: false }, (answer) => answer.resume().on('close', resolve)));
      const server = http.createServer((_, response) => response.end()).listen(0, async () => {
        const { port } = server.address();
        await request(port);
        const off = exporter.getFinishedSpans().length;
        instrumentation.enable();
        await request(port);
        await new Promise(setImmediate);
        console.log(off, exporter.getFinishedSpans().length);
        server.close();
      });`;
    assert.equal(project.node('off.mjs', program).trim(), '0 2');
  });

  it('the API alone is two files', () => {
    assert.equal(loadedBy(['--import', 'sonde']).size, 2);
  });
});
