/** Random numbers where node:fs is not as Node made it: instrumented before or after us, mocked, without the device. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';

const entry = new URL('../entry/', import.meta.url);

/** What a program prints that does `before` with `fs`, then loads the SDK and does `work`. */
function run(before: string, work: string): string {
  const program = `
    import fs from 'node:fs';
    const calls = {};
    let onCall = () => {};
    const patch = () => {
      for (const name of ['openSync', 'fstatSync', 'readSync', 'closeSync']) {
        const original = fs[name];
        fs[name] = (...args) => { calls[name] = (calls[name] ?? 0) + 1; onCall(name); return original(...args); };
      }
    };
    ${before}
    const { trace } = await import(${JSON.stringify(new URL('index.js', entry).href)});
    const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = await import(${JSON.stringify(new URL('sdk.js', entry).href)});
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const tracer = trace.getTracer('t');
    ${work}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

describe('random numbers for ids', () => {
  it('end where an instrumentation of node:fs makes a span of each call', () => {
    const work = `
      onCall = (name) => tracer.startSpan('fs ' + name).end();
      for (let i = 0; i < 3; i++) tracer.startSpan('work').end();
      const spans = exporter.getFinishedSpans();
      const ids = new Set(spans.map((span) => span.spanContext().spanId));
      console.log(spans.map((span) => span.name).join(), ids.size === spans.length);`;
    assert.equal(
      run('patch();', work),
      'fs openSync,fs fstatSync,fs readSync,fs closeSync,work,work,work true\n',
    );
  });

  it('are not seen by who replaces functions of node:fs after us, as tests do', () => {
    const work = `
      patch();
      tracer.startSpan('work').end();
      console.log(JSON.stringify(calls), exporter.getFinishedSpans().length);`;
    assert.equal(run('', work), '{} 1\n');
  });

  it('come from elsewhere where the device cannot be opened, read, or is a file', () => {
    // Only for the device: Node's own loader reads by these functions too, from Node 22 on.
    const faults: [name: string, ofDevice: string][] = [
      ['openSync', "(() => { throw new Error('ENOENT'); })()"],
      ['readSync', '3'],
      ['fstatSync', '({ isCharacterDevice: () => false })'],
      ['readSync', 'rest[0].byteLength'],
      ['closeSync', "(() => { throw new Error('EBADF'); })()"],
    ];
    const work = `
      for (let i = 0; i < 2; i++) tracer.startSpan('work').end();
      const [one, two] = exporter.getFinishedSpans().map((span) => span.spanContext().traceId);
      console.log(one !== two && !/^0+$/.test(one));`;
    for (const [name, ofDevice] of faults) {
      const before = `
        const real = { ...fs };
        let device = '/dev/urandom';
        fs.openSync = (path, ...rest) => {
          const file = real.openSync(path, ...rest);
          if (path === '/dev/urandom') device = file;
          return file;
        };
        const before = fs.${name};
        fs.${name} = (file, ...rest) => (file === device ? ${ofDevice} : before(file, ...rest));`;
      assert.equal(run(before, work), 'true\n', `${name} ${ofDevice}`);
    }
  });
});
