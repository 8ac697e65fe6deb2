import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Attributes } from '../../api/common/attributes.ts';
import { type Fields, fieldsOf, textOf } from '../../otlp/wire/protobuf-reader.fixture.ts';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import { resourceFromAttributes } from '../../sdk/common/resource.ts';
import {
  collected,
  EXPONENTIAL_VALUE,
  everyKind,
  exponentialHistogram,
  gauge,
  HISTOGRAM_VALUE,
  histogram,
  point,
  sum,
} from '../../sdk/metrics/fake-metrics.fixture.ts';
import type { MetricData, ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import { negotiate } from './accept.ts';
import { DeltaAccumulator } from './delta.ts';
import { coarser, fixedBuckets, nativeHistogram } from './exponential.ts';
import { Exposition, type ExpositionSettings } from './exposition.ts';

const said: string[] = [];
setGlobalErrorHandler((error) => said.push(error.message));
afterEach(() => {
  said.length = 0;
});

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0';
const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

function body(metrics: ResourceMetrics, accept = '', over: Partial<ExpositionSettings> = {}): Uint8Array {
  const settings: ExpositionSettings = {
    prefix: '',
    strategy: 'UnderscoreEscapingWithSuffixes',
    appendTimestamp: false,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
    isConstantLabel: undefined,
    ...over,
  };
  return new Exposition(settings).body(metrics, negotiate(accept));
}

const exposed = (metrics: ResourceMetrics, accept = '', over: Partial<ExpositionSettings> = {}): string =>
  new TextDecoder().decode(body(metrics, accept, over));

/** The lines of metrics that come alone, without a scope's labels. */
const lines = (
  metric: MetricData | readonly MetricData[],
  accept = '',
  over: Partial<ExpositionSettings> = {},
) =>
  exposed(collected([metric].flat() as MetricData[]), accept, over)
    .trimEnd()
    .split('\n');

const exemplar = {
  value: 7,
  timestamp: [1_700_000_030, 9] as [number, number],
  filteredAttributes: { 'user.name': 'ada' },
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
};
const EXEMPLAR_LABELS =
  'trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331",user_name="ada"';

describe('text 0.0.4', () => {
  it('has one family for each metric, with help, type and unit in the name', () => {
    assert.equal(
      exposed(everyKind(), '', { withoutTargetInfo: false, withoutScopeInfo: false }),
      [
        '# HELP target_info Target metadata',
        '# TYPE target_info gauge',
        'target_info{service_name="shop"} 1',
        '# HELP requests_total Requests',
        '# TYPE requests_total counter',
        'requests_total{method="GET",otel_scope_name="till"} 7',
        '# TYPE queue gauge',
        'queue{otel_scope_name="till"} -2.5',
        '# TYPE temperature_celsius gauge',
        'temperature_celsius{room="kitchen",otel_scope_name="till"} 21.5',
        '# TYPE duration_milliseconds histogram',
        'duration_milliseconds_bucket{route="/",otel_scope_name="till",le="5"} 1',
        'duration_milliseconds_bucket{route="/",otel_scope_name="till",le="10"} 2',
        'duration_milliseconds_bucket{route="/",otel_scope_name="till",le="100"} 3',
        'duration_milliseconds_bucket{route="/",otel_scope_name="till",le="+Inf"} 4',
        'duration_milliseconds_sum{route="/",otel_scope_name="till"} 722',
        'duration_milliseconds_count{route="/",otel_scope_name="till"} 4',
        '# TYPE size_bytes histogram',
        'size_bytes_bucket{otel_scope_name="till",le="-1"} 1',
        'size_bytes_bucket{otel_scope_name="till",le="0.25"} 4',
        'size_bytes_bucket{otel_scope_name="till",le="2"} 6',
        'size_bytes_bucket{otel_scope_name="till",le="4"} 6',
        'size_bytes_bucket{otel_scope_name="till",le="8"} 7',
        'size_bytes_bucket{otel_scope_name="till",le="+Inf"} 7',
        'size_bytes_count{otel_scope_name="till"} 7',
        '',
      ].join('\n'),
    );
  });

  it('is empty for nothing', () => {
    assert.equal(exposed(collected([])), '');
    assert.equal(exposed(collected([gauge('a', [])])), '');
    assert.equal(exposed(collected([gauge('a', [point(1, {}, { flags: 1 })])])), '');
    const empty = { resource: resourceFromAttributes({}), scopeMetrics: [] };
    assert.equal(exposed(empty, '', { withoutTargetInfo: false }), '');
    assert.equal(exposed(empty, OPENMETRICS), '# EOF\n');
  });

  it('writes any number', () => {
    const values = [0, -0, 1.5, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    assert.deepEqual(
      lines(
        gauge(
          'a',
          values.map((value, index) => point(value, { index })),
        ),
      ).slice(1),
      ['0', '0', '1.5', '1e+21', '1e-7', 'NaN', '+Inf', '-Inf'].map(
        (text, index) => `a{index="${index}"} ${text}`,
      ),
    );
  });

  it('escapes help and label values', () => {
    const metric = gauge('a', [point(1, { k: 'q"b\\n\nx\ud800' })], { description: 'q"b\\n\nx' });
    assert.deepEqual(lines(metric), [
      '# HELP a q"b\\\\n\\nx',
      '# TYPE a gauge',
      'a{k="q\\"b\\\\n\\nx\ufffd"} 1',
    ]);
  });

  it('has the types that OpenMetrics has as what they can be', () => {
    const typed = (type: string) => ({ metadata: { 'prometheus.type': type } });
    assert.deepEqual(
      lines([
        gauge('u', [point(1)], typed('unknown')),
        sum('build', [point(1)], { isMonotonic: false, ...typed('info') }),
        sum('state', [point(1)], { isMonotonic: false, ...typed('stateset') }),
      ]),
      ['# TYPE u untyped', 'u 1', '# TYPE build_info gauge', 'build_info 1', '# TYPE state gauge', 'state 1'],
    );
  });

  it('has times only when told', () => {
    assert.deepEqual(lines(gauge('a', [point(1)]), '', { appendTimestamp: true })[1], 'a 1 1700000060000');
    assert.deepEqual(
      lines(gauge('a', [point(1)]), OPENMETRICS, { appendTimestamp: true })[1],
      'a 1 1700000060.000000007',
    );
  });
});

describe('names of metrics', () => {
  const first = (metric: MetricData, over: Partial<ExpositionSettings> = {}, accept = '') =>
    lines(metric, accept, over)[0];

  it('end in unit and _total, once', () => {
    const counter = (name: string, unit = '') => first(sum(name, [point(1)], { unit }));
    assert.equal(counter('a'), '# TYPE a_total counter');
    assert.equal(counter('a_total'), '# TYPE a_total counter');
    assert.equal(counter('a.total', 'By'), '# TYPE a_bytes_total counter');
    assert.equal(counter('a_bytes', 'By'), '# TYPE a_bytes_total counter');
    assert.equal(counter('a_bytes_total', 'By'), '# TYPE a_bytes_total counter');
    assert.equal(counter('a', '1'), '# TYPE a_total counter');
    assert.equal(first(gauge('a', [point(1)], { unit: '1' })), '# TYPE a_ratio gauge');
    assert.equal(first(gauge('a', [point(1)], { unit: 'm/s' })), '# TYPE a_meters_per_second gauge');
    assert.equal(first(gauge('a', [point(1)], { unit: '{cat}' })), '# TYPE a gauge');
    assert.equal(first(gauge('a', [point(1)], { unit: 'm^2' })), '# TYPE a_m_2 gauge');
  });

  it('begin with the prefix', () => {
    assert.equal(first(gauge('a', [point(1)]), { prefix: 'my.app' }), '# TYPE my_app_a gauge');
  });

  it('follow the strategy, then the scheme', () => {
    const metric = sum('http.requests', [point(1, { 'k.x': 1 })], { unit: 'By' });
    const utf8 = 'text/plain;version=1.0.0;escaping=allow-utf-8';
    const both = (strategy: ExpositionSettings['strategy'], accept: string) =>
      lines(metric, accept, { strategy }).join(' ');
    assert.equal(
      both('UnderscoreEscapingWithSuffixes', utf8),
      '# TYPE http_requests_bytes_total counter http_requests_bytes_total{k_x="1"} 1',
    );
    assert.equal(
      both('UnderscoreEscapingWithoutSuffixes', utf8),
      '# TYPE http_requests counter http_requests{k_x="1"} 1',
    );
    assert.equal(
      both('NoUTF8EscapingWithSuffixes', utf8),
      '# TYPE "http.requests_bytes_total" counter {"http.requests_bytes_total","k.x"="1"} 1',
    );
    assert.equal(both('NoTranslation', utf8), '# TYPE "http.requests" counter {"http.requests","k.x"="1"} 1');
    assert.equal(both('NoTranslation', ''), '# TYPE http_requests counter http_requests{k_x="1"} 1');
    assert.equal(
      both('NoUTF8EscapingWithSuffixes', 'text/plain;version=1.0.0;escaping=dots'),
      '# TYPE http_dot_requests__bytes_total counter http_dot_requests__bytes_total{k_dot_x="1"} 1',
    );
    assert.equal(
      both('NoTranslation', 'text/plain;version=1.0.0;escaping=values'),
      '# TYPE U__http_2e_requests counter U__http_2e_requests{U__k_2e_x="1"} 1',
    );
  });
});

describe('labels', () => {
  const labels = (attributes: Attributes) =>
    /\{(.*)\}/.exec(lines(gauge('a', [point(1, attributes)]))[1] ?? '')?.[1];

  it('of one name are joined in the order of their keys', () => {
    assert.equal(labels({ 'b.x': '2', b_x: '3', 'b-x': '1', c: 'z' }), 'b_x="1;2;3",c="z"');
  });

  it('of any value are texts; an empty one is none', () => {
    const bytes = new Uint8Array([1, 2]);
    assert.equal(
      labels({ a: true, b: 1.5, c: [1, Number.NaN], d: '', e: bytes as never, f: { x: 1 } as never }),
      'a="true",b="1.5",c="[1,\\"NaN\\"]",e="AQI=",f="{\\"x\\":1}"',
    );
    assert.equal(labels({ a: undefined }), undefined);
  });

  it('of a scope, its attributes too, stand on all its points, and what is called like them is renamed', () => {
    const scope = {
      name: 'n',
      version: 'v',
      schemaUrl: 's',
      attributes: { team: 't', version: 'hidden', name: 'x' },
    };
    const metrics = collected([gauge('a', [point(1, { 'otel.scope.name': 'evil', k: 1 })])], scope);
    assert.match(
      exposed(metrics, '', { withoutScopeInfo: false }),
      /\na\{exported_otel_scope_name="evil",k="1",otel_scope_name="n",otel_scope_version="v",otel_scope_schema_url="s",otel_scope_team="t"\} 1\n/,
    );
  });

  it('called le are renamed where buckets need the name', () => {
    const [, bucket] = lines(histogram('a', [point(HISTOGRAM_VALUE, { le: 'x', exported_le: 'y' })]));
    assert.equal(bucket, 'a_bucket{exported_le="y;x",le="5"} 1');
    assert.equal(labels({ le: 'x' }), 'le="x"');
    const utf8 = 'text/plain;version=1.0.0;escaping=allow-utf-8';
    const [, reserved] = lines(gauge('a', [point(1, { __name__: 'b' })]), utf8, {
      strategy: 'NoTranslation',
    });
    assert.equal(reserved, 'a{exported___name__="b"} 1');
  });

  it('of the resource stand where they were asked for, and give way to the point’s own', () => {
    const over = { isConstantLabel: (key: string) => key.startsWith('service'), withoutTargetInfo: false };
    const [help, , target, , first, second] = lines(
      gauge('a', [point(1), point(2, { 'service.name': 'own' })]),
      '',
      over,
    );
    assert.deepEqual(
      [help, target, first, second],
      [
        '# HELP target_info Target metadata',
        'target_info{service_name="shop"} 1',
        'a{service_name="shop"} 1',
        'a{service_name="own"} 2',
      ],
    );
  });
});

describe('conflicts', () => {
  it('of types leave the later metric out, and say so once', () => {
    const metrics = [gauge('c.a', [point(1)]), histogram('c_a', [point(HISTOGRAM_VALUE)])];
    for (let scrape = 0; scrape < 2; scrape++)
      assert.deepEqual(lines(metrics), ['# TYPE c_a gauge', 'c_a 1']);
    assert.deepEqual(said, [
      'Prometheus: the metric "c_a" is left out: c_a is a gauge already and cannot be a histogram too',
    ]);
  });

  it('of a metric with the parts of another leave the later one out', () => {
    const metrics = [histogram('d', [point(HISTOGRAM_VALUE)]), gauge('d.count', [point(1)])];
    assert.equal(lines(metrics).filter((line) => line.startsWith('d_count')).length, 1);
    assert.match(said[0] ?? '', /d\.count.*d_count belongs to another metric/);
    assert.match(
      exposed(collected([gauge('target.info', [point(9)])]), '', { withoutTargetInfo: false }),
      /^[^9]*$/,
    );
  });

  it('of descriptions show the first, with the points of both', () => {
    const metrics = [
      gauge('e.a', [point(1, { k: 1 })], { description: 'x' }),
      gauge('e_a', [point(2)], { description: 'y' }),
    ];
    assert.deepEqual(lines(metrics), ['# HELP e_a x', '# TYPE e_a gauge', 'e_a{k="1"} 1', 'e_a 2']);
    assert.match(said[0] ?? '', /e_a and describe themselves differently/);
  });

  it('of series show the first', () => {
    const metrics = [
      gauge('f', [point(1, { k: 1 }), point(2, { k: '1' })]),
      gauge('f', [point(3, { k: 1 }), point(4)]),
    ];
    assert.deepEqual(lines(metrics), ['# TYPE f gauge', 'f{k="1"} 1', 'f 4']);
    assert.match(said[0] ?? '', /f\{k="1"\} comes twice/);
  });

  it('never leave a label, a series or a TYPE line twice, whatever comes', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'a',
        'a.b',
        'a_b',
        'a-b',
        'le',
        'otel.scope.name',
        '__name__',
        'a_total',
        'a_count',
        '1',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const attributes = fc.dictionary(text, fc.oneof(text, fc.integer({ max: 3 })), {
      maxKeys: 5,
      noNullPrototype: true,
    });
    const points = fc.array(attributes, { maxLength: 4 });
    const metric = fc.tuple(
      text,
      points,
      fc.constantFrom('', 'By', '1', '{x}'),
      fc.integer({ min: 0, max: 4 }),
    );
    const made = ([name, all, unit, kind]: readonly [
      string,
      readonly Attributes[],
      string,
      number,
    ]): MetricData => {
      if (kind === 0)
        return sum(
          name,
          all.map((each) => point(1, each)),
          { unit },
        );
      if (kind === 1)
        return sum(
          name,
          all.map((each) => point(1, each)),
          { unit, isMonotonic: false },
        );
      if (kind === 2)
        return gauge(
          name,
          all.map((each) => point(1, each)),
          { unit },
        );
      if (kind === 3)
        return histogram(
          name,
          all.map((each) => point(HISTOGRAM_VALUE, each)),
          { unit },
        );
      return exponentialHistogram(
        name,
        all.map((each) => point(EXPONENTIAL_VALUE, each)),
        { unit },
      );
    };
    const accept = fc.constantFrom(
      '',
      OPENMETRICS,
      `${OPENMETRICS};escaping=allow-utf-8`,
      'text/plain;version=1.0.0;escaping=values',
    );
    const strategy = fc.constantFrom('UnderscoreEscapingWithSuffixes' as const, 'NoTranslation' as const);
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 5 }), accept, strategy, (given, format, chosen) => {
        const metrics = collected(given.map((each) => made(each as never)));
        const over = { strategy: chosen, withoutScopeInfo: false, withoutTargetInfo: false };
        assertUnique(exposed(metrics, format, over));
        assert.ok(body(metrics, PROTOBUF, over));
      }),
      { numRuns: 1500 },
    );
  });
});

