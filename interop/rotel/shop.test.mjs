/** The demo into a real collector: what pino wrote arrives with the ids of the spans that arrive beside it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startRotel } from '../support/rotel.mjs';

const shop = fileURLToPath(new URL('../../examples/shop/shop.mjs', import.meta.url));

const tracesIn = (output) =>
  new Set([...output.matchAll(/Span #\d+\s+Trace ID\s*: ([0-9a-f]{32})/g)].map(([, id]) => id));

/** Log lines in a trace: the whole match, the body, the trace id. */
const linesIn = (output) =>
  [...output.matchAll(/Body: Str\((.*)\)[\s\S]*?Trace ID {7}: ?([0-9a-f]*)\n/g)].filter(
    ([, , id]) => id !== '',
  );

it('the shop sends spans and log lines whose trace ids are the same', async (test) => {
  const rotel = await startRotel();
  test.after(() => rotel.stop());
  const child = spawn(process.execPath, [shop], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: rotel.url },
    stdio: 'inherit',
  });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  // All processes have ended, so all was acknowledged; what is left is Rotel's own printing.
  const output = await rotel.printed((text) => {
    const [ids, inTrace] = [tracesIn(text), linesIn(text)];
    return ids.size >= 7 && inTrace.length >= 8 && inTrace.every(([, , id]) => ids.has(id));
  });
  const [traces, inTrace] = [tracesIn(output), linesIn(output)];
  assert.ok(traces.size >= 7, `${traces.size} traces`);
  assert.ok(inTrace.length >= 8, `${inTrace.length} lines in a trace`);
  for (const [, body, id] of inTrace) assert.ok(traces.has(id), `"${body}" has ${id}, which no span has`);
});
