/** A program whose bundler has put pino into the program's own file: HTTP is seen all the same, pino by hand. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findNode } from '../../scripts/node.mjs';
import { runApp, sonde } from './run-app.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sonde-bundled-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Serves one request to itself and writes a line in it. */
async function bundle(format, byHand) {
  const outfile = join(folder, `${byHand ? 'by-hand' : 'alone'}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  const contents = `
    import http from 'node:http';
    import pino from 'pino';
    ${byHand ? `import { bridgePino } from 'sonde/bridges/pino'; bridgePino(pino);` : ''}
    const logger = pino({ redact: ['card'] });
    logger.info('before');
    const server = http.createServer((request, response) => {
      logger.warn({ card: 's3cret', path: request.url }, 'served');
      response.end();
    });
    server.listen(0, '127.0.0.1', () => {
      http.get({ port: server.address().port, path: '/tea', agent: false }, (response) => {
        response.resume().on('end', () => server.close());
      });
    });`;
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    alias: { 'sonde/bridges/pino': sonde.resolve('sonde/bridges/pino') },
    bundle: true,
    minify: true,
    platform: 'node',
    format,
    // What esbuild says of CommonJS packages in ES modules.
    banner: format === 'esm' ? { js: requireHere } : {},
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

const requireHere = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
  const __filename = import.meta.filename; const __dirname = import.meta.dirname;`;

describe('pino inside a bundle', () => {
  for (const line of ['20', '26']) {
    for (const format of ['cjs', 'esm']) {
      it(`bridged by hand, ${format}, Node ${line}: sends its lines with the ids of the request`, async (test) => {
        const node = findNode(line);
        if (node === undefined) return test.skip(`no Node ${line} here`);
        const program = await bundle(format, true);
        const { records, lines } = await runApp({ program, node });
        assert.deepEqual(
          records.map(({ body, attributes }) => [body, attributes]),
          [
            ['before', {}],
            ['served', { card: '[Redacted]', path: '/tea' }],
          ],
        );
        assert.deepEqual(
          lines.map(({ trace_id }) => trace_id),
          [undefined, records[1].traceId],
        );
        assert.match(records[1].traceId, /^[0-9a-f]{32}$/);
      });
    }
  }

  it('left alone: is as without Sonde', async () => {
    const { records, lines, stderr } = await runApp({ program: await bundle('cjs', false) });
    assert.deepEqual([records, stderr], [[], '']);
    assert.deepEqual(
      lines.map(({ msg, trace_id }) => [msg, trace_id]),
      [
        ['before', undefined],
        ['served', undefined],
      ],
    );
  });
});