/** Reads an exposition as Prometheus would, and refuses what it would. */
function assertUnique(text: string): void {
  const types = new Set<string>();
  const series = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '' || line === '# EOF') continue;
    const type = /^# TYPE ("(?:[^"\\]|\\.)*"|\S+) /.exec(line)?.[1];
    if (type !== undefined) {
      assert.ok(!types.has(type), `TYPE ${type} twice in\n${text}`);
      types.add(type);
    }
    if (line.startsWith('#')) continue;
    const names: string[] = [];
    const labels = /^([a-zA-Z_:][\w:]*)?(?:\{((?:"(?:[^"\\]|\\.)*"|[^"}])*)\})? \S+/.exec(line);
    assert.ok(labels !== null, `unreadable: ${line}`);
    for (const [, name] of (labels[2] ?? '').matchAll(
      /("(?:[^"\\]|\\.)*"|[a-zA-Z_]\w*)="(?:[^"\\]|\\.)*"/g,
    )) {
      names.push(name!.replace(/^"|"$/g, ''));
    }
    assert.equal(new Set(names).size, names.length, `a label twice: ${line}`);
    const key = `${labels[1] ?? ''}{${labels[2] ?? ''}}`;
    assert.ok(!series.has(key), `a series twice: ${key} in\n${text}`);
    series.add(key);
  }
}

