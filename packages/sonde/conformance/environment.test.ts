/** Rows ENV: each variable that is wired, by its default, a valid, an invalid and an empty value. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import type { ReadableSpan, SpanExporter } from 'sonde/sdk';
import { Receiver, resourceOf, runAlone, spansOf, type Variables, withSdk } from './environment-bed.ts';
import { abandonsWithin, base, type Case, receiver, tryCase } from './environment-cases.ts';
import { EXPORTER_CASES } from './environment-exporter-cases.ts';
import { GRPC_CASES, protocolUsed } from './environment-grpc-cases.ts';
import { LOG_CASES } from './environment-log-cases.ts';
import { METRIC_CASES } from './environment-metric-cases.ts';
import { METRIC_EXPORTER_CASES } from './environment-metric-exporter-cases.ts';
import { api, subject } from './subject.ts';

const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v'.repeat(50)]));

/** A span with 130 attributes, events and links and long texts, and one whose only event and link have 130 attributes. */
function recordMuch(): void {
  const tracer = api.trace.getTracer('t');
  const links = Array.from({ length: 130 }, () => ({ context }));
  const wide = tracer.startSpan('wide', { links });
  wide.setAttributes(many(130));
  for (let index = 0; index < 130; index++) wide.addEvent('e');
  wide.end();
  const deep = tracer.startSpan('deep', { links: [{ context, attributes: many(130) }] });
  deep.addEvent('e', many(130));
  deep.end();
}

/** What reaches the receiver under these variables. */
function sent(variables: Variables) {
  return withSdk({ ...base(), ...variables }, {}, async (running) => {
    receiver.requests.length = 0;
    recordMuch();
    await running.flush().catch(() => {});
    return { requests: [...receiver.requests] };
  });
}

/** The numbers that limits bound. */
async function limits(variables: Variables) {
  const { requests, said } = await sent(variables);
  const [deep, wide] = spansOf(requests);
  return {
    said,
    attributes: wide?.attributes?.length,
    length: wide?.attributes?.[0]?.value.stringValue?.length,
    events: wide?.events?.length,
    links: wide?.links?.length,
    perEvent: deep?.events?.[0]?.attributes?.length,
    perLink: deep?.links?.[0]?.attributes?.length,
  };
}

/** An exporter that is not the subject's: it keeps the sizes of its batches, and may never answer. */
function sizesExporter(answers = true) {
  const sizes: number[] = [];
  const exporter: SpanExporter = {
    export(spans: ReadableSpan[], done) {
      sizes.push(spans.length);
      if (answers) setImmediate(done, { code: 0 });
    },
    shutdown: async () => {},
  };
  return { sizes, exporter };
}

function endSpans(count: number): void {
  const tracer = api.trace.getTracer('t');
  for (let index = 0; index < count; index++) tracer.startSpan('s').end();
}

/** The batches that 3,000 spans ended at once become. */
function batches(variables: Variables) {
  const { sizes, exporter } = sizesExporter();
  return withSdk({ ...base(), ...variables }, { traceExporter: exporter }, async (running) => {
    endSpans(3_000);
    await running.flush();
    const exported = sizes.reduce((sum, size) => sum + size, 0);
    return { largest: Math.max(...sizes), holds2048: exported >= 2_048 };
  });
}

/** Whether a span leaves within `millis` without a flush. */
function leavesWithin(millis: number, variables: Variables) {
  const { sizes, exporter } = sizesExporter();
  return withSdk({ ...base(), ...variables }, { traceExporter: exporter }, async () => {
    endSpans(1);
    const deadline = Date.now() + millis;
    while (sizes.length === 0 && Date.now() < deadline) await delay(5);
    return { leaves: sizes.length > 0 };
  });
}

/** Whether an export that is never answered is given up within `millis`. */
function givesUpWithin(millis: number, variables: Variables) {
  const { exporter } = sizesExporter(false);
  return withSdk({ ...base(), ...variables }, { traceExporter: exporter }, async (running) => {
    endSpans(1);
    const flushed = running.flush().then(
      () => true,
      () => true,
    );
    return { givesUp: await Promise.race([flushed, delay(millis, false)]) };
  });
}

