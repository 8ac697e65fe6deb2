/** pino in every supported major, in both kinds of application, zero-code and by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findNode } from '../../scripts/node.mjs';
import { runApp, WAYS } from './run-app.mjs';

const MAJORS = ['pino-5', 'pino-6', 'pino-7', 'pino-8', 'pino-9', 'pino'];
const majorOf = (library) => Number(library.split('-')[1] ?? 10);
const bridge = 'pino';

describe('pino', () => {
  for (const library of MAJORS) {
    for (const way of WAYS) {
      it(`${library}, ${way}: sends what is written, and no secret`, async () => {
        const { records, lines, stdout, stderr } = await runApp({ library, bridge, scenario: 'pino', way });
        assert.doesNotMatch(JSON.stringify(records), /s3cret/);
        assert.doesNotMatch(stdout, /s3cret/);
        const span = JSON.parse(stderr.split('\n')[0]);
        const [paid, nested, failed, outside, hostile, secretive, ...rest] = records;
        // Several loggers write to one file descriptor: their lines come in any order.
        checkSpan(
          records.slice(0, 3),
          lines.filter(({ requestId }) => requestId !== undefined),
          span,
        );
        // A value that can be read once is pino's: its record is left out, unless pino (5 and 6) has made a copy.
        const hasCopy = records.some(({ body }) => body === 'once');
        assert.equal(records.length + (hasCopy ? 0 : 1), lines.length);
        assert.equal(hasCopy, majorOf(library) < 7);
        assert.deepEqual([paid.severity, paid.text, paid.body], [9, 'info', 'paid 5']);
        assert.deepEqual(paid.attributes, {
          name: 'shop',
          password: '[Redacted]',
          requestId: 'r-1',
          card: { number: '[Redacted]', brand: 'visa' },
          // The serializer ran once for the child and once for the line: what it counted is what pino wrote.
          user: { id: 2, calls: 2 },
        });
        assert.deepEqual(nested.attributes.nested, {
          list: [1, 'two', { three: 3 }],
          deepSecret: '[Redacted]',
        });
        assert.deepEqual(nested.attributes.user, { id: 1, calls: 1 });
        checkFailure(failed);
        assert.deepEqual([outside.severity, outside.body, outside.traceId], [13, 'outside', undefined]);
        checkHostile(hostile, secretive, rest, library);
      });
    }
  }

  for (const library of MAJORS.slice(2)) {
    it(`${library}: options that change the line change the record`, async () => {
      const { records, lines, stdout } = await runApp({ library, bridge, scenario: 'pino-options' });
      assert.doesNotMatch(JSON.stringify(records) + stdout, /s3cret/);
      const by = (body) => records.find((record) => record.body === body);
      assert.deepEqual(by('nested').attributes, { payload: { a: 1, b: { c: 2 } } });
      assert.ok(lines.find(({ payload }) => payload).trace_id, 'the ids stay at the top level');
      assert.deepEqual(by('mixin').attributes, { mixed: 'in', a: 1 });
      assert.deepEqual(by('formatter').attributes, { a: 1, formatted: true });
      if (majorOf(library) >= 8) assert.equal(by('keyed').attributes['exception.type'], 'RangeError');
      assert.ok(by('the *** message'));
      assert.ok(by('[Redacted]'));
      assert.deepEqual(by('removed').attributes, { stays: 1 });
      assert.deepEqual([by('custom').severity, by('custom').text], [11, 'audit']);
      assert.ok(by('iso').time.startsWith('1'));
      assert.equal(by('timeless').time, undefined);
      assert.deepEqual(by('child options').attributes, {
        state: { password: '[Redacted]' },
        late: 'serialized',
      });
      assert.deepEqual(by('more bindings').attributes, { state: { password: '[Redacted]' }, more: 1 });
      assert.equal(records.filter(({ body }) => body === 'hooked').length, 1);
      assert.equal(records.length, lines.length);
    });
  }

  it('a serializer that logs, and a logger that outlives the SDK', async () => {
    const { records, lines } = await runApp({ library: 'pino', bridge, scenario: 'pino-loop' });
    const bodies = records.map(({ body }) => body);
    assert.deepEqual(bodies, ['first', 'inside a serializer', 'outer']);
    assert.deepEqual(records[2].attributes, { nested: 1, other: 2 });
    assert.equal(lines.length, 6);
  });

  it('registerInstrumentations, a processor and an exporter that log, and everything taken back', async () => {
    const app = { library: 'pino', bridge, scenario: 'pino-by-hand', way: 'by hand' };
    const { stderr, stdout } = await runApp({ ...app, env: { NO_BRIDGE: '1' } });
    const { exported, isOffAtFirst, isBack } = JSON.parse(
      stderr.split('\n').find((line) => line.startsWith('{')),
    );
    // What a processor logs about a record is a record, what it logs about that one is not; an exporter's own are none.
    assert.deepEqual(exported, ['about one', 'one', 'about two', 'two']);
    assert.deepEqual([isOffAtFirst, isBack], [true, true]);
    assert.match(stdout, /from the exporter, later/);
    assert.match(stdout, /after undo/);
  });

  for (const version of [24, 26]) {
    it(`on Node ${version}, also beside tsx`, async (test) => {
      const node = findNode(version);
      if (node === undefined) return test.skip(`there is no Node ${version}`);
      for (const args of [[], ['--import', 'tsx']]) {
        for (const way of ['--require', '--import']) {
          const { records, lines } = await runApp({
            library: 'pino',
            bridge,
            scenario: 'pino',
            way,
            node,
            args,
          });
          assert.equal(records.length + 1, lines.length);
          assert.doesNotMatch(JSON.stringify(records), /s3cret/);
        }
      }
    });
  }
});

function checkSpan(records, lines, { traceId, spanId }) {
  for (const record of records) {
    assert.deepEqual([record.traceId, record.spanId], [traceId, spanId]);
    assert.equal(record.flags & 1, 1);
    assert.equal('trace_id' in record.attributes, false);
  }
  for (const line of lines) {
    assert.deepEqual([line.trace_id, line.span_id], [traceId, spanId]);
    assert.match(line.trace_flags, /^[0-9a-f]{2}$/);
  }
}

function checkFailure({ severity, body, attributes }) {
  assert.deepEqual([severity, body], [17, 'failed']);
  assert.equal(attributes['exception.type'], 'TypeError');
  assert.match(attributes['exception.message'], /^bad card/);
  assert.match(attributes['exception.stacktrace'], /^TypeError: bad card\n/);
  assert.deepEqual(attributes.err, { config: { token: '[Redacted]', url: '/pay' } });
}

function checkHostile(hostile, secretive, rest, library) {
  assert.deepEqual(Object.keys(hostile.attributes), ['cycle', 'date', 'map']);
  assert.deepEqual(hostile.attributes.map, {});
  assert.equal(hostile.attributes.cycle.name, 'a');
  assert.deepEqual(secretive.attributes, { secretive: { shown: 1 }, nothing: null, yes: true });
  const big = majorOf(library) >= 7 ? rest.shift() : undefined;
  if (big !== undefined) assert.deepEqual(big.attributes, { big: '12345678901234567890' });
  const [own, thrown, fatal] = rest.filter(({ body }) => body !== 'once');
  assert.deepEqual([thrown.body, thrown.attributes], ['thrown as without a bridge', { thrown: 'never' }]);
  assert.deepEqual([own.body, own.attributes], ['own trace_id', { trace_id: 'mine' }]);
  assert.deepEqual([fatal.severity, fatal.body], [21, 'several']);
  assert.match(fatal.attributes['exception.stacktrace'], /several/);
}
