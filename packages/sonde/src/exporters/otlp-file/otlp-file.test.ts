/** The exporters to files and streams, on this machine's disk. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import type { ExportResult } from '../../sdk/common/export-result.ts';
import { describeExporter } from '../../sdk/pipeline/exporter.contract.ts';
import { BatchSpanProcessor } from '../../sdk/traces/batch-processor.ts';
import { fakeSpan } from '../../sdk/traces/fake-span.fixture.ts';
import { TracerProvider } from '../../sdk/traces/provider.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { OTLPFileLogExporter } from './logs.ts';
import { OTLPFileMetricExporter } from './metrics.ts';
import type { OTLPFileExporterOptions } from './options.ts';
import type { OTLPOutputStream } from './output-stream.ts';
import { OTLPFileTraceExporter } from './traces.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-otlp-file-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  setGlobalErrorHandler((error) => said.push(`${error.code} ${error.message}`));
});
afterEach(() => setGlobalErrorHandler(undefined));

let made = 0;
const newPath = (): string => join(folder, `deep/er/${++made}.jsonl`);

const exportOf = (exporter: OTLPFileTraceExporter, ...spans: ReadableSpan[]): Promise<ExportResult> =>
  new Promise((resolve) => exporter.export(spans, resolve));

function namesIn(text: string): string[] {
  const lines = text.split('\n');
  assert.equal(lines.pop(), '', 'the last line has its line break');
  return lines.flatMap((line) =>
    JSON.parse(line).resourceSpans.flatMap((resource: { scopeSpans: { spans: { name: string }[] }[] }) =>
      resource.scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
    ),
  );
}

describe('OTLPFileTraceExporter', () => {
  for (const [form, of] of Object.entries({
    'a path': (path: string) => path,
    'a file: URL as text': (path: string) => pathToFileURL(path).href,
    'a URL': (path: string) => pathToFileURL(path),
  })) {
    it(`makes the file of ${form} with its folders, and appends`, async () => {
      const path = newPath();
      for (const name of ['a', 'b']) {
        const exporter = new OTLPFileTraceExporter({ outputStream: of(path) });
        assert.equal((await exportOf(exporter, fakeSpan(name))).error, undefined);
        await exporter.shutdown();
      }
      assert.deepEqual(namesIn(readFileSync(path, 'utf8')), ['a', 'b']);
    });
  }

  it('writes the lines in the order in which they came, several exports at once', async () => {
    const path = newPath();
    const exporter = new OTLPFileTraceExporter({ outputStream: path });
    const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
    await Promise.all(names.map((name) => exportOf(exporter, fakeSpan(name))));
    await exporter.shutdown();
    assert.deepEqual(namesIn(readFileSync(path, 'utf8')), names);
  });

  it('puts files aside behind a batch processor, and loses nothing', async () => {
    const path = newPath();
    const rotation = { maxFileBytes: 3_000, maxFiles: 100 };
    const exporter = new OTLPFileTraceExporter({ outputStream: path, rotation });
    const provider = new TracerProvider({
      spanProcessors: [new BatchSpanProcessor({ exporter, maxExportBatchSize: 5 })],
    });
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    for (const name of names) provider.getTracer('t').startSpan(name).end();
    await provider.shutdown();
    const files = readdirSync(join(folder, 'deep/er')).filter((name) => name.startsWith(`${made}-`));
    assert.ok(files.length > 3, String(files));
    const texts = [...files.sort(), `${made}.jsonl`].map((name) =>
      readFileSync(join(folder, 'deep/er', name), 'utf8'),
    );
    assert.deepEqual(namesIn(texts.join('')), names);
    assert.ok(texts.every((text) => text.length <= 3_000));
  });

  it('splits what is over maxLineBytes, and drops one span that is too large alone', async () => {
    const path = newPath();
    const exporter = new OTLPFileTraceExporter({ outputStream: path, maxLineBytes: 1_000 });
    const spans = Array.from({ length: 10 }, (_, index) => fakeSpan(`s${index}`));
    const result = await exportOf(exporter, ...spans, fakeSpan('x'.repeat(1_000)));
    await exporter.shutdown();
    assert.match(result.error?.message ?? '', /too_large/);
    const text = readFileSync(path, 'utf8');
    assert.equal(namesIn(text).length, 10);
    assert.ok(text.split('\n').every((line) => line.length <= 1_000));
  });

  it('says that a disk is full, keeps the lines and writes them when it is not', async (t) => {
    if (!existsSync('/dev/full')) return t.skip('no /dev/full here');
    const exporter = new OTLPFileTraceExporter({ outputStream: '/dev/full', timeoutMillis: 300 });
    assert.match((await exportOf(exporter, fakeSpan())).error?.message ?? '', /ENOSPC/);
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    provider.getTracer('t').startSpan('s').end();
    await assert.rejects(provider.shutdown({ timeoutMillis: 200 }));
    assert.match(said.join(), /export_retry traces to \/dev\/full: ENOSPC/);
    await exporter.shutdown().catch(() => undefined);
    assert.match(said.join(), /timeout Losing spans, 1 so far/);
  });

  it('recovers: a path that was none becomes one', async () => {
    const path = newPath();
    const blocked = join(folder, `deep/er/${made}`);
    const exporter = new OTLPFileTraceExporter({ outputStream: join(blocked, 'x.jsonl') });
    await exportOf(new OTLPFileTraceExporter({ outputStream: path }), fakeSpan());
    writeFileSync(blocked, 'a file where a folder has to be');
    const answer = exportOf(exporter, fakeSpan('patient'));
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(said.join(), /export_retry .*(ENOTDIR|EEXIST)/);
    rmSync(blocked);
    assert.equal((await answer).error, undefined);
    assert.deepEqual(namesIn(readFileSync(join(blocked, 'x.jsonl'), 'utf8')), ['patient']);
    await exporter.shutdown();
  });

  it('refuses wrong options by name', () => {
    const wrong: [unknown, RegExp][] = [
      [5, /OTLP file exporter: 5 given/],
      [{ outputStream: 'http://localhost/x' }, /option outputStream: "http:\/\/localhost\/x" given/],
      [{ outputStream: 'file://elsewhere/x' }, /option outputStream/],
      [{ outputStream: '' }, /option outputStream: "" given/],
      [{ outputStream: 'a\0b' }, /option outputStream/],
      [{ outputStream: 5 }, /option outputStream: 5 given; allowed: "stdout", the path/],
      [{ outputStream: {} }, /option outputStream: an object given/],
      [{ rotation: true }, /option rotation: true given/],
      [{ rotation: { maxFileBytes: 0 } }, /option rotation.maxFileBytes: 0 given/],
      [{ rotation: { maxFileAgeMillis: 0 } }, /option rotation.maxFileAgeMillis: 0/],
      [{ rotation: { maxFiles: -1 } }, /option rotation.maxFiles: -1/],
      [{ maxLineBytes: 0 }, /option maxLineBytes: 0/],
      [{ timeoutMillis: 1.5 }, /option timeoutMillis: 1.5/],
      [{ waitOnShutdown: 'no' }, /option waitOnShutdown: "no"/],
    ];
    for (const Exporter of [OTLPFileTraceExporter, OTLPFileLogExporter, OTLPFileMetricExporter]) {
      for (const [options, words] of wrong) {
        assert.throws(() => new Exporter(options as OTLPFileExporterOptions), words);
      }
    }
    assert.doesNotThrow(() => new OTLPFileTraceExporter({ rotation: { maxFiles: 0, maxFileBytes: 1 } }));
    assert.doesNotThrow(
      () => new OTLPFileTraceExporter({ outputStream: 'C:\\telemetry\\x.jsonl', rotation: false }),
    );
  });
});

describe('an output stream', () => {
  it('may be any object that writes: it gets whole lines', async () => {
    const lines: string[] = [];
    const exporter = new OTLPFileTraceExporter({
      outputStream: { write: (line: string) => lines.push(line) },
    });
    assert.equal((await exportOf(exporter, fakeSpan('a'))).error, undefined);
    assert.deepEqual(namesIn(lines.join('')), ['a']);
    assert.equal(lines.length, 1);
    await exporter.shutdown();
  });

  it('may throw: that is said, and the line is tried again', async () => {
    let asked = 0;
    const stream: OTLPOutputStream = {
      write() {
        if (++asked === 1) throw new Error('not now');
      },
    };
    const exporter = new OTLPFileTraceExporter({ outputStream: stream });
    assert.equal((await exportOf(exporter, fakeSpan())).error, undefined);
    assert.match(said.join(), /not now/);
    await exporter.shutdown();
  });

  it('that is slow is waited for, one line at a time', async () => {
    let open = 0;
    let most = 0;
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        most = Math.max(most, ++open);
        setTimeout(() => {
          open--;
          done();
        }, 5);
      },
    });
    const exporter = new OTLPFileTraceExporter({ outputStream: stream as OTLPOutputStream });
    await Promise.all([1, 2, 3].map(() => exportOf(exporter, fakeSpan())));
    assert.equal(most, 1);
    await exporter.shutdown();
  });

  it('that breaks does not end the process, and what it did not take is counted', async () => {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        done(new Error('EPIPE'));
      },
    });
    const exporter = new OTLPFileTraceExporter({
      outputStream: stream as OTLPOutputStream,
      timeoutMillis: 400,
    });
    const { error } = await exportOf(exporter, fakeSpan());
    assert.match(error?.message ?? '', /EPIPE|was destroyed/);
    await exporter.shutdown();
  });
});

describeExporter<ReadableSpan>('OTLPFileTraceExporter to a file', {
  create: () => new OTLPFileTraceExporter({ outputStream: newPath() }),
  record: fakeSpan,
});
describeExporter<ReadableSpan>('OTLPFileTraceExporter to a stream', {
  create: () =>
    new OTLPFileTraceExporter({
      outputStream: new Writable({ write: (_c, _e, done) => done() }) as OTLPOutputStream,
    }),
  record: fakeSpan,
});
