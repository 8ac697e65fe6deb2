/** Beside others that instrument: the official instrumentations, of HTTP and of what routes it, and an application that patches node:http itself. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startReceiver } from '../../examples/shop/viewer/receiver.mjs';
import { nodeBinary, nodeVersions } from '../../scripts/node.mjs';
import { startApplication } from '../support/application.mjs';
import { ANSWERS, beCustomer, installPrograms } from './bed.mjs';

let application;
before(() => {
  application = installPrograms();
});
after(() => application.remove());

/** Runs a program with and without Sonde: its output, and the spans that arrived. */
async function run(node, file, flags, ask = beCustomer) {
  const spans = [];
  const receiver = await startReceiver({ '/v1/traces': (span) => spans.push(span) });
  const program = await startApplication(node, [...flags, file], {
    cwd: application.folder,
    variables: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_LOG_LEVEL: 'warn' },
  });
  try {
    const answers = await ask(program.url);
    const outcome = await program.stop();
    return { answers, outcome, lines: program.lines.slice(1), spans };
  } finally {
    receiver.close();
  }
}

for (const major of Object.keys(nodeVersions)) {
  describe(`on Node ${major}`, () => {
    const node = nodeBinary(major);
    for (const flag of ['--require', '--import']) {
      it(`the official instrumentations of the application are used, and no span is doubled (${flag})`, async () => {
        const { answers, spans } = await run(node, 'with-official.cjs', [flag, 'sonde/register']);
        assert.deepEqual(answers, ANSWERS);
        const count = (kind) => spans.filter((span) => span.kind === kind).length;
        assert.deepEqual([count(2), count(3)], [4, 1]);
        for (const span of spans) assert.match(span.scope, /^@opentelemetry\/instrumentation-(http|undici)$/);
        assert.equal(
          spans.filter(({ attributes }) => attributes['hooked.by'] === 'the application').length,
          4,
        );
        const client = spans.find(({ kind }) => kind === 3);
        assert.equal(spans.filter(({ parentSpanId }) => parentSpanId === client.spanId).length, 1);
      });
    }

    for (const framework of ['express', 'koa']) {
      it(`the official instrumentation of ${framework} names the span of the server by its route`, async () => {
        const flags = ['--import', 'sonde/register'];
        const { answers, spans } = await run(node, `routed-${framework}.cjs`, flags, async (url) =>
          (await fetch(`${url}/users/42`)).json(),
        );
        assert.deepEqual(answers, { id: '42' });
        const [server, ...others] = spans.filter(({ kind }) => kind === 2);
        assert.deepEqual(others, []);
        assert.equal(server.name, 'GET /users/:id');
        assert.equal(server.attributes['http.route'], '/users/:id');
        assert.doesNotMatch(server.scope, /^@opentelemetry/);
        const theirs = spans.filter(({ scope }) => scope === `@opentelemetry/instrumentation-${framework}`);
        assert.ok(
          theirs.some((span) => span.parentSpanId === server.spanId && span.traceId === server.traceId),
        );
      });
    }

    it('an application that patches http itself sees what it would see without', async () => {
      const bare = await run(node, 'patches-http.cjs', []);
      const ours = await run(node, 'patches-http.cjs', ['--require', 'sonde/register']);
      assert.deepEqual([ours.answers, ours.outcome, ours.lines], [bare.answers, bare.outcome, bare.lines]);
      assert.equal(bare.lines.length, 1);
      assert.ok(ours.spans.length > 5 && bare.spans.length === 0);
    });
  });
}
