/** Every example runs as it stands, in a folder of its own with the tarball, and shows what its README promises. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Project, repositoryFolder, run } from './packed.ts';

interface PrintedMetric {
  readonly name: string;
  readonly kind: string;
  readonly points: readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly value?: number;
    readonly count?: number;
    readonly sum?: number;
    readonly exemplars?: readonly { readonly traceId: string; readonly value: number }[];
  }[];
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
}

interface PrintedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: string;
  readonly status: { readonly code: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
}

/** Copies an installed package and what it depends on, as far as it is not there yet: the registry is not asked again. */
function copyPackage(name: string, target: string): void {
  const source = join(repositoryFolder, 'node_modules', name);
  if (existsSync(join(target, name))) return;
  cpSync(source, join(target, name), { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) copyPackage(dependency, target);
}

describe('examples', () => {
  let project: Project;
  before(() => {
    project = new Project();
    cpSync(join(repositoryFolder, 'examples'), join(project.folder, 'examples'), { recursive: true });
    copyPackage('pino', join(project.folder, 'node_modules'));
  });
  after(() => project.remove());

  const folderOf = (name: string) => join(project.folder, 'examples', name);
  const start = (name: string) => run(process.execPath, [`${name}.mjs`], folderOf(name), { NO_COLOR: '1' });

  it('the logs example prints the lines of pino and their records, redacted, with the ids of one span', () => {
    const lines = start('logs')
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line));
    const written = lines.filter((line) => 'msg' in line);
    const records = lines.filter((line) => 'observedTimeUnixNano' in line);
    assert.deepEqual(
      records.map(({ body, eventName, severityNumber }) => body ?? eventName ?? severityNumber),
      ['paying', 'payment failed', 'the second card is tried', 'order.placed'],
    );
    assert.doesNotMatch(JSON.stringify(lines), /4111/);
    const ids = new Set([
      ...written.map((line) => line['trace_id']),
      ...records.map((record) => record['traceId']),
    ]);
    assert.equal(ids.size, 1);
    assert.match(String([...ids][0]), /^[0-9a-f]{32}$/);
    const attributes = records.map((record) => record['attributes'] as Record<string, unknown>);
    assert.deepEqual(attributes[0], { requestId: 'r-7', card: { number: '[Redacted]', brand: 'visa' } });
    assert.equal(attributes[1]?.['exception.message'], 'card declined');
  });

  /** What the exercise prints: spans have a trace id, metrics have points. */
  function exercise(): { spans: PrintedSpan[]; metrics: PrintedMetric[] } {
    const lines: (PrintedSpan | PrintedMetric)[] = start('exercise')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return {
      spans: lines.filter((line) => 'traceId' in line),
      metrics: lines.filter((line) => 'points' in line),
    };
  }

  it('the exercise prints a counter and a histogram whose exemplar leads to the trace', () => {
    const { spans, metrics } = exercise();
    // The last collection is that of the shutdown.
    const last = (name: string) => metrics.findLast((metric) => metric.name === name);
    const [requests, duration] = [last('requests.total'), last('request.duration')];
    assert.deepEqual([...new Set(metrics.map(({ name }) => name))].sort(), [
      'request.duration',
      'requests.total',
    ]);
    assert.deepEqual([requests?.kind, duration?.kind], ['sum', 'histogram']);
    assert.deepEqual(
      requests?.points.map(({ attributes, value }) => [attributes, value]),
      [[{ 'http.request.method': 'GET' }, 1]],
    );
    assert.deepEqual([duration?.points[0]?.count, duration?.points[0]?.sum], [1, 142.5]);
    const exemplars = metrics.flatMap(({ points }) => points.flatMap((point) => point.exemplars ?? []));
    assert.ok(exemplars.some(({ traceId, value }) => traceId === spans[0]?.traceId && value === 142.5));
    for (const metric of metrics) assert.equal(metric.resource.attributes['service.name'], 'exercise-svc');
  });

  it('the queue prints how deep it is, and how long jobs waited', () => {
    const lines: PrintedMetric[] = start('queue-depth')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const depths = lines
      .filter(({ name }) => name === 'queue.depth')
      .map(({ points }) => points[0]?.value ?? 0);
    assert.ok(Math.max(...depths) > 0, depths.join());
    assert.equal(depths.at(-1), 0);
    const waits = lines.findLast(({ name }) => name === 'queue.wait.duration');
    assert.equal(waits?.points[0]?.count, 40);
    assert.equal(lines.findLast(({ name }) => name === 'queue.jobs.done')?.points[0]?.value, 40);
  });

  it('the service for Prometheus is scraped, and its dashboard asks for metrics that it has', () => {
    const folder = folderOf('prometheus-service');
    const text = run(process.execPath, ['prometheus-service.mjs', '--once'], folder, {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
    assert.match(text, /^shop_orders_total\{shop_product="lamp",.*\} 2$/m);
    assert.match(
      text,
      /^http_server_request_duration_seconds_count\{.*http_response_status_code="503".*\} 1$/m,
    );
    assert.match(text, /^target_info\{service_name="shop"/m);
    const dashboard = readFileSync(join(folder, 'dashboard.json'), 'utf8');
    const asked = new Set(
      [...dashboard.matchAll(/\b(?:http_server|shop|target)_[a-z_]+/g)].map(([name]) => name),
    );
    // The native histogram has the bare name, which text has not.
    asked.delete('http_server_request_duration_seconds');
    const names = [...asked].filter((name) => !['shop_product'].includes(name));
    assert.ok(names.length >= 5, names.join());
    for (const name of names) assert.match(text, new RegExp(`^${name}[{ ]`, 'm'));
  });

  it('the exercise prints two spans of one trace: a server with a client that failed', () => {
    const { spans } = exercise();
    assert.equal(spans.length, 2);
    const client = spans.find((span) => span.name === 'call-database');
    const server = spans.find((span) => span.name === 'handle-request');
    assert.ok(client !== undefined && server !== undefined);
    assert.equal(client.traceId, server.traceId);
    assert.equal(client.parentSpanId, server.spanId);
    assert.deepEqual([server.kind, client.kind], ['SERVER', 'CLIENT']);
    assert.equal(client.status.code, 'ERROR');
    assert.equal(client.attributes['db.system.name'], 'postgresql');
    assert.equal(client.events[0]?.name, 'exception');
    assert.equal(client.events[0]?.attributes['exception.message'], 'connection refused');
    for (const span of spans) assert.equal(span.resource.attributes['service.name'], 'exercise-svc');
  });

  it('metrics prints a counter, a gauge and a histogram with the trace of an order', () => {
    interface Printed {
      readonly name: string;
      readonly points: {
        readonly attributes: Record<string, unknown>;
        readonly value: unknown;
        readonly exemplars?: { readonly traceId?: string }[];
      }[];
    }
    const printed = start('metrics')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Printed);
    const of = (name: string) => printed.find((metric) => metric.name === name)?.points ?? [];
    const values = (name: string) => of(name).map(({ attributes, value }) => [attributes['item'], value]);
    assert.deepEqual(values('shop.orders'), [
      ['tea', 1],
      ['cake', 2],
    ]);
    assert.deepEqual(values('shop.stock'), [
      ['tea', 4],
      ['cake', 5],
    ]);
    const [point] = of('shop.order.duration');
    assert.deepEqual(Object.keys(point?.attributes ?? {}), ['item']);
    assert.match(point?.exemplars?.[0]?.traceId ?? '', /^[0-9a-f]{32}$/);
  });

  it('the exercise sends the same spans and metrics to a collector with no change of code', async () => {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      bodies.push(Buffer.concat(parts).toString('utf8'));
      response.end('{}');
    });
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const child = spawn(process.execPath, ['exercise.mjs'], {
      cwd: folderOf('exercise'),
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${(server.address() as AddressInfo).port}`,
      },
    });
    const [code] = await once(child, 'close');
    server.close();
    assert.equal(code, 0);
    const words = ['handle-request', 'call-database', 'requests.total', 'request.duration', 'exercise-svc'];
    for (const word of words) {
      assert.ok(bodies.join().includes(word), `${word} is not in:\n${bodies.join()}`);
    }
  });

  it('manual tracing prints three traces: one that went well, one that failed, and its linked retry', () => {
    const output = start('manual-tracing');
    assert.equal(output.match(/^shop {2}trace /gm)?.length, 3);
    assert.match(output, /● place order SERVER[\s\S]*├─● price tea/);
    assert.match(output, /● checkout INTERNAL ✗/);
    assert.match(output, /Caused by: RangeError: 13 is over the limit of 12/);
    assert.match(output, /↗ trace [0-9a-f]{32} span [0-9a-f]{16}/);
  });

  it('propagation by hand prints both halves of one trace, and baggage arrives', () => {
    const output = start('propagation-by-hand');
    const [first, second] = [...output.matchAll(/^(?:frontend|backend) {2}trace ([0-9a-f]{32})/gm)];
    assert.equal(first?.[1], second?.[1]);
    const parent = /remote parent ([0-9a-f]{16})/.exec(output)?.[1];
    assert.ok(parent !== undefined && output.includes(`${parent}\n`), output);
    assert.match(output, /user\.tier {2}gold/);
    assert.match(output, /The backend answered: hello, gold customer/);
  });

  describe('the shop', () => {
    const shop = (args: readonly string[] = [], variables: Record<string, string> = {}) =>
      run(process.execPath, ['shop.mjs', ...args], folderOf('shop'), { NO_COLOR: '1', ...variables });
    const tracesOf = (output: string) => output.split(/^trace /m).slice(1);

    it('shows one tree per trace across three processes that have no telemetry in their code', () => {
      const output = shop();
      const traces = tracesOf(output);
      assert.equal(traces.length, 7, output);
      const order = traces.find((trace) => trace.includes('POST /orders/tea/valid'));
      assert.match(order ?? '', /^[0-9a-f]{32} {2}7 spans, 3 services\n/);
      const lines = (order ?? '')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.replace(/ +(\d{3}) {3}.*$/, ' $1'));
      assert.deepEqual(lines, [
        'storefront  ● POST /orders/tea/valid SERVER 201',
        '            │ » INFO order placed item=tea',
        'storefront  ├─● POST /reservations/tea CLIENT 201',
        'inventory   │ ╰─● POST /reservations/tea SERVER 201',
        '            │     » INFO reserved item=tea left=39',
        'storefront  ╰─● POST /charges/tea/valid CLIENT 200',
        'payment       ╰─● POST /charges/tea/valid SERVER 200',
        '                │ » INFO charged amount=4',
        'payment         ╰─● GET /items/tea CLIENT 200',
        'inventory         ╰─● GET /items/tea SERVER 200',
      ]);
      const rows = [
        ...output.matchAll(/^(\w+) +(GET|POST) (\d{3}) +(\d+) +[\d.]+ +[\d.]+ {2}([0-9a-f]{32})$/gm),
      ];
      assert.equal(rows.length, 12, output);
      assert.ok(rows.every(([, , , , , example = '']) => traces.some((trace) => trace.startsWith(example))));
      assert.deepEqual(rows.find(([row]) => row.startsWith('storefront  POST 201'))?.[4], '2');
      const line = JSON.parse(/^\{"level".*$/m.exec(output)?.[0] ?? '{}');
      assert.ok(
        traces.some((trace) => trace.startsWith(line.trace_id)),
        output,
      );
      for (const file of readdirSync(join(folderOf('shop'), 'services'))) {
        assert.doesNotMatch(
          readFileSync(join(folderOf('shop'), 'services', file), 'utf8'),
          /sonde|opentelemetry/i,
        );
      }
    });

    it('shows what failed and what was slow, in JSON as in protobuf', () => {
      const traces = tracesOf(
        shop([], { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }),
      );
      const of = (path: string) => traces.find((trace) => trace.includes(path)) ?? '';
      assert.equal(of('GET /items/moon-dust').match(/500 ✗/g)?.length, 3);
      assert.match(of('GET /recommendations'), /CLIENT +✗[^\n]*\n +✗ ECONNREFUSED/);
      const slow = /POST \/orders\/coffee\/valid SERVER.* (\d+\.\d) ms/.exec(of('/orders/coffee'))?.[1];
      assert.ok(Number(slow) > 600 && Number(slow) < 10_000, `${slow} ms`);
    });

    it('runs a program of the user instead, and ends as it does', () => {
      const folder = mkdtempSync(join(tmpdir(), 'sonde-own-'));
      const code = (end: string) => `const http = require('node:http');
        const server = http.createServer((request, response) => response.end(process.argv[2])).listen(0, () =>
          http.get({ port: server.address().port, path: '/own' }, (response) => {
            response.on('data', (piece) => console.log('it said ' + piece)).on('end', () => { server.close(); ${end} });
          }));`;
      writeFileSync(join(folder, 'own.cjs'), code(''));
      writeFileSync(join(folder, 'failing.cjs'), code('process.exit(7);'));
      const output = shop(['own.cjs', '--help'], { INIT_CWD: folder });
      assert.match(output, /it said --help/);
      assert.match(output, /^own +● GET \/own CLIENT +200 .*\nown +╰─● GET \/own SERVER +200 /m);
      assert.throws(
        () => shop(['failing.cjs', 'x'], { INIT_CWD: folder }),
        /ended with 7[\s\S]*failing +● GET \/own CLIENT/,
      );
      assert.throws(() => shop(['nowhere.js'], { INIT_CWD: folder }), /There is no program nowhere\.js/);
      rmSync(folder, { recursive: true });
    });

    it('bears a backend that is not there, and one that the services reach themselves', () => {
      const refused = shop([], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
      assert.equal(tracesOf(refused).length, 7, refused);
      const direct = shop([], {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      });
      assert.equal(tracesOf(direct).length, 0, direct);
      assert.match(direct, /went where OTEL_EXPORTER_OTLP_ENDPOINT says/);
    });

    it('says how it is used, and refuses what it does not know', () => {
      assert.match(shop(['--help']), /npm start -- --keep/);
      assert.throws(() => shop(['--bogus']), /ended with 1[\s\S]*Unknown option '--bogus'/);
    });

    it('hands all on to a backend, shows it too, and stays open until Ctrl-C', async () => {
      const paths: string[] = [];
      const backend = createServer((request, response) => {
        paths.push(request.url ?? '');
        request.resume();
        request.on('end', () => response.end());
      });
      backend.listen(0, '127.0.0.1');
      await once(backend, 'listening');
      const child = spawn(process.execPath, ['shop.mjs', '--keep'], {
        cwd: folderOf('shop'),
        env: {
          ...process.env,
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`,
        },
      });
      let output = '';
      let isStopped = false;
      for await (const piece of child.stdout.setEncoding('utf8')) {
        output += piece;
        // Once: a second one ends the runner at once. The words may come in two pieces.
        if (isStopped || !output.includes('Open until Ctrl-C')) continue;
        isStopped = child.kill('SIGINT');
      }
      const code = child.exitCode ?? (await once(child, 'exit'))[0];
      backend.closeAllConnections();
      backend.close();
      assert.equal(code, 0);
      assert.ok(tracesOf(output).length >= 7, output);
      assert.ok(paths.includes('/v1/traces') && paths.includes('/v1/logs'), paths.join());
    });
  });
});
