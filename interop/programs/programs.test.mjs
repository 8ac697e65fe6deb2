/** Real programs from the tarball into a real collector, on every Node: express 4, node:http alone, TypeScript by tsx. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nodeBinary, nodeVersions } from '../../scripts/node.mjs';
import { startApplication } from '../support/application.mjs';
import { spansIn, startRotel } from '../support/rotel.mjs';
import { ANSWERS, beCustomer, CALLER, installPrograms, TRACE } from './bed.mjs';

const programs = {
  'express 4': ['--require', 'sonde/register', 'express.cjs'],
  'express 4, --import': ['--import', 'sonde/register', 'express.cjs'],
  'node:http': ['--import', 'sonde/register', 'plain.mjs'],
  'TypeScript, tsx first': ['--import', 'tsx', '--import', 'sonde/register', 'typescript.ts'],
  'TypeScript, tsx last': ['--import', 'sonde/register', '--import', 'tsx', 'typescript.ts'],
};

let application;
before(() => {
  application = installPrograms();
});
after(() => application.remove());

function assertSpans(spans) {
  const server = (path) =>
    spans.find(({ kind, text }) => kind === 'SPAN_KIND_SERVER' && text.includes(`url.path: Str(${path})`));
  const found = server('/orders/42');
  assert.deepEqual([found.traceId, found.parentId], [TRACE, CALLER]);
  assert.match(found.text, /http\.response\.status_code: Int\(200\)/);

  const order = server('/orders');
  const client = spans.find(({ kind }) => kind === 'SPAN_KIND_CLIENT');
  const stock = server('/stock/tea');
  assert.equal(order.parentId, '');
  assert.deepEqual([client.traceId, client.parentId], [order.traceId, order.spanId]);
  assert.deepEqual([stock.traceId, stock.parentId], [order.traceId, client.spanId]);
  assert.match(client.text, /url\.full: Str\(http:\/\/127\.0\.0\.1:\d+\/stock\/tea\)/);

  const broken = server('/broken');
  assert.equal(broken.status, 'STATUS_CODE_ERROR');
  assert.match(broken.text, /error\.type: Str\(500\)/);
  assert.equal(spans.length, 5);
}

for (const major of Object.keys(nodeVersions)) {
  describe(`on Node ${major}`, () => {
    for (const [name, args] of Object.entries(programs)) {
      it(name, async (test) => {
        const rotel = await startRotel();
        test.after(() => rotel.stop());
        const program = await startApplication(nodeBinary(major), args, {
          cwd: application.folder,
          variables: { OTEL_EXPORTER_OTLP_ENDPOINT: rotel.url, OTEL_SERVICE_NAME: 'program' },
        });
        assert.deepEqual(await beCustomer(program.url), ANSWERS);
        assert.deepEqual(await program.stop(), [null, 'SIGTERM']);
        const output = await rotel.printed(/Str\(\/broken\)/);
        assert.match(output, /service\.name: Str\(program\)/);
        assertSpans(spansIn(output));
      });
    }
  });
}
