import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { setGlobalErrorHandler } from '../../sdk/common/diagnostics.ts';
import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { AggregationType, InstrumentType } from '../../sdk/metrics/aggregation-option.ts';
import { collected, everyKind, gauge, point } from '../../sdk/metrics/fake-metrics.fixture.ts';
import { AggregationTemporality, type ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import { directPathOf, type Ledger } from '../../sdk/pipeline/direct-export.ts';
import { OTLPMetricExporter, type OTLPMetricExporterOptions } from './exporter.ts';

const cleanUps: (() => unknown)[] = [];
const said: string[] = [];
setGlobalErrorHandler((error) => said.push(error.message));

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  said.length = 0;
});

/** Requests as parsed JSON. */
async function receiver(listener: RequestListener = (_, response) => response.end()) {
  const requests: { path: string; names: string[]; values: number[] }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = JSON.parse(Buffer.concat(chunks).toString());
      const metrics = message.resourceMetrics[0].scopeMetrics.flatMap(
        (each: { metrics: unknown[] }) => each.metrics,
      );
      const points = metrics.flatMap(
        (each: { gauge?: { dataPoints: unknown[] } }) => each.gauge?.dataPoints ?? [],
      );
      requests.push({
        path: request.url ?? '',
        names: metrics.map((each: { name: string }) => each.name),
        values: points.map((each: { asDouble: number }) => each.asDouble),
      });
      listener(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => [server.closeAllConnections(), server.close()]);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function open(options: OTLPMetricExporterOptions): OTLPMetricExporter {
  const exporter = new OTLPMetricExporter({ protocol: 'http/json', ...options });
  cleanUps.push(() => exporter.shutdown().catch(() => undefined));
  return exporter;
}

const send = (exporter: OTLPMetricExporter, metrics: ResourceMetrics): Promise<ExportResult> =>
  new Promise((resolve) => exporter.export(metrics, resolve));

const many = (count: number): ResourceMetrics =>
  collected([
    gauge(
      'many',
      Array.from({ length: count }, (_, index) => point(index)),
    ),
  ]);

describe('OTLPMetricExporter', () => {
  it('sends a collection to the path of the signal', async () => {
    const { url, requests } = await receiver();
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = url;
    assert.equal((await send(open({}), everyKind())).code, ExportResultCode.SUCCESS);
    assert.deepEqual(
      requests.map(({ path, names }) => [path, names]),
      [['/v1/metrics', ['requests', 'queue', 'temperature', 'duration', 'size']]],
    );
  });

  it('answers an empty collection without a request', async () => {
    const { url, requests } = await receiver();
    assert.equal((await send(open({ url }), collected([]))).code, ExportResultCode.SUCCESS);
    assert.equal(requests.length, 0);
  });

  it('encodes a large collection in turns of the event loop, all of it, once', async () => {
    const { url, requests } = await receiver();
    const exporter = open({ url });
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    const answer = send(exporter, many(10_000));
    setImmediate(count);
    await exporter.forceFlush();
    isDone = true;
    assert.equal((await answer).code, ExportResultCode.SUCCESS);
    const values = requests.flatMap((request) => request.values);
    assert.equal(new Set(values).size, 10_000);
    assert.equal(values.length, 10_000);
    assert.equal(requests.length, 5);
    assert.ok(turns >= 4, `${turns} turns`);
  });

  it('splits a request that is too large by points', async () => {
    const { url, requests } = await receiver();
    const result = await send(open({ url, maxRequestBytes: 1_000 }), many(20));
    assert.equal(result.code, ExportResultCode.SUCCESS);
    assert.ok(requests.length > 2);
    assert.deepEqual(
      requests.flatMap(({ values }) => values).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index),
    );
  });

  it('drops a point that is too large by itself, and fails for it', async () => {
    const { url, requests } = await receiver();
    const large = point(1, { text: 'x'.repeat(2_000) });
    const metrics = collected([gauge('a', [point(0), large, point(2)])]);
    const { code, error } = await send(open({ url, maxRequestBytes: 1_000 }), metrics);
    assert.equal(code, ExportResultCode.FAILED);
    assert.match(error?.message ?? '', /^1 data points lost \(too_large\)/);
    assert.deepEqual(
      requests.flatMap(({ values }) => values).sort((a, b) => a - b),
      [0, 2],
    );
  });

  it('fails when one of several requests did', async () => {
    const { url } = await receiver((_, response) => response.writeHead(400).end('bad'));
    const { code, error } = await send(open({ url }), many(5_000));
    assert.equal(code, ExportResultCode.FAILED);
    assert.match(error?.message ?? '', /data points lost \(rejected\).*400/);
  });

  it('answers with a failure what cannot be read, and after shutdown', async () => {
    const { url } = await receiver();
    const exporter = open({ url });
    const broken = {
      resource: {},
      get scopeMetrics(): never {
        throw new Error('hostile');
      },
    } as never;
    assert.match((await send(exporter, broken)).error?.message ?? '', /could not be read/);
    await exporter.shutdown();
    assert.match((await send(exporter, everyKind())).error?.message ?? '', /has been shut down/);
  });

  it('sends what it took before shutdown, slices that wait included', async () => {
    const { url, requests } = await receiver();
    const exporter = open({ url });
    const answer = send(exporter, many(5_000));
    await exporter.shutdown();
    assert.equal((await answer).code, ExportResultCode.SUCCESS);
    assert.equal(requests.flatMap(({ values }) => values).length, 5_000);
  });

  it('takes a collection over in one call by the inside path, and counts its points', async () => {
    const { url, requests } = await receiver();
    const path = directPathOf<ResourceMetrics>(open({ url }));
    let acknowledged = 0;
    const ledger: Ledger = {
      acknowledge: (count) => {
        acknowledged += count;
      },
      drop: () => assert.fail(),
    };
    path?.take([everyKind()], 1, ledger);
    await path?.drain(5_000);
    assert.equal(acknowledged, 5);
    assert.equal(requests.length, 1);
  });

  it('loses a collection that cannot be read, whatever it throws, and none of the others', async () => {
    const { url } = await receiver();
    const path = directPathOf<ResourceMetrics>(open({ url }));
    let acknowledged = 0;
    const dropped: unknown[] = [];
    const ledger: Ledger = {
      acknowledge: (count) => {
        acknowledged += count;
      },
      drop: (...args) => dropped.push(args),
    };
    const hostile = {
      resource: {},
      get scopeMetrics(): never {
        throw Object.create(null);
      },
    } as never;
    path?.take([hostile, everyKind()], 2, ledger);
    await path?.drain(5_000);
    assert.equal(acknowledged, 5);
    assert.deepEqual(dropped, [[1, 'encoding_failed', 'a collection could not be read: an object']]);
  });
});