/** Which of a root, a child of a sampled and a child of an unsampled remote parent are recorded. */
function sampled(variables: Variables) {
  return withSdk({ ...base(), ...variables }, { traceExporter: sizesExporter().exporter }, async () => {
    const tracer = api.trace.getTracer('t');
    const under = (traceFlags: number) =>
      api.trace.setSpanContext(api.ROOT_CONTEXT, { ...context, traceFlags, isRemote: true });
    const spans = [
      tracer.startSpan('root', { root: true }),
      tracer.startSpan('of sampled', {}, under(1)),
      tracer.startSpan('of unsampled', {}, under(0)),
    ];
    return { decisions: spans.map((span) => (span.isRecording() ? 'yes' : 'no')).join(' ') };
  });
}

/** The fields that a span with baggage is injected into. */
function injected(variables: Variables) {
  return withSdk({ ...base(), ...variables }, {}, async () => {
    const baggage = api.propagation.createBaggage({ k: { value: 'v' } });
    const active = api.propagation.setBaggage(api.trace.setSpanContext(api.ROOT_CONTEXT, context), baggage);
    const carrier: Record<string, string> = {};
    api.propagation.inject(active, carrier);
    return { fields: Object.keys(carrier).sort().join(' ') };
  });
}

const requestHeader = (name: string) => async (variables: Variables) => {
  const { requests, said } = await sent(variables);
  return { said, header: requests[0]?.headers[name] };
};

const path = async (variables: Variables) => {
  const { requests, said } = await sent(variables);
  return { said, path: requests[0]?.path };
};

const service = async (variables: Variables) => {
  const { requests, said } = await sent(variables);
  const resource = resourceOf(requests);
  return { said, team: resource['team'], named: resource['service.name'] === 'shop' };
};

const limit = (id: string, name: string, counted: string, usual: number, valid: string): Case => ({
  id,
  name,
  see: limits,
  usual: { [counted]: usual },
  valid,
  changed: { [counted]: Number(valid) },
  invalid: 'ten',
});

/** Both names of one OTLP setting: the general one, and the signal's own over a general one that says otherwise. */
function both(id: string, setting: string, of: Omit<Case, 'id' | 'name'>): Case[] {
  return [
    { id, name: `OTEL_EXPORTER_OTLP_${setting}`, ...of },
    { id, name: `OTEL_EXPORTER_OTLP_TRACES_${setting}`, ...of },
  ];
}

