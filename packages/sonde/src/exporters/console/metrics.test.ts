import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import {
  collected,
  EXPONENTIAL_VALUE,
  everyKind,
  exponentialHistogram,
  gauge,
  HISTOGRAM_VALUE,
  histogram,
  point,
  RESOURCE,
  sum,
} from '../../sdk/metrics/fake-metrics.fixture.ts';
import type { ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import { ConsoleMetricExporter, type ConsoleMetricExporterOptions } from './metrics.ts';
import { numberText, sparkline } from './sparkline.ts';

function exported(
  metrics: ResourceMetrics,
  options: ConsoleMetricExporterOptions = { format: 'table', colors: false },
  isTTY?: boolean,
): { text: string; result: ExportResult } {
  let text = '';
  const stream = {
    isTTY,
    write: (piece: string) => {
      text += piece;
    },
  };
  let result: ExportResult | undefined;
  new ConsoleMetricExporter({ stream, ...options }).export(metrics, (answered) => {
    result = answered;
  });
  return { text, result: result! };
}

const exemplar = {
  value: 142.5,
  timestamp: [1_700_000_030, 9] as [number, number],
  filteredAttributes: { user: 'ada' },
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
};

describe('metrics on a terminal', () => {
  it('are a row a series under a headline for each metric', () => {
    const { text, result } = exported(everyKind());
    assert.equal(result.code, ExportResultCode.SUCCESS);
    assert.equal(
      text,
      [
        'shop  meter till  2023-11-14T22:14:20.000Z',
        '  ● requests  sum cumulative {request}  Requests',
        '    method=GET  7',
        '  ● queue  sum cumulative',
        '    -2.5',
        '  ● temperature  gauge Cel',
        '    room=kitchen  21.5',
        '  ● duration  histogram cumulative ms',
        '    route=/  count 4  sum 722  min 3  mean 180.5  max 700  ████ -∞…∞',
        '  ● size  exponential histogram cumulative By',
        '    count 7  sum 8.5  min -1.5  mean 1.21429  max 7  ▃█▆ ▃ -2…8',
        '',
      ].join('\n'),
    );
  });

  it('line up the series of a metric', () => {
    const { text } = exported(collected([gauge('a', [point(1, { k: 'a' }), point(2, { k: 'long', n: 3 })])]));
    assert.match(text, /\n {4}k=a {9}1\n {4}k=long n=3 {2}2\n/);
  });

  it('tell series apart whose attributes have no room beside their values', () => {
    const attributes = {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
    };
    const points = [200, 500].map((status) =>
      point(1, { ...attributes, 'http.response.status_code': status }),
    );
    const { text } = exported(collected([gauge('a', [...points, point(2, { k: 'short' })])]));
    const before =
      '    http.request.method=GET url.scheme=http network.protocol.version=1.1 http.response.status_code=';
    assert.deepEqual(text.split('\n').slice(2), [
      `${before}200`,
      '      1',
      `${before}500`,
      '      1',
      '    k=short  2',
      '',
    ]);
    const endless = Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`k${at}`, 'x'.repeat(999)]));
    assert.ok(exported(collected([gauge('a', [point(1, endless)])])).text.length < 1_200);
  });

  it('name the trace behind an exemplar', () => {
    const exemplars = [exemplar, { ...exemplar, value: 3, traceId: undefined, spanId: undefined }];
    const { text } = exported(collected([histogram('a', [point(HISTOGRAM_VALUE, {}, { exemplars })])]));
    assert.match(
      text,
      /◆ 142\.5 {2}trace 0af7651916cd43dd8448eb211c80319c {2}span b7ad6b7169203331 {2}user=ada\n/,
    );
    assert.match(text, /◆ 3 {2}user=ada\n/);
  });

  it('show no shape of a histogram that nothing is in', () => {
    const value = { buckets: { boundaries: [1], counts: [0, 0] }, count: 0, sum: 0 };
    const empty = { ...EXPONENTIAL_VALUE, count: 0, sum: 0, zeroCount: 0 };
    const { text } = exported(
      collected([histogram('a', [point(value)]), exponentialHistogram('b', [point(empty)])]),
    );
    assert.equal(text.match(/count 0 {2}sum 0$/gm)?.length, 2);
  });

  it('show the buckets that are occupied, and between which bounds', () => {
    const counts = [0, 0, 8, 0, 1, 0, 0];
    const value = { buckets: { boundaries: [1, 2, 3, 4, 5, 6], counts }, count: 9 };
    assert.match(exported(collected([histogram('a', [point(value)])])).text, /count 9 {2}█ ▁ 2…5\n/);
  });

  it('say how many series are not shown', () => {
    const points = Array.from({ length: 53 }, (_, index) => point(index, { index }));
    assert.match(exported(collected([gauge('a', points)])).text, /… 3 more series\n$/);
  });

  it('cannot be made to move the cursor', () => {
    const { text } = exported(
      collected(
        [gauge('a\u001b[2J', [point(1, { 'k\n': '\u001b]0;x' })], { description: '\r', unit: '\u202e' })],
        {
          name: '\u001b',
        },
      ),
    );
    assert.doesNotMatch(text, /[\p{Cc}\u202e](?<!\n)/u);
  });

  it('are nothing for a collection without points', () => {
    assert.equal(exported(collected([gauge('a', [])])).text, '');
    assert.equal(exported({ resource: RESOURCE, scopeMetrics: [] }).text, '');
  });
});