describe('what an OTLP destination prefers', () => {
  const { DELTA, CUMULATIVE } = AggregationTemporality;
  const types = Object.values(InstrumentType);
  const deltasOf = (options: OTLPMetricExporterOptions): InstrumentType[] => {
    const exporter = open({ url: 'http://127.0.0.1:9', ...options });
    return types.filter((type) => exporter.selectAggregationTemporality(type) === DELTA).sort();
  };
  const delta = ['COUNTER', 'GAUGE', 'HISTOGRAM', 'OBSERVABLE_COUNTER', 'OBSERVABLE_GAUGE'];

  it('is cumulative, unless told otherwise in code or by the environment, in that order', () => {
    assert.deepEqual(deltasOf({}), []);
    assert.deepEqual(deltasOf({ temporalityPreference: 0 }), delta);
    assert.deepEqual(deltasOf({ temporalityPreference: 'delta' }), delta);
    assert.deepEqual(deltasOf({ temporalityPreference: 2 }), ['COUNTER', 'HISTOGRAM']);
    process.env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'] = 'Delta';
    assert.deepEqual(deltasOf({}), delta);
    assert.deepEqual(deltasOf({ temporalityPreference: 1 }), []);
    process.env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'] = 'LowMemory';
    assert.deepEqual(deltasOf({}), ['COUNTER', 'HISTOGRAM']);
    process.env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'] = 'often';
    assert.deepEqual(deltasOf({}), []);
    assert.match(said.join(), /TEMPORALITY_PREFERENCE="often"/);
    assert.equal(CUMULATIVE, 1);
  });

  it('refuses a preference that there is not', () => {
    for (const given of [3, -1, 'sometimes', null]) {
      assert.throws(
        () => new OTLPMetricExporter({ temporalityPreference: given as never }),
        /temporalityPreference: .* given; allowed: .*LOWMEMORY/,
      );
    }
    assert.throws(
      () => new OTLPMetricExporter({ aggregationPreference: 'sum' as never }),
      /aggregationPreference: "sum" given; allowed: a function/,
    );
  });

  it('chooses the aggregation of histograms by the environment, of anything by code', () => {
    const chosen = (type: InstrumentType, options: OTLPMetricExporterOptions = {}) =>
      open({ url: 'http://127.0.0.1:9', ...options }).selectAggregation(type).type;
    assert.equal(chosen('HISTOGRAM'), AggregationType.DEFAULT);
    process.env['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'] =
      'base2_exponential_bucket_histogram';
    assert.equal(chosen('HISTOGRAM'), AggregationType.EXPONENTIAL_HISTOGRAM);
    assert.equal(chosen('COUNTER'), AggregationType.DEFAULT);
    const drop = () => ({ type: AggregationType.DROP });
    assert.equal(chosen('HISTOGRAM', { aggregationPreference: drop }), AggregationType.DROP);
  });
});