const CASES: readonly Case[] = [
  limit('ENV-27', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'length', 50, '7'),
  limit('ENV-28', 'OTEL_ATTRIBUTE_COUNT_LIMIT', 'attributes', 128, '3'),
  limit('ENV-29', 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'length', 50, '0'),
  limit('ENV-30', 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'attributes', 128, '130'),
  limit('ENV-31', 'OTEL_SPAN_EVENT_COUNT_LIMIT', 'events', 128, '4'),
  limit('ENV-32', 'OTEL_SPAN_LINK_COUNT_LIMIT', 'links', 128, '5'),
  limit('ENV-33', 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 'perEvent', 128, '6'),
  limit('ENV-34', 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 'perLink', 128, '8'),
  {
    id: 'ENV-19 ENV-04',
    name: 'OTEL_BSP_SCHEDULE_DELAY',
    see: (variables) => leavesWithin(variables['OTEL_BSP_SCHEDULE_DELAY'] === '0' ? 1_000 : 60, variables),
    usual: { leaves: false },
    valid: '0',
    changed: { leaves: true },
    invalid: '-20',
  },
  {
    id: 'ENV-20',
    name: 'OTEL_BSP_EXPORT_TIMEOUT',
    see: (variables) => givesUpWithin(variables['OTEL_BSP_EXPORT_TIMEOUT'] === '20' ? 1_500 : 80, variables),
    usual: { givesUp: false },
    valid: '20',
    changed: { givesUp: true },
    invalid: '20ms',
  },
  {
    id: 'ENV-21',
    name: 'OTEL_BSP_MAX_QUEUE_SIZE',
    see: batches,
    usual: { holds2048: true },
    valid: '600',
    changed: { holds2048: false },
    invalid: 'ten',
  },
  {
    id: 'ENV-22',
    name: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    see: batches,
    usual: { largest: 512 },
    valid: '100',
    changed: { largest: 100 },
    invalid: '0',
  },
  {
    id: 'ENV-14',
    name: 'OTEL_TRACES_SAMPLER',
    see: sampled,
    usual: { decisions: 'yes yes no' },
    valid: 'always_on',
    changed: { decisions: 'yes yes yes' },
    invalid: 'sometimes',
  },
  {
    id: 'ENV-17',
    name: 'OTEL_TRACES_SAMPLER_ARG',
    see: sampled,
    usual: { decisions: 'yes yes yes' },
    valid: '0',
    changed: { decisions: 'no no no' },
    invalid: '1.5',
    beside: { OTEL_TRACES_SAMPLER: 'traceidratio' },
  },
  {
    id: 'ENV-13',
    name: 'OTEL_PROPAGATORS',
    see: injected,
    usual: { fields: 'baggage traceparent' },
    valid: 'baggage,Baggage',
    changed: { fields: 'baggage' },
    invalid: 'carrier-pigeon',
  },
  {
    id: 'ENV-10',
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    see: service,
    usual: { team: undefined, named: false },
    valid: 'team=a%2Cb,service.name=shop',
    changed: { team: 'a,b', named: true },
    invalid: 'team=a,b',
  },
  {
    id: 'ENV-11',
    name: 'OTEL_SERVICE_NAME',
    see: service,
    usual: { named: false },
    valid: 'shop',
    changed: { named: true },
    beside: { OTEL_RESOURCE_ATTRIBUTES: 'service.name=other' },
  },
  {
    id: 'ENV-08',
    name: 'OTEL_SDK_DISABLED',
    see: async (variables) => {
      const { requests, said } = await sent(variables);
      return { said, sends: requests.length > 0, fields: (await injected(variables)).fields };
    },
    usual: { sends: true, fields: 'baggage traceparent' },
    valid: 'True',
    changed: { sends: false, fields: 'baggage traceparent' },
    invalid: '1',
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    see: async (variables) => {
      const { requests, said } = await sent(variables);
      return { said, sends: requests.length > 0 };
    },
    usual: { sends: true },
    valid: 'none',
    changed: { sends: false },
    invalid: 'pigeon',
  },
  ...both('ENV-55', 'HEADERS', {
    see: requestHeader('x-key'),
    usual: { header: undefined },
    valid: 'x-key=a%20b',
    changed: { header: 'a b' },
    invalid: 'x-key',
  }),
  ...both('ENV-56 ENV-06', 'COMPRESSION', {
    see: requestHeader('content-encoding'),
    usual: { header: undefined },
    valid: 'GZIP',
    changed: { header: 'gzip' },
    invalid: 'brotli',
  }),
  ...both('ENV-57 ENV-05', 'TIMEOUT', {
    see: (variables) =>
      abandonsWithin(Object.values(variables).includes('30') ? 1_500 : 80, variables, () => endSpans(1)),
    usual: { abandons: false },
    valid: '30',
    changed: { abandons: true },
    invalid: '-30',
  }),
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    see: requestHeader('content-type'),
    usual: { header: 'application/json' },
    valid: 'HTTP/protobuf',
    changed: { header: 'application/x-protobuf' },
    invalid: 'http/xml',
  },
  {
    id: 'ENV-51',
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    see: path,
    usual: { path: '/v1/traces' },
    valid: 'given below',
    changed: { path: '/here' },
    invalid: 'no url',
  },
];

/** Wired, and shown by tests of their own below: they need a process or a port of their own. */
const APART = [
  'OTEL_LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_NODE_EXIT_HANDLERS_DISABLED',
];