describe('OpenMetrics', () => {
  it('has counters without _total in their family, times of creation and an end', () => {
    assert.deepEqual(
      lines(sum('a', [point(1, { k: 'v' })], { unit: 'By', description: 'q"' }), OPENMETRICS),
      [
        '# HELP a_bytes q\\"',
        '# TYPE a_bytes counter',
        '# UNIT a_bytes bytes',
        'a_bytes_total{k="v"} 1',
        'a_bytes_created{k="v"} 1700000000.000000005',
        '# EOF',
      ],
    );
    const unstarted = sum('a', [point(1, {}, { startTime: [0, 0] })]);
    assert.deepEqual(lines(unstarted, OPENMETRICS), ['# TYPE a counter', 'a_total 1', '# EOF']);
  });

  it('has an exemplar on counters and on the bucket that it falls into', () => {
    const text = ` # {${EXEMPLAR_LABELS}} 7 1700000030.000000009`;
    const older = { ...exemplar, value: 9, timestamp: [1, 0] as [number, number] };
    assert.equal(
      lines(sum('a', [point(1, {}, { exemplars: [older, exemplar, older] })]), OPENMETRICS)[1],
      `a_total 1${text}`,
    );
    const smaller = { ...exemplar, value: 5.5 };
    const top = { ...exemplar, value: 1e9, traceId: undefined, spanId: undefined, filteredAttributes: {} };
    const rows = lines(
      histogram('a', [point(HISTOGRAM_VALUE, {}, { exemplars: [smaller, exemplar, top] })]),
      OPENMETRICS,
    );
    assert.deepEqual(rows.slice(1, 5), [
      'a_bucket{le="5.0"} 1',
      `a_bucket{le="10.0"} 2${text}`,
      'a_bucket{le="100.0"} 3',
      'a_bucket{le="+Inf"} 4 # {} 1000000000 1700000030.000000009',
    ]);
    assert.doesNotMatch(
      lines(gauge('a', [point(1, {}, { exemplars: [exemplar] })]), OPENMETRICS).join(),
      /trace_id/,
    );
    assert.doesNotMatch(lines(sum('a', [point(1, {}, { exemplars: [exemplar] })])).join(), /trace_id/);
  });

  it('bounds an exemplar’s labels to 128 characters, the ids first', () => {
    // trace_id, 32 digits, span_id, 16 digits: 63 characters, which leaves 65.
    const withAttributes = (filteredAttributes: Attributes) =>
      /# \{(.*)\} 7/.exec(
        lines(
          sum('a', [point(1, {}, { exemplars: [{ ...exemplar, filteredAttributes }] })]),
          OPENMETRICS,
        )[1] ?? '',
      )?.[1] ?? '';
    assert.match(withAttributes({ k: '🚀'.repeat(64) }), /,k="(🚀){64}"$/u);
    assert.doesNotMatch(withAttributes({ k: '🚀'.repeat(65) }), /k=/);
    assert.match(
      withAttributes({ large: 'x'.repeat(100), k: 'v', trace_id: 'mine' }),
      /,k="v",exported_trace_id="mine"$/,
    );
  });

  it('has no sum and no count where values may be negative', () => {
    const value = { ...HISTOGRAM_VALUE, buckets: { boundaries: [-5, 0, 5], counts: [1, 1, 1, 1] } };
    assert.doesNotMatch(lines(histogram('a', [point(value)]), OPENMETRICS).join(), /_sum|_count/);
    assert.doesNotMatch(lines(histogram('a', [point(value)])).join(), /_sum/);
  });

  it('writes bounds as Go does', () => {
    const boundaries = [0, 0.00001, 0.5, 10, 123456, 1e6, 2.5e6, 1e21];
    const value = { buckets: { boundaries, counts: new Array(9).fill(1) }, count: 9, sum: 1 };
    const bounds = (accept: string) =>
      lines(histogram('a', [point(value)]), accept)
        .map((line) => /le="(.*)"/.exec(line)?.[1])
        .filter((bound) => bound !== undefined);
    assert.deepEqual(bounds(OPENMETRICS), [
      '0.0',
      '1e-05',
      '0.5',
      '10.0',
      '123456.0',
      '1e+06',
      '2.5e+06',
      '1e+21',
      '+Inf',
    ]);
    assert.deepEqual(bounds(''), ['0', '1e-05', '0.5', '10', '123456', '1e+06', '2.5e+06', '1e+21', '+Inf']);
  });

  it('has info and stateset; a counter without suffixes is unknown', () => {
    const typed = (type: string) => ({ isMonotonic: false, metadata: { 'prometheus.type': type } });
    assert.deepEqual(
      lines(
        [sum('build', [point(9)], typed('info')), sum('state', [point(1)], typed('stateset'))],
        OPENMETRICS,
      ),
      ['# TYPE build info', 'build_info 1', '# TYPE state stateset', 'state 1', '# EOF'],
    );
    const strategy = 'UnderscoreEscapingWithoutSuffixes';
    assert.deepEqual(lines(sum('a', [point(1)]), OPENMETRICS, { strategy }), [
      '# TYPE a unknown',
      'a 1',
      '# EOF',
    ]);
    assert.equal(lines(sum('a_total', [point(1)]), OPENMETRICS, { strategy })[0], '# TYPE a counter');
  });
});