describe('metrics as lines of JSON', () => {
  it('are one object a metric', () => {
    const { text } = exported(everyKind(), { format: 'json' });
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ name, kind }) => [name, kind]),
      [
        ['requests', 'sum'],
        ['queue', 'sum'],
        ['temperature', 'gauge'],
        ['duration', 'histogram'],
        ['size', 'exponential histogram'],
      ],
    );
    assert.deepEqual(lines[0], {
      name: 'requests',
      description: 'Requests',
      unit: '{request}',
      kind: 'sum',
      temporality: 'cumulative',
      isMonotonic: true,
      points: [
        {
          attributes: { method: 'GET' },
          startTimeUnixNano: '1700000000000000005',
          timeUnixNano: '1700000060000000007',
          value: 7,
        },
      ],
      scope: { name: 'till' },
      resource: { attributes: { 'service.name': 'shop' } },
    });
    assert.deepEqual(lines[3].points[0].bounds, [5, 10, 100]);
    assert.deepEqual(lines[4].points[0].positive, { offset: 0, counts: [2, 0, 1] });
  });

  it('keep what JSON has no number for, and exemplars', () => {
    const metric = gauge('a', [point(Number.NaN, {}, { exemplars: [exemplar] })]);
    const { text } = exported(collected([metric]), { format: 'json' });
    const [only] = JSON.parse(text).points;
    assert.equal(only.value, 'NaN');
    assert.deepEqual(only.exemplars, [
      {
        value: 142.5,
        timeUnixNano: '1700000030000000009',
        traceId: exemplar.traceId,
        spanId: exemplar.spanId,
        attributes: { user: 'ada' },
      },
    ]);
  });
});

describe('ConsoleMetricExporter', () => {
  it('prints a table on a terminal and JSON elsewhere', () => {
    assert.match(exported(everyKind(), { colors: false }, true).text, /^shop {2}meter till/);
    assert.match(exported(everyKind(), {}, false).text, /^\{"name":"requests"/);
    assert.ok(exported(everyKind(), { format: 'table', colors: true }).text.includes('\u001b[1m'));
  });

  it('refuses options that mean nothing', () => {
    assert.throws(
      () => new ConsoleMetricExporter({ format: 'text' as never }),
      /option format: "text" given; allowed: "table", "json"/,
    );
    assert.throws(
      () => new ConsoleMetricExporter({ stream: {} as never }),
      /ConsoleMetricExporter: stream must be an object with write\(\); write is missing/,
    );
    assert.throws(
      () => new ConsoleMetricExporter({ temporalitySelector: 1 as never }),
      /option temporalitySelector: 1 given; allowed: a function/,
    );
  });

  it('asks for cumulative, or for what it is told', () => {
    assert.equal(new ConsoleMetricExporter().selectAggregationTemporality('COUNTER'), 1);
    const temporalitySelector = () => 0 as const;
    assert.equal(
      new ConsoleMetricExporter({ temporalitySelector }).selectAggregationTemporality('COUNTER'),
      0,
    );
  });

  it('fails for what cannot be printed and prints the rest, fails for a stream that throws, and after shutdown', async () => {
    const hostile = sum('bad', [
      point(
        1,
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('hostile');
            },
          },
        ),
      ),
    ]);
    for (const format of ['table', 'json'] as const) {
      const { text, result } = exported(collected([hostile, sum('good', [point(1)])]), {
        format,
        colors: false,
      });
      assert.equal(result.code, ExportResultCode.FAILED);
      assert.match(text, /good/);
    }
    const stream = {
      write: () => {
        throw new Error('closed');
      },
    };
    assert.match(
      exported(everyKind(), { stream }).result.error?.message ?? '',
      /Cannot print metrics: closed/,
    );
    assert.match(exported({} as never).result.error?.message ?? '', /Cannot print metrics/);
    const exporter = new ConsoleMetricExporter({ stream });
    await exporter.forceFlush();
    await exporter.shutdown();
    exporter.export(everyKind(), ({ error }) => assert.match(error?.message ?? '', /was shut down/));
  });
});

describe('a line of bars', () => {
  it('has at most 32, each between the lowest and the full height', () => {
    assert.equal(sparkline([0, 1, 8, 4]), ' ▁█▄');
    assert.equal(sparkline(Array.from({ length: 32 }, () => 1)).length, 32);
    assert.equal(sparkline(Array.from({ length: 33 }, () => 1)).length, 17);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 400 }), (counts) => {
        const line = sparkline(counts);
        assert.match(line, /^[ ▁▂▃▄▅▆▇█]{0,32}$/);
        assert.equal(
          line.trim() === '',
          counts.every((count) => count === 0),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('stands beside numbers of six digits', () => {
    assert.deepEqual([1, 0.1 + 0.2, 1234567, 1e21, Number.NaN, -0.000012345678].map(numberText), [
      '1',
      '0.3',
      '1234567',
      '1e+21',
      'NaN',
      '-0.0000123457',
    ]);
  });
});