describe('environment variables', () => {
  before(() => receiver.listen());
  after(() => receiver.close());

  for (const each of [
    ...CASES,
    ...LOG_CASES,
    ...METRIC_CASES,
    ...METRIC_EXPORTER_CASES,
    ...EXPORTER_CASES,
    ...GRPC_CASES,
  ]) {
    it(`${each.id ?? ''} ${each.name}: default, valid, invalid and empty`.trimStart(), () => tryCase(each));
  }

  it('ENV-01 every variable that docs/environment.md calls wired is tried here', () => {
    const document = readFileSync(new URL('../../../../docs/environment.md', import.meta.url), 'utf8');
    const wired = [...document.matchAll(/^\| `(OTEL_\w+)`.*\| `\w+`(?:, `\w+`)* +\|$/gm)].map(
      (match) => match[1],
    );
    assert.ok(wired.length >= 30, `${wired.length} rows`);
    const tried = new Set([
      ...[
        ...CASES,
        ...LOG_CASES,
        ...METRIC_CASES,
        ...METRIC_EXPORTER_CASES,
        ...EXPORTER_CASES,
        ...GRPC_CASES,
      ].map((each) => each.name),
      ...APART,
    ]);
    assert.deepEqual(
      wired.filter((name) => name === undefined || !tried.has(name)),
      [],
    );
  });

  it('ENV-02 only true in any case is true; what is neither true nor false is said and false', async () => {
    const sends = async (value: string) => {
      const { requests, said } = await sent({ OTEL_SDK_DISABLED: value });
      return { sends: requests.length > 0, said: said.some((line) => line.includes('OTEL_SDK_DISABLED')) };
    };
    assert.equal((await sends('TRUE')).sends, false);
    assert.deepEqual(await sends('False'), { sends: true, said: false });
    assert.deepEqual(await sends('yes'), { sends: true, said: true });
  });

  it('ENV-03 a number is decimal digits: negative ones, floats, hexadecimal and numbers out of range are said and ignored', async () => {
    for (const value of ['-1', '1.5', '0x10', '2147483648', '٣']) {
      const { events, said } = await limits({ OTEL_SPAN_EVENT_COUNT_LIMIT: value });
      assert.equal(events, 128, value);
      assert.ok(
        said.some((line) => line.includes(value)),
        value,
      );
    }
    assert.equal((await limits({ OTEL_SPAN_EVENT_COUNT_LIMIT: ' 7 ' })).events, 7);
  });

  it('ENV-06 the words of an enumeration in any case', async () => {
    assert.equal((await sampled({ OTEL_TRACES_SAMPLER: 'ALWAYS_on' })).decisions, 'yes yes yes');
  });

  it('ENV-06 an unknown word is shown, with the words that are known', async () => {
    const unknown = {
      OTEL_TRACES_SAMPLER: 'now_and_then',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'zip',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/telegram',
    };
    const { said } = await sent(unknown);
    for (const word of [...Object.values(unknown), 'parentbased_always_on', 'gzip', 'http/protobuf']) {
      assert.ok(
        said.some((line) => line.includes(word)),
        `${word}:\n${said.join('\n')}`,
      );
    }
  });

  it('ENV-05 0 is no limit for a timeout', async () => {
    const ours = { OTEL_EXPORTER_OTLP_TIMEOUT: '30', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '0' };
    assert.equal((await abandonsWithin(120, ours, () => endSpans(1))).abandons, false);
    assert.equal((await givesUpWithin(80, { OTEL_BSP_EXPORT_TIMEOUT: '0' })).givesUp, false);
  });

  it('ENV-07 what code gives wins over the variable', async () => {
    const seen = await withSdk(
      { ...base(), OTEL_SERVICE_NAME: 'environment', OTEL_SPAN_EVENT_COUNT_LIMIT: '3' },
      { serviceName: 'code', spanLimits: { eventCountLimit: 5 } },
      async (running) => {
        receiver.requests.length = 0;
        recordMuch();
        await running.flush();
        return { requests: [...receiver.requests] };
      },
    );
    assert.equal(resourceOf(seen.requests)['service.name'], 'code');
    assert.equal(spansOf(seen.requests)[1]?.events?.length, 5);
  });

  it('ENV-28 ENV-30 the limit of spans wins over the general one, an invalid one does not', async () => {
    const general = { OTEL_ATTRIBUTE_COUNT_LIMIT: '9' };
    assert.equal((await limits({ ...general, OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2' })).attributes, 2);
    assert.equal((await limits({ ...general, OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'two' })).attributes, 9);
  });

  it('ENV-14 every built-in sampler by its name', async () => {
    const expected: Record<string, string> = {
      always_on: 'yes yes yes',
      always_off: 'no no no',
      traceidratio: 'yes yes yes',
      parentbased_always_on: 'yes yes no',
      parentbased_always_off: 'no yes no',
      parentbased_traceidratio: 'yes yes no',
    };
    for (const [name, decisions] of Object.entries(expected)) {
      assert.equal((await sampled({ OTEL_TRACES_SAMPLER: name })).decisions, decisions, name);
    }
  });

  it('ENV-13 every propagator by its name, each once', async () => {
    const expected: Record<string, string> = {
      tracecontext: 'traceparent',
      baggage: 'baggage',
      b3: 'b3',
      b3multi: 'x-b3-sampled x-b3-spanid x-b3-traceid',
      jaeger: 'uber-trace-id uberctx-k',
      xray: 'x-amzn-trace-id',
      ottrace: 'ot-baggage-k ot-tracer-sampled ot-tracer-spanid ot-tracer-traceid',
    };
    for (const [name, fields] of Object.entries(expected)) {
      assert.equal((await injected({ OTEL_PROPAGATORS: name })).fields, fields, name);
    }
    const all = Object.keys(expected).join();
    const seen = await injected({ OTEL_PROPAGATORS: `${all},B3,jaeger` });
    assert.equal(seen.fields, Object.values(expected).join(' ').split(' ').sort().join(' '));
    assert.deepEqual(seen.said, []);
  });

  it('OTEL_PROPAGATORS: none switches propagation off, the order does not matter', async () => {
    assert.equal((await injected({ OTEL_PROPAGATORS: 'none' })).fields, '');
    assert.equal(
      (await injected({ OTEL_PROPAGATORS: 'baggage, tracecontext' })).fields,
      'baggage traceparent',
    );
  });

  it('ENV-41 each word of OTEL_TRACES_EXPORTER names an exporter, a list several of them', async () => {
    const pathsUnder = async (words: string) => {
      const { requests } = await sent({
        OTEL_TRACES_EXPORTER: words,
        OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${receiver.url}/zipkin`,
      });
      return requests.map((request) => request.path).sort();
    };
    assert.deepEqual(await pathsUnder(''), ['/v1/traces']);
    assert.deepEqual(await pathsUnder('otlp'), ['/v1/traces']);
    assert.deepEqual(await pathsUnder('zipkin'), ['/zipkin']);
    assert.deepEqual(await pathsUnder('zipkin, OTLP,zipkin'), ['/v1/traces', '/zipkin']);
    assert.deepEqual(await pathsUnder('none'), []);
    // A program of its own can be run with Sonde alone.
    if (subject.name === 'official') return;
    const program = `
      import { trace } from 'sonde';
      import { startSdk } from 'sonde/sdk';
      const sdk = startSdk();
      trace.getTracer('t').startSpan('on the console').end();
      await sdk.shutdown();`;
    const none = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
    const { stdout } = await runAlone(program, { OTEL_TRACES_EXPORTER: 'console', ...none });
    assert.ok(stdout.includes('on the console'), stdout);
  });

  it('ENV-45 logging is no name of an exporter', async () => {
    const { said } = await sent({ OTEL_TRACES_EXPORTER: 'logging' });
    assert.ok(
      said.some((line) => line.includes('logging')),
      said.join('\n'),
    );
  });

  it('ENV-51 the general endpoint gets the path of the signal, that of the signal is used as it is', async () => {
    const general = await path({ OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/prefix/` });
    assert.equal(general.path, '/prefix/v1/traces');
    const own = await path({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/own?x=1` });
    assert.equal(own.path, '/own?x=1');
    const empty = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '' };
    assert.equal((await path(empty)).path, '/v1/traces');
  });

  it('ENV-51 without an endpoint, or with one that is no URL, spans go to localhost:4318', async (t) => {
    const usual = new Receiver();
    try {
      await usual.listen(4318);
    } catch {
      t.diagnostic('port 4318 is taken: only shown that nothing goes elsewhere');
    }
    for (const endpoint of ['', '::no url::']) {
      assert.deepEqual((await sent({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).requests, []);
    }
    if (usual.url !== '') {
      assert.deepEqual(
        usual.requests.map((request) => request.path),
        ['/v1/traces', '/v1/traces'],
      );
    }
    usual.close();
  });

  it('ENV-37 without an endpoint, or with one that is no URL, Zipkin is at localhost:9411', async (t) => {
    const usual = new Receiver();
    try {
      await usual.listen(9411);
    } catch {
      t.diagnostic('port 9411 is taken: only shown that nothing goes elsewhere');
    }
    for (const endpoint of ['', '::no url::']) {
      const variables = { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: endpoint };
      assert.deepEqual((await sent(variables)).requests, []);
    }
    if (usual.url !== '') {
      assert.deepEqual(
        usual.requests.map((request) => request.path),
        ['/api/v2/spans', '/api/v2/spans'],
      );
    }
    usual.close();
  });

  it('the general protocol: default, valid, invalid and empty', async () => {
    const typeUnder = async (value: string) => {
      const { requests } = await sent({ OTEL_EXPORTER_OTLP_PROTOCOL: value });
      return requests[0]?.headers['content-type'];
    };
    assert.equal(await typeUnder(''), 'application/x-protobuf');
    assert.equal(await typeUnder('http/json'), 'application/json');
    assert.equal(await typeUnder('HTTP/JSON'), 'application/json');
    assert.equal(await typeUnder('carrier/pigeon'), 'application/x-protobuf');
  });

  it('ENV-58 every protocol by its name, that of the signal before the general one', async () => {
    const types = {
      grpc: 'grpc',
      'http/protobuf': 'application/x-protobuf',
      'http/json': 'application/json',
    };
    for (const [name, type] of Object.entries(types)) {
      assert.equal(await protocolUsed({ OTEL_EXPORTER_OTLP_PROTOCOL: name }), type, name);
      const other = name === 'http/json' ? 'http/protobuf' : 'http/json';
      const own = {
        OTEL_EXPORTER_OTLP_PROTOCOL: other,
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: name,
      };
      assert.equal(await protocolUsed(own), type, `${name} for traces`);
    }
    assert.equal(await protocolUsed({}), types['http/protobuf']);
  });

  it('ENV-12 OTEL_LOG_LEVEL: info by default, none says nothing, an unknown word is said', async () => {
    const program = `
      import { startSdk } from 'sonde/sdk';
      startSdk();
      process.exit(0);
    `;
    const linesUnder = async (variables: Variables) => {
      const { stderr } = await runAlone(program, {
        OTEL_METRICS_EXPORTER: 'pigeon',
        OTEL_TRACES_EXPORTER: 'none',
        ...variables,
      });
      return stderr.split('\n').filter((line) => line.includes('OTEL_'));
    };
    assert.equal((await linesUnder({})).length, 1);
    assert.equal((await linesUnder({ OTEL_LOG_LEVEL: '' })).length, 1);
    assert.equal((await linesUnder({ OTEL_LOG_LEVEL: 'None' })).length, 0);
    assert.equal((await linesUnder({ OTEL_LOG_LEVEL: 'error' })).length, 0);
    const wrong = await linesUnder({ OTEL_LOG_LEVEL: 'chatty' });
    assert.equal(wrong.length, 2);
    assert.match(wrong.join(), /OTEL_LOG_LEVEL="chatty".*none, error, warn, info/);
  });

  it('ENV-62 without a process everything has its default and nothing fails', async () => {
    const program = `
      import { trace } from 'sonde';
      import { InMemorySpanExporter, SimpleSpanProcessor, startSdk } from 'sonde/sdk';
      globalThis.run = async () => {
        const exporter = new InMemorySpanExporter();
        const sdk = startSdk({ spanProcessors: [new SimpleSpanProcessor({ exporter })], metricReaders: [] });
        const span = trace.getTracer('t').startSpan('s');
        for (let index = 0; index < 129; index++) span.setAttribute('k' + index, index);
        span.end();
        await sdk.forceFlush();
        const [ended] = exporter.getFinishedSpans();
        return [ended.name, Object.keys(ended.attributes).length, ended.resource.attributes['service.name']].join();
      };`;
    for (const platform of ['browser', 'neutral'] as const) {
      const bundle = await build({
        stdin: { contents: program, resolveDir: import.meta.dirname },
        bundle: true,
        write: false,
        platform,
        logLevel: 'silent',
      });
      const { console, crypto, performance, queueMicrotask, setTimeout, clearTimeout, btoa, URL } =
        globalThis;
      const { TextEncoder, TextDecoder, AbortController, fetch } = globalThis;
      const web = { console, crypto, performance, queueMicrotask, setTimeout, clearTimeout, btoa, URL };
      const globals = createContext({ ...web, TextEncoder, TextDecoder, AbortController, fetch });
      runInContext(bundle.outputFiles[0]?.text ?? '', globals);
      assert.equal(runInContext('typeof process', globals), 'undefined');
      assert.equal(await runInContext('run()', globals), 's,128,unknown_service');
    }
  });

  it('ENV-61 a variable of this implementation is named by its language: OTEL_NODE_EXIT_HANDLERS_DISABLED', async () => {
    const program = `
      import { startSdk } from 'sonde/sdk';
      startSdk();
      console.log(process.listenerCount('SIGTERM'));
      process.exit(0);
    `;
    const listeners = async (value: string) =>
      Number(
        (await runAlone(program, { OTEL_TRACES_EXPORTER: 'none', OTEL_NODE_EXIT_HANDLERS_DISABLED: value }))
          .stdout,
      );
    assert.equal(await listeners(''), 1);
    assert.equal(await listeners('true'), 0);
    assert.equal(await listeners('false'), 1);
    assert.equal(await listeners('yes'), 1);
  });
});