describe('protobuf', () => {
  const messages = (values: readonly (bigint | Uint8Array)[] | undefined): Fields[] =>
    (values ?? []).map((bytes) => fieldsOf(bytes as Uint8Array));
  const double = (value: unknown): number => Buffer.from(value as Uint8Array).readDoubleLE();
  const zigzag = (value: unknown): number =>
    Number((value as bigint) >> 1n) ^ -Number((value as bigint) & 1n);

  /** The families, each behind its length: as the repeated field 1 of a message of our own making. */
  function families(metrics: ResourceMetrics, over: Partial<ExpositionSettings> = {}): Fields[] {
    const bytes = body(metrics, PROTOBUF, over);
    const found: Fields[] = [];
    for (let at = 0; at < bytes.length; ) {
      let length = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!;
        length += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) break;
      }
      found.push(fieldsOf(bytes.subarray(at, at + length)));
      at += length;
    }
    return found;
  }

  it('has every family with its type', () => {
    const all = families(everyKind(), { withoutTargetInfo: false });
    assert.deepEqual(
      all.map((family) => [textOf(family[1]?.[0]), family[3]?.[0]]),
      [
        ['target_info', 1n],
        ['requests_total', 0n],
        ['queue', 1n],
        ['temperature_celsius', 1n],
        ['duration_milliseconds', 4n],
        ['size_bytes', 4n],
      ],
    );
    const [target, requests, , temperature] = all.map((family) => messages(family[4])[0]);
    assert.deepEqual(
      messages(target?.[1]).map((label) => [textOf(label[1]?.[0]), textOf(label[2]?.[0])]),
      [['service_name', 'shop']],
    );
    assert.equal(double(messages(requests?.[3])[0]?.[1]?.[0]), 7);
    assert.equal(messages(messages(requests?.[3])[0]?.[3])[0]?.[1]?.[0], 1_700_000_000n);
    assert.equal(double(messages(temperature?.[2])[0]?.[1]?.[0]), 21.5);
    assert.equal(textOf(all[3]?.[5]?.[0]), 'celsius');
    assert.equal(textOf(all[1]?.[2]?.[0]), 'Requests');
  });

  it('has classic histograms with cumulative counts, and exemplars', () => {
    const metrics = collected([histogram('a', [point(HISTOGRAM_VALUE, {}, { exemplars: [exemplar] })])]);
    const [only] = messages(messages(families(metrics)[0]?.[4])[0]?.[7]);
    assert.equal(only?.[1]?.[0], 4n);
    assert.equal(double(only?.[2]?.[0]), 722);
    const buckets = messages(only?.[3]);
    assert.deepEqual(
      buckets.map((bucket) => [bucket[1]?.[0], double(bucket[2]?.[0])]),
      [
        [1n, 5],
        [2n, 10],
        [3n, 100],
        [4n, Number.POSITIVE_INFINITY],
      ],
    );
    const [found] = messages(buckets[1]?.[3]);
    assert.equal(double(found?.[2]?.[0]), 7);
    assert.equal(textOf(messages(found?.[1])[0]?.[2]?.[0]), exemplar.traceId);
    assert.equal(messages(found?.[3])[0]?.[2]?.[0], 9n);
  });

  it('has exponential histograms as native ones', () => {
    const metrics = collected([
      exponentialHistogram('a', [point(EXPONENTIAL_VALUE, {}, { exemplars: [exemplar] })]),
    ]);
    const [only] = messages(messages(families(metrics)[0]?.[4])[0]?.[7]);
    assert.deepEqual([only?.[1]?.[0], only?.[7]?.[0], zigzag(only?.[5]?.[0])], [7n, 3n, 0]);
    assert.equal(double(only?.[6]?.[0]), 0.25);
    const spans = (field: number) =>
      messages(only?.[field]).map((span) => [zigzag(span[1]?.[0]), span[2]?.[0]]);
    assert.deepEqual(spans(12), [[1, 3n]]);
    assert.deepEqual(only?.[13]?.map(zigzag), [2, -2, 1]);
    assert.deepEqual(spans(9), [[1, 1n]]);
    assert.deepEqual(only?.[10]?.map(zigzag), [1]);
    assert.equal(messages(only?.[16]).length, 1);
  });

  it('leaves out, and says, what is coarser than Prometheus knows', () => {
    const value = { ...EXPONENTIAL_VALUE, scale: -5 };
    const metrics = collected([
      exponentialHistogram('coarse', [point(value), point({ ...value, scale: -4 }, { k: 1 })]),
    ]);
    assert.equal(messages(families(metrics)[0]?.[4]).length, 1);
    assert.match(said[0] ?? '', /coarse is left out: its scale is -5, the least that there is is -4/);
    assert.deepEqual(families(collected([exponentialHistogram('gone', [point(value)])])), []);
  });

  it('has the time of the collection when told', () => {
    const [family] = families(collected([gauge('a', [point(1)])]), { appendTimestamp: true });
    assert.equal(messages(family?.[4])[0]?.[6]?.[0], 1_700_000_060_000n);
  });
});

