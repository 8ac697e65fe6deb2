/** Jaeger's Thrift, over HTTP and by datagrams, read by Apache Thrift's own compiler and Python library. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startCapture } from '../support/capture.mjs';
import { startDatagrams } from '../support/datagrams.mjs';
import { parts } from '../support/parts.mjs';
import { providerFor } from '../support/pipeline.mjs';
import { makeAwkwardSpan, makeSampleTrace } from '../support/sample-trace.mjs';
import { loadSubject } from '../support/subject.mjs';

const subject = loadSubject('sonde');
const here = fileURLToPath(new URL('.', import.meta.url));
const python = parts['python3-thrift']();
let generated;

before(() => {
  generated = mkdtempSync(join(tmpdir(), 'sonde-thrift-'));
  execFileSync(parts.thrift(), ['--gen', 'py', '-o', generated, join(here, 'jaeger.thrift')]);
});
after(() => rmSync(generated, { recursive: true, force: true }));

function decode(messages, form) {
  const input = messages.map((message) => message.toString('hex')).join('\n');
  const output = execFileSync(python, [join(here, 'decode.py'), join(generated, 'gen-py'), form], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The ways that there are, each with what sends and the batches that came out at the other end. */
const ways = {
  'over HTTP': async (make, options) => {
    const receiver = await startCapture((response) => response.writeHead(202).end());
    const endpoint = `${receiver.url}/api/traces`;
    const exporter = new subject.jaeger.JaegerExporter({ endpoint, ...options });
    const provider = providerFor(subject, exporter);
    make(provider);
    await provider.shutdown();
    receiver.close();
    assert.equal(receiver.requests[0].headers['content-type'], 'application/x-thrift');
    return decode(
      receiver.requests.map(({ body }) => body),
      'binary',
    );
  },
  'as compact datagrams': (make, options) => byDatagram('udp/thrift.compact', 'call-compact', make, options),
  'as binary datagrams': (make, options) => byDatagram('udp/thrift.binary', 'call-binary', make, options),
};

