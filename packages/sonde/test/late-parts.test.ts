/** Parts that are read from the disk at their first use: what happens where the package has been replaced meanwhile. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project } from './packed.ts';

/** Starts, takes files of the package away, records, puts them back, records again; a receiver counts what comes. */
function program(files: string): string {
  return `
    import { readdirSync, renameSync } from 'node:fs';
    import { createServer } from 'node:http';
    import { trace } from 'sonde';
    import { startSdk } from 'sonde/sdk';
    const chunks = new URL('node_modules/sonde/dist/bundle/chunks/', import.meta.url);
    const names = readdirSync(chunks).filter((name) => ${files}.test(name));
    let requests = 0;
    const server = createServer((request, response) => {
      requests++;
      request.resume().on('end', () => response.end());
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:' + server.address().port;
    const { tracerProvider, shutdown } = startSdk();
    const record = async () => {
      trace.getTracer('late').startSpan('one').end();
      await tracerProvider.forceFlush().catch(() => {});
    };
    for (const name of names) renameSync(new URL(name, chunks), new URL(name + '.away', chunks));
    await record();
    const without = requests;
    for (const name of names) renameSync(new URL(name + '.away', chunks), new URL(name, chunks));
    await record();
    console.log(JSON.stringify({ names: names.length, without, requests }));
    await shutdown().catch(() => {});
    server.close();
  `;
}

const VARIABLES = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

describe('a part that is loaded at its first use', () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => project.remove());

  for (const files of ['/^delivery-/', '/^codecs-/']) {
    it(`is missing, ${files}: the loss is said, the program goes on, and the next batch tries again`, () => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [project.write('late.mjs', program(files))],
        { cwd: project.folder, encoding: 'utf8', env: { ...process.env, ...VARIABLES } },
      );
      assert.equal(status, 0, stderr);
      const { names, ...counts } = JSON.parse(stdout) as Record<string, number>;
      assert.ok(names! >= 1);
      assert.deepEqual(counts, { without: 0, requests: 1 });
      assert.match(
        stderr,
        /Losing spans, 1 so far: .*what sends them could not be loaded: Cannot find module/,
      );
    });
  }

  it('is named where tools that follow imports find it', () => {
    const chunks = join(project.folder, 'node_modules/sonde/dist/bundle/chunks');
    const names = readdirSync(chunks);
    const text = names.map((name) => readFileSync(join(chunks, name), 'utf8')).join('\n');
    const parts = names.filter((name) => /^(delivery|codecs|engine|printing|node-exit)-/.test(name));
    assert.ok(parts.length >= 6, parts.join());
    for (const name of parts) assert.ok(text.includes(`import("./${name}")`), name);
  });

  it('is missing where variables name certificates, or baggage comes: that is said, and all else works', () => {
    const program = `
      import { readdirSync, rmSync } from 'node:fs';
      import { propagation, ROOT_CONTEXT, trace } from 'sonde';
      import { startSdk } from 'sonde/sdk';
      const chunks = new URL('node_modules/sonde/dist/bundle/chunks/', import.meta.url);
      for (const name of readdirSync(chunks)) {
        if (/^(tls-settings|header-baggage)-/.test(name)) rmSync(new URL(name, chunks));
      }
      startSdk();
      const headers = {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        baggage: 'tier=gold',
      };
      const context = propagation.extract(ROOT_CONTEXT, headers);
      console.log(trace.getSpanContext(context)?.traceId, propagation.getBaggage(context));
      process.exit();`;
    const { status, stdout, stderr } = spawnSync(process.execPath, [project.write('said.mjs', program)], {
      cwd: project.folder,
      encoding: 'utf8',
      env: { ...process.env, ...VARIABLES, OTEL_EXPORTER_OTLP_CERTIFICATE: 'authorities.pem' },
    });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '0af7651916cd43dd8448eb211c80319c undefined\n');
    assert.match(stderr, /OTEL_EXPORTER_OTLP_CERTIFICATE cannot be used: what reads certificates could not/);
    assert.match(stderr, /Cannot extract the baggage: .*Cannot find module/);
  });

  it('is missing at the end of the process: what is lost is said', () => {
    const program = `
      import { readdirSync, rmSync } from 'node:fs';
      import { trace } from 'sonde';
      import { startSdk } from 'sonde/sdk';
      const chunks = new URL('node_modules/sonde/dist/bundle/chunks/', import.meta.url);
      startSdk();
      trace.getTracer('late').startSpan('one').end();
      for (const name of readdirSync(chunks)) if (/^node-exit-/.test(name)) rmSync(new URL(name, chunks));
      process.exit(3);`;
    const { status, stderr } = spawnSync(process.execPath, [project.write('end.mjs', program)], {
      cwd: project.folder,
      encoding: 'utf8',
      env: { ...process.env, ...VARIABLES, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
    });
    assert.equal(status, 3, stderr);
    assert.match(stderr, /Losing spans, 1 so far: .*what sends as the process ends could not be loaded/);
  });
});