describe('exponential histograms', () => {
  it('come down to the scale that there is, by adding neighbours up', () => {
    const buckets = { offset: -3, bucketCounts: [1, 2, 3, 4, 5] };
    assert.deepEqual(coarser(buckets, 1), { offset: -2, bucketCounts: [1, 5, 9] });
    assert.deepEqual(coarser(buckets, 0), buckets);
    const native = nativeHistogram({ ...EXPONENTIAL_VALUE, scale: 9, zeroThreshold: 0 });
    assert.equal(native?.schema, 8);
    assert.equal(native?.zeroThreshold, 1e-128);
    assert.deepEqual(native?.positive, { spans: [{ offset: 1, length: 2 }], deltas: [2, -1] });
  });

  it('begin a new span after more than two empty buckets', () => {
    const spans = (bucketCounts: number[]) =>
      nativeHistogram({ ...EXPONENTIAL_VALUE, positive: { offset: 0, bucketCounts } })?.positive;
    assert.deepEqual(spans([1, 0, 0, 3]), { spans: [{ offset: 1, length: 4 }], deltas: [1, -1, 0, 3] });
    assert.deepEqual(spans([1, 0, 0, 0, 3]), {
      spans: [
        { offset: 1, length: 1 },
        { offset: 3, length: 1 },
      ],
      deltas: [1, 2],
    });
    assert.deepEqual(spans([]), { spans: [], deltas: [] });
  });

  it('keep every count at every scale, in spans and in fixed buckets', () => {
    const buckets = fc.record({
      offset: fc.integer({ min: -2_000, max: 2_000 }),
      bucketCounts: fc.array(fc.nat({ max: 9 }), { maxLength: 40 }),
    });
    const total = (counts: readonly number[]) => counts.reduce((sum, each) => sum + each, 0);
    fc.assert(
      fc.property(
        buckets,
        buckets,
        fc.integer({ min: -4, max: 20 }),
        fc.nat({ max: 5 }),
        (positive, negative, scale, zeroCount) => {
          const count = total(positive.bucketCounts) + total(negative.bucketCounts) + zeroCount;
          const value = { ...EXPONENTIAL_VALUE, count, positive, negative, scale, zeroCount };
          for (const half of ['positive', 'negative'] as const) {
            const { deltas, spans } = nativeHistogram(value)![half];
            let running = 0;
            const absolute = deltas.map((delta) => {
              running += delta;
              return running;
            });
            assert.equal(total(absolute), total(value[half].bucketCounts));
            assert.ok(absolute.every((each) => each >= 0));
            assert.equal(total(spans.map(({ length }) => length)), deltas.length);
          }
          const fixed = fixedBuckets(value);
          assert.equal(total(fixed.buckets.counts), count);
          assert.ok(
            fixed.buckets.boundaries.every((bound, index, all) => index === 0 || bound > all[index - 1]!),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('points that a producer made of nonsense', () => {
  const broken = (over: object): MetricData =>
    exponentialHistogram('e', [point({ ...EXPONENTIAL_VALUE, ...over })]);
  const half = (offset: number, ...bucketCounts: unknown[]) => ({ offset, bucketCounts }) as never;
  const attributes = {
    get thrower(): string {
      throw new Error('mine');
    },
  };
  const bounds = { ...HISTOGRAM_VALUE, buckets: { boundaries: [1n] as never, counts: [1, 0] } };
  const cases: readonly (readonly [name: string, metric: MetricData])[] = [
    ['scale.nan', broken({ scale: Number.NaN })],
    ['offset.infinite', broken({ scale: 3, positive: half(Infinity, 1) })],
    ['counts.bigint', broken({ scale: 3, positive: half(0, 1n, 2n) })],
    ['sum.bigint', histogram('h', [point({ ...HISTOGRAM_VALUE, sum: 3n as never })])],
    ['value.bigint', gauge('g', [point(5n as never)])],
    ['bounds.bigint', histogram('h', [point(bounds)])],
    ['attributes.throw', gauge('g', [point(1, attributes)])],
  ];
  for (const [name, metric] of cases) {
    it(`take none along: ${name}`, () => {
      const bad = { ...metric, descriptor: { ...metric.descriptor, name } } as MetricData;
      const metrics = collected([gauge('before', [point(1)]), bad, gauge('after', [point(2)])]);
      const good = ['# TYPE before gauge', 'before 1', '# TYPE after gauge', 'after 2', ''].join('\n');
      assert.equal(exposed(metrics), good);
      assert.equal(exposed(metrics, OPENMETRICS), `${good}# EOF\n`);
      const written = exposed(metrics, PROTOBUF);
      assert.ok(written.includes('before') && written.includes('after'));
      const text = `Prometheus: a series of ${name.replace('.', '_')} is left out: it could not be written`;
      assert.equal(said.filter((each) => each === text).length, 1);
    });
  }

  it('take no other series of their metric along', () => {
    const points = [point(1, { k: 1 }), point(5n as never, { k: 2 }), point(3, { k: 3 })];
    const expected = ['# TYPE mixed gauge', 'mixed{k="1"} 1', 'mixed{k="3"} 3'];
    assert.deepEqual(lines(gauge('mixed', points)), expected);
    const shorter = [points[0]!, points[2]!];
    const bodies = [points, shorter].map((each) => body(collected([gauge('mixed', each)]), PROTOBUF));
    assert.deepEqual(bodies[0], bodies[1]);
  });
});

describe('differences', () => {
  const { DELTA } = { DELTA: 0 } as const;
  const scrape = (deltas: DeltaAccumulator, ...metrics: MetricData[]) =>
    exposed(deltas.accumulate(collected(metrics))).trim();

  it('of rising sums and histograms are added up, and stay when nothing comes', () => {
    const deltas = new DeltaAccumulator();
    const counter = (value: number) => sum('a', [point(value, { k: 1 })], { temporality: DELTA });
    const times = histogram('h', [point(HISTOGRAM_VALUE)], { temporality: DELTA });
    scrape(deltas, counter(10), times);
    const text = scrape(deltas, counter(20), times);
    assert.match(text, /a_total\{k="1"\} 30\n/);
    assert.match(text, /h_bucket\{le="10"\} 4\n.*\n.*\nh_sum 1444\nh_count 8$/);
    assert.match(scrape(deltas), /a_total\{k="1"\} 30\n/);
  });

  it('of sums that also fall are left out, and of exponential histograms', () => {
    const text = exposed(
      new DeltaAccumulator().accumulate(
        collected([
          sum('up.down', [point(1)], { isMonotonic: false, temporality: DELTA }),
          exponentialHistogram('e', [point(EXPONENTIAL_VALUE)], { temporality: DELTA }),
          gauge('g', [point(1)], { temporality: DELTA }),
        ]),
      ),
    );
    assert.equal(text, '# TYPE g gauge\ng 1\n');
    assert.match(said.join(), /up\.down.*its points are differences/);
  });

  it('begin anew when the bounds change', () => {
    const deltas = new DeltaAccumulator();
    const other = { ...HISTOGRAM_VALUE, buckets: { boundaries: [5, 10], counts: [1, 1, 2] } };
    scrape(deltas, histogram('h', [point(HISTOGRAM_VALUE)], { temporality: DELTA }));
    const text = scrape(deltas, histogram('h', [point(other)], { temporality: DELTA }));
    assert.match(text, /h_count 4$/);
  });

  it('are kept for 10,000 series and no more', () => {
    const deltas = new DeltaAccumulator();
    const points = (count: number) => Array.from({ length: count }, (_, index) => point(1, { index }));
    const series = (count: number) =>
      scrape(deltas, sum('many', points(count), { temporality: DELTA })).split('\n').length - 1;
    assert.equal(series(10_000), 10_000);
    assert.equal(series(10_001), 10_000);
    assert.match(said.join(), /totals of 10000 series are kept/);
    const names = Array.from({ length: 3 }, (_, index) =>
      sum(`more${index}`, points(1), { temporality: DELTA }),
    );
    const { scopeMetrics } = deltas.accumulate(collected(names));
    assert.deepEqual(
      scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name)),
      ['many'],
    );
  });

  it('leave a collection that has none as it is', () => {
    const metrics = everyKind();
    assert.equal(new DeltaAccumulator().accumulate(metrics), metrics);
  });
});
