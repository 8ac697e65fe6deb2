/** Programs whose output nobody reads any more: `node app.js | head -1`. They go on, and hear of it once. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { packageFolder } from './packed.ts';

const head = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { setTimeout as delay } from 'node:timers/promises';
  import * as files from 'sonde/otlp-file';
  import * as sdk from 'sonde/sdk';
  const errors = [];
  process.on('uncaughtException', (error) => errors.push(error.message));
  const results = { failed: 0 };
  /** The exporter, with an eye on its results. */
  const watched = (exporter) => {
    const original = exporter.export.bind(exporter);
    exporter.export = (batch, done) => original(batch, (result) => {
      if (result.code !== 0) results.failed++;
      done(result);
    });
    return exporter;
  };
  const finish = () => writeFileSync(process.env.REPORT, JSON.stringify({ errors, ...results }));
`;

/** Each prints on its own, a few times before its reader has gone and many times after. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'ConsoleSpanExporter, lines': `
    const exporter = watched(new sdk.ConsoleSpanExporter({ format: 'json' }));
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })] });
    const print = () => provider.getTracer('t').startSpan('printed').end();`,
  'ConsoleSpanExporter, trees': `
    const exporter = watched(new sdk.ConsoleSpanExporter({ format: 'tree' }));
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })] });
    const print = () => provider.getTracer('t').startSpan('printed').end();`,
  ConsoleLogRecordExporter: `
    const exporter = watched(new sdk.ConsoleLogRecordExporter());
    const provider = new sdk.LoggerProvider({ processors: [new sdk.SimpleLogRecordProcessor({ exporter })] });
    const print = () => provider.getLogger('t').emit({ body: 'printed' });`,
  ConsoleMetricExporter: `
    const exporter = watched(new sdk.ConsoleMetricExporter());
    const reader = new sdk.PeriodicExportingMetricReader({ exporter });
    const provider = new sdk.MeterProvider({ readers: [reader] });
    const counter = provider.getMeter('t').createCounter('printed');
    const print = () => { counter.add(1); void provider.forceFlush().catch(() => {}); };`,
  OTLPFileTraceExporter: `
    const exporter = watched(new files.OTLPFileTraceExporter());
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })] });
    const print = () => provider.getTracer('t').startSpan('printed').end();`,
};

const loop = `
  for (let round = 0; round < 20; round++) {
    // Several in one tick, and some in ticks of their own.
    for (let index = 0; index < 3; index++) print();
    await delay(10);
    while (round === 1 && !existsSync(process.env.GONE)) await delay(5);
  }
  await provider.shutdown().catch(() => {});
  finish();
`;

interface Report {
  readonly errors: readonly string[];
  readonly failed: number;
}

// Needs a shell's pipe and `head`, which Windows has not.
describe('an output that nobody reads', { skip: process.platform === 'win32' }, () => {
  let folder: string;
  let count = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-output-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the program in a pipe of the shell: what stood on its standard error, and what it reports. */
  async function runPiped(program: string, pipe: string): Promise<Report & { stderr: string; seen: string }> {
    const report = join(folder, `${++count}.json`);
    const gone = join(folder, `${count}.gone`);
    const { stdout, stderr } = await promisify(execFile)(
      'sh',
      ['-c', `"$NODE" --input-type=module -e "$PROGRAM" ${pipe}`],
      {
        cwd: packageFolder,
        env: {
          PATH: process.env['PATH'],
          NODE: process.execPath,
          PROGRAM: program,
          REPORT: report,
          GONE: gone,
        },
        timeout: 60_000,
      },
    );
    return { ...(JSON.parse(readFileSync(report, 'utf8')) as Report), stderr, seen: stdout };
  }

  /** One line is read, the pipe is closed, and the program hears of it by a file. */
  const pipe = '| { head -1; exec <&-; : > "$GONE"; }';
  for (const [title, program] of Object.entries(PROGRAMS)) {
    it(`ends no program and is said once: ${title}`, async () => {
      const { errors, failed, stderr, seen } = await runPiped(`${head}${program}${loop}`, pipe);
      assert.match(seen, /printed|shop|unknown_service|resource/);
      assert.deepEqual(errors, []);
      assert.ok(failed > 0, 'later exports fail');
      const lines = stderr.split('\n').filter((line) => line.includes('EPIPE'));
      assert.ok(lines.length >= 1 && lines.length <= 3, stderr);
    });
  }

  it('ends no program when it is the standard error', async () => {
    const program = `${head}
      await delay(200);
      process.env.OTEL_TRACES_SAMPLER = 'now-and-then';
      sdk.startSdk({ metricReaders: [], exitHandlers: false });
      await delay(50);
      finish();
      process.exit(0);`;
    // The reader of the standard error is gone before anything is said.
    const { errors } = await runPiped(
      program,
      '2>&1 >/dev/null | true; while [ ! -s "$REPORT" ]; do sleep 0.05; done',
    );
    assert.deepEqual(errors, []);
  });
});
