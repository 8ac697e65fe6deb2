/** winston, bunyan, log4js and the console, in the majors that are supported, and pino behind frameworks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findNode } from '../../scripts/node.mjs';
import { runApp, WAYS } from './run-app.mjs';

const find = (records, body) => records.find((record) => record.body === body);
const bodies = (records) => records.map(({ body }) => body);
const noSecret = (records) => assert.doesNotMatch(JSON.stringify(records), /s3cret/);

function inSpanOf(records, stderr) {
  const { traceId, spanId } = JSON.parse(stderr.split('\n').find((line) => line.startsWith('{"traceId"')));
  for (const record of records)
    assert.deepEqual([record.traceId, record.spanId], [traceId, spanId], record.body);
  return { traceId, spanId };
}

describe('winston 3', () => {
  for (const library of ['winston', 'winston-3.0']) {
    for (const way of WAYS) {
      it(`${library}, ${way}`, async () => {
        const { records, lines, stderr } = await runApp({
          library,
          bridge: 'winston',
          scenario: 'winston',
          way,
        });
        noSecret(records);
        const { traceId } = inSpanOf(records.slice(0, 8), stderr);
        const paid = find(records, 'paid');
        assert.deepEqual([paid.severity, paid.text], [9, 'info']);
        const { timestamp, service, ...attributes } = paid.attributes;
        assert.deepEqual(attributes, {
          password: '[Redacted]',
          deep: { list: [1, { two: 2 }] },
        });
        assert.ok(timestamp);
        if (library === 'winston') assert.equal(service, 'shop');
        assert.equal(find(records, 'hidden').attributes.card, '[Hidden]');
        checkErrors(records, library);
        const { timestamp: _, service: __, ...asObject } = find(records, 'as object').attributes;
        assert.deepEqual(asObject, { when: '1970-01-01T00:00:00.000Z' });
        if (library === 'winston') assert.equal(find(records, 'child').attributes.requestId, 'r-1');
        assert.equal(find(records, 'syslog').severity, 21);
        checkContexts(records, lines, traceId);
      });
    }
  }
});

function checkErrors(records, library) {
  const failed = records.find(({ body }) => body.startsWith('failed:'));
  if (library === 'winston') {
    assert.equal(failed.attributes['exception.type'], 'TypeError');
    assert.equal(failed.attributes['exception.message'], 'bad card');
    assert.match(failed.attributes['exception.stacktrace'], /^TypeError: bad card\n/);
  }
  assert.equal(failed.attributes.code, 'E_CARD');
  assert.equal(find(records, 'alone').attributes['exception.type'], 'RangeError');
  // The stack still holds what the format took out of the message.
  assert.equal(find(records, 'rewritten').attributes['exception.stacktrace'], undefined);
}

/** Each record once, however many transports wrote it, with the Context of its call, however late it was written. */
function checkContexts(records, lines, traceId) {
  const many = records.filter(({ body }) => body === 'many');
  assert.deepEqual(
    many.map(({ attributes }) => attributes.index),
    [...Array(40).keys()],
  );
  assert.equal(new Set(many.map(({ spanId }) => spanId)).size, 40);
  for (const record of many) {
    const line = lines.find(({ message, index }) => message === 'many' && index === record.attributes.index);
    assert.equal(line.span_id, record.spanId);
  }
  const reused = records.filter(({ body }) => body === 'reused');
  assert.equal(reused.length, 2);
  assert.equal(reused[0].traceId, traceId);
  assert.notEqual(reused[0].spanId, reused[1].spanId);
  assert.equal(records.filter(({ body }) => body === 'alone').length, 1);
}

describe('winston 1 and 2', () => {
  for (const library of ['winston-1', 'winston-2']) {
    for (const way of ['--require', 'by hand']) {
      it(`${library}, ${way}`, async () => {
        const { records, lines, stderr } = await runApp({
          library,
          bridge: 'winston',
          scenario: 'old-winston',
          way,
        });
        noSecret(records);
        const { traceId } = inSpanOf(records, stderr);
        assert.deepEqual(bodies(records), ['paid 5', 'the ***', 'failed']);
        assert.deepEqual(records[0].attributes, { password: '[Redacted]', deep: { a: [1] } });
        assert.equal(records[2].attributes['exception.type'], 'TypeError');
        assert.equal(lines[0].meta.trace_id, traceId);
        assert.equal(lines.length, 4, 'the error went to two transports');
      });
    }
  }
});