async function byDatagram(protocol, form, make, options) {
  const agent = await startDatagrams();
  const exporter = new subject.jaeger.JaegerExporter({
    protocol,
    host: '127.0.0.1',
    port: agent.port,
    ...options,
  });
  const provider = providerFor(subject, exporter);
  make(provider);
  await provider.forceFlush().catch(() => {});
  await agent.received(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await provider.shutdown().catch(() => {});
  agent.close();
  return decode(agent.datagrams, form);
}

/** Tags as a plain object: a type's letter before each value. */
function tagsOf({ tags = [] }) {
  const letters = ['S', 'D', 'B', 'L', 'X'];
  return Object.fromEntries(
    tags.map(({ key, vType, vStr, vDouble, vBool, vLong, vBinary }) => [
      key,
      `${letters[Number(vType)]} ${vStr ?? vDouble ?? vBool ?? vLong ?? vBinary.base64}`,
    ]),
  );
}

const signed = (hex) => String(BigInt.asIntN(64, BigInt(`0x${hex}`)));

for (const [way, send] of Object.entries(ways)) {
  it(`${way}: every field of a trace`, async () => {
    let contexts;
    const batches = await send((provider) => {
      contexts = makeSampleTrace(subject.api, provider);
    });
    const [{ process }] = batches;
    assert.equal(process.serviceName, 'interop-svc');
    assert.equal(tagsOf(process)['service.version'], 'S 4.5.6');
    assert.equal(tagsOf(process)['service.name'], undefined);
    const spans = batches.flatMap((batch) => batch.spans);
    const [client, server] = ['call-database', 'handle-request'].map((name) =>
      spans.find(({ operationName }) => operationName === name),
    );
    const { traceId } = contexts.server;
    for (const span of [client, server]) {
      assert.equal(span.traceIdHigh, signed(traceId.slice(0, 16)));
      assert.equal(span.traceIdLow, signed(traceId.slice(16)));
      assert.equal(span.flags, '1');
      assert.ok(Math.abs(Number(span.startTime) / 1000 - Date.now()) < 60_000);
    }
    assert.equal(server.spanId, signed(contexts.server.spanId));
    assert.equal(server.parentSpanId, '0');
    assert.equal(client.parentSpanId, server.spanId);
    assert.deepEqual(client.references, [
      {
        refType: '1',
        traceIdLow: server.traceIdLow,
        traceIdHigh: server.traceIdHigh,
        spanId: server.spanId,
      },
    ]);
    const tags = tagsOf(server);
    for (const [key, value] of Object.entries({
      text: 'S grüße, 世界 🚀',
      empty: 'S ',
      integer: 'L 42',
      large: 'L 9007199254740991',
      negative: 'L -7',
      double: 'D 2.5',
      yes: 'B true',
      no: 'B false',
      texts: 'S ["a","b"]',
      numbers: 'S [1,2,3]',
      'span.kind': 'S server',
      'otel.status_code': 'S OK',
      'otel.scope.name': 'S interop',
      'otel.scope.version': 'S 1.2.3',
      'otel.library.name': 'S interop',
    })) {
      assert.equal(tags[key], value, key);
    }
    assert.equal(tags.error, undefined);
    const clientTags = tagsOf(client);
    assert.equal(clientTags.error, 'B true');
    assert.equal(clientTags['otel.status_code'], 'S ERROR');
    assert.equal(clientTags['otel.status_description'], 'S query failed');
    assert.equal(clientTags['span.kind'], 'S client');
    const [lookup] = server.logs;
    assert.deepEqual(tagsOf({ tags: lookup.fields }), { event: 'S cache.lookup', 'cache.hit': 'B false' });
    const [exception, link] = client.logs.map(({ fields }) => tagsOf({ tags: fields }));
    assert.equal(exception['exception.type'], 'S RangeError');
    assert.deepEqual(link, {
      event: 'S link',
      trace_id: `S ${traceId}`,
      span_id: `S ${contexts.server.spanId}`,
      'link.kind': 'S follows',
    });
  });

  it(`${way}: awkward values`, async () => {
    const batches = await send(makeAwkwardSpan, { tags: [{ key: 'added', value: 7 }] });
    assert.equal(tagsOf(batches[0].process).added, 'L 7');
    const tags = tagsOf(batches[0].spans[0]);
    const { long, ...rest } = tags;
    assert.equal(long, `S ${'é'.repeat(5_000)}`);
    for (const [key, value] of Object.entries({
      nan: 'S NaN',
      infinity: 'S Infinity',
      'minus.infinity': 'S -Infinity',
      'minus.zero': 'D -0.0',
      tiny: 'D 5e-324',
      huge: 'D 1e+300',
      'largest.integer': 'L 9223372036854775807',
      'smallest.integer': 'L -9223372036854775808',
      bytes: 'X AH+A/w==',
      map: 'S {"inner":{"deep":[1,"two",true,null,{"three":3}]},"empty":{}}',
      mixed: 'S ["text",1,1.5,false,null]',
      nothing: 'S ',
      'half.surrogate': 'S a\ufffd',
      control: 'S line\nbreak\u0000\u2028',
      ['__proto__']: 'S an ordinary key',
      'scope.kind': 'S awkward',
    })) {
      assert.equal(rest[key], value, key);
    }
  });

  it(`${way}: 2,000 spans arrive, in messages of the size they may have`, async () => {
    const batches = await send((provider) => {
      const tracer = provider.getTracer('many');
      for (let index = 0; index < 2_000; index++) {
        tracer.startSpan(`span ${index}`, { attributes: { index, text: 'x'.repeat(index % 300) } }).end();
      }
    });
    const names = new Set(batches.flatMap(({ spans }) => spans.map(({ operationName }) => operationName)));
    assert.equal(names.size, 2_000);
    if (way !== 'over HTTP') assert.ok(batches.length > 8, `${batches.length} datagrams`);
  });
}

it('a span over maxPacketSize is dropped, those around it are not', async () => {
  const batches = await ways['as compact datagrams'](
    (provider) => {
      const tracer = provider.getTracer('sizes');
      for (const size of [10, 1_500, 20]) {
        tracer.startSpan(`${size}`, { attributes: { text: 'x'.repeat(size) } }).end();
      }
    },
    { maxPacketSize: 1_000 },
  );
  const names = batches.flatMap(({ spans }) => spans.map(({ operationName }) => operationName));
  assert.deepEqual(names.sort(), ['10', '20']);
});
