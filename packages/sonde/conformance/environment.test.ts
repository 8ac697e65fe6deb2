/** Rows ENV: each variable that is wired, by its default, a valid, an invalid and an empty value. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Receiver, resourceOf, runAlone, spansOf, type Variables, withSdk } from './environment-bed.ts';
import { abandonsWithin, base, RECORDS, receiver, tryCase } from './environment-cases.ts';
import { EXPORTER_CASES } from './environment-exporter-cases.ts';
import { GRPC_CASES, protocolUsed } from './environment-grpc-cases.ts';
import { LOG_CASES } from './environment-log-cases.ts';
import { METRIC_CASES } from './environment-metric-cases.ts';
import { OTLP_CASES } from './environment-otlp-cases.ts';
import { STAGE_CASES, spansGivenUpWithin } from './environment-stage-cases.ts';
import { injected, limits, recordMuch, sampled, sent, TRACE_CASES } from './environment-trace-cases.ts';
import { subject } from './subject.ts';
import { loadInWeb } from './web-bed.ts';

const path = async (variables: Variables) => {
  const { requests } = await sent(variables);
  return requests[0]?.path;
};

const CASES = [
  ...TRACE_CASES,
  ...STAGE_CASES,
  ...LOG_CASES,
  ...METRIC_CASES,
  ...OTLP_CASES,
  ...EXPORTER_CASES,
  ...GRPC_CASES,
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

  for (const each of CASES) {
    it(`${each.id ?? ''} ${each.name}: default, valid, invalid and empty`.trimStart(), () => tryCase(each));
  }

  it('ENV-01 every variable that docs/environment.md calls wired is tried here', () => {
    const document = readFileSync(new URL('../../../../docs/environment.md', import.meta.url), 'utf8');
    const wired = [...document.matchAll(/^\| `(OTEL_\w+)`.*\| `\w+`(?:, `\w+`)* +\|$/gm)].map(
      (match) => match[1],
    );
    assert.ok(wired.length >= 30, `${wired.length} rows`);
    const tried = new Set([...CASES.map((each) => each.name), ...APART]);
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
    assert.equal((await abandonsWithin(120, ours, RECORDS.TRACES)).abandons, false);
    assert.equal((await spansGivenUpWithin(80, { OTEL_BSP_EXPORT_TIMEOUT: '0' })).givesUp, false);
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
    assert.equal(general, '/prefix/v1/traces');
    const own = await path({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/own?x=1` });
    assert.equal(own, '/own?x=1');
    const empty = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '' };
    assert.equal(await path(empty), '/v1/traces');
  });

  for (const [id, exporter, endpoint, port, expected] of [
    ['ENV-51', 'otlp', 'OTEL_EXPORTER_OTLP_ENDPOINT', 4318, '/v1/traces'],
    ['ENV-37', 'zipkin', 'OTEL_EXPORTER_ZIPKIN_ENDPOINT', 9411, '/api/v2/spans'],
  ] as const) {
    it(`${id} without an endpoint, or with one that is no URL, ${exporter} sends to localhost:${port}`, async (t) => {
      const usual = new Receiver();
      try {
        await usual.listen(port);
      } catch {
        t.diagnostic(`port ${port} is taken: only shown that nothing goes elsewhere`);
      }
      const name = `environment ${process.pid}`;
      for (const value of ['', '::no url::']) {
        const variables = { OTEL_TRACES_EXPORTER: exporter, OTEL_SERVICE_NAME: name, [endpoint]: value };
        const { requests } = await sent(variables);
        assert.deepEqual(requests, []);
      }
      // Programs of other tests, which run at the same time, may know of the usual port as well.
      const paths = usual.requests.filter(({ body }) => body.includes(name)).map((request) => request.path);
      if (usual.url !== '') assert.deepEqual(paths, [expected, expected]);
      usual.close();
    });
  }

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
      assert.equal(await (await loadInWeb(program, platform))(), 's,128,unknown_service');
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