describe('bunyan', () => {
  for (const library of ['bunyan-2', 'bunyan', 'bunyan-1.0']) {
    for (const way of WAYS) {
      it(`${library}, ${way}`, async () => {
        const { records, lines, stderr } = await runApp({
          library,
          bridge: 'bunyan',
          scenario: 'bunyan',
          way,
        });
        noSecret(records);
        const { traceId } = inSpanOf(records.slice(0, -1), stderr);
        assert.deepEqual(bodies(records), [
          'paid 5',
          'child fields alone',
          'failed',
          'hostile',
          'own trace_id',
          'outside',
        ]);
        assert.deepEqual(records[0].attributes, {
          name: 'shop',
          user: { id: 2 },
          requestId: 'r-1',
          deep: { list: [1, { two: 2 }] },
        });
        assert.deepEqual(records[1].attributes.user, { id: 1 });
        const { attributes } = records[2];
        assert.deepEqual(
          [attributes['exception.type'], attributes['exception.message']],
          ['TypeError', 'bad card'],
        );
        assert.match(attributes['exception.stacktrace'], /^TypeError: bad card\n/);
        assert.deepEqual(attributes.err, { code: 'E_CARD' });
        assert.deepEqual(records[3].attributes.map, {});
        assert.equal(records[4].attributes.trace_id, 'mine');
        assert.equal(lines[0].trace_id, traceId);
        assert.equal(lines.length, records.length);
      });
    }
  }
});

describe('log4js', () => {
  for (const library of ['log4js', 'log4js-6.0']) {
    for (const way of WAYS) {
      it(`${library}, ${way}`, async () => {
        const { records, stdout, stderr } = await runApp({
          library,
          bridge: 'log4js',
          scenario: 'log4js',
          way,
        });
        noSecret(records);
        const { traceId, spanId } = inSpanOf(records, stderr);
        const [paid, failed, traced, ...rest] = records;
        assert.deepEqual([paid.severity, paid.text, paid.body], [9, 'INFO', 'paid 5 { deep: [ 1 ] }']);
        assert.deepEqual(paid.attributes, { 'log4js.category': 'default', tenant: { id: 7 } });
        assert.equal(failed.attributes['exception.type'], 'TypeError');
        assert.match(failed.attributes['exception.stacktrace'], /Caused by: Error: why/);
        assert.deepEqual([traced.severity, traced.body], [13, 'traced']);
        assert.match(stdout, new RegExp(`^traced ${traceId} ${spanId} 0[0-9a-f]$`, 'm'));
        assert.deepEqual(bodies(rest), ['the ***', 'first only', 'INFO only', 'passed', 'fine words']);
        assert.deepEqual(rest[0].attributes, { 'log4js.category': 'careful' });
      });
    }
  }
});

describe('the console', () => {
  const app = { library: 'winston', bridge: 'console', scenario: 'console' };

  it('is sent when it is asked for, and what a library prints on it only once', async () => {
    const env = { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'default,console' };
    const { records } = await runApp({ ...app, env });
    assert.deepEqual(
      records.map(({ body, text, scope }) => [body.split('\n')[0], text, scope.split('/').at(-1)]),
      [
        ['hello bob { a: 1 }', 'log', 'console'],
        ['careful', 'warn', 'console'],
        ['RangeError: broken', 'error', 'console'],
        ['by winston', 'info', 'winston'],
      ],
    );
    assert.equal(records[2].attributes['exception.type'], 'RangeError');
  });

  it('is left alone otherwise, as are the libraries that are switched off', async () => {
    assert.deepEqual(bodies((await runApp(app)).records), ['by winston']);
    const env = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'winston' };
    assert.deepEqual((await runApp({ ...app, env })).records, []);
  });
});

describe('pino behind others', () => {
  for (const version of [undefined, 26]) {
    it(`worker transport, streams, pino-http, Fastify, NestJS${version ? ` on Node ${version}` : ''}`, async (test) => {
      const node = version && findNode(version);
      if (version !== undefined && node === undefined) return test.skip(`there is no Node ${version}`);
      const { records, lines } = await runApp({
        library: 'pino',
        bridge: 'pino',
        scenario: 'pino-frameworks',
        node,
      });
      noSecret(records);
      const worker = find(records, 'by worker');
      assert.deepEqual(worker.attributes, { password: '[Redacted]' });
      assert.equal(lines.find(({ msg }) => msg === 'by worker').trace_id, worker.traceId);
      assert.equal(find(records, 'by streams').severity, 17);
      for (const [body, path, field] of [
        ['inside pino-http', '/http'],
        ['inside fastify', undefined, { a: 1 }],
        ['inside nest', '/nest', { b: 2 }],
      ]) {
        const record = find(records, body);
        assert.ok(record, `${body} is there`);
        // The server's span: the log call is part of the request.
        assert.match(record.traceId ?? '', /^[0-9a-f]{32}$/, body);
        if (path !== undefined) assert.equal(record.attributes.req.url, path);
        for (const [key, value] of Object.entries(field ?? {})) assert.equal(record.attributes[key], value);
      }
      const completed = records.filter(({ body }) => body === 'request completed');
      assert.deepEqual(
        completed.map(({ attributes }) => attributes.res.statusCode),
        [200, 200, 200],
      );
      assert.equal(records.length + 1, lines.length, 'one line went to two streams');
    });
  }
});
