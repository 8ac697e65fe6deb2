import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClusterLink } from '../../platform/cluster-link.ts';
import { freePort } from '../../platform/free-port.fixture.ts';
import { collected, everyKind, gauge, point } from '../../sdk/metrics/fake-metrics.fixture.ts';
import type { ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import { ClusterScrapes } from './cluster.ts';
import { packed, unpacked } from './portable.ts';

type Receive = (from: number, message: unknown) => void;

/** Processes that send each other what JSON can carry, later. */
class Network {
  readonly receivers = new Map<number, Receive>();

  link(id: number): ClusterLink {
    const send = (to: number, message: object): boolean => {
      if (!this.receivers.has(to)) return false;
      const copy: unknown = JSON.parse(JSON.stringify(message));
      setImmediate(() => this.receivers.get(to)?.(id, copy));
      return true;
    };
    return {
      id,
      send,
      sendToAll: (message) => {
        for (const to of this.receivers.keys()) if (to !== id) send(to, message);
      },
      onMessage: (receive) => {
        this.receivers.set(id, receive);
        return () => this.receivers.delete(id);
      },
    };
  }

  leave(id: number): void {
    this.receivers.delete(id);
    this.receivers.get(0)?.(id, undefined);
  }
}

const of = (value: number): ResourceMetrics => collected([gauge('load', [point(value)])]);
/** Timers that never come late: what waits for one is answered at once. */
const impatient = {
  setTimer: (callback: () => void) => setTimeout(callback, 400),
  clearTimer: clearTimeout,
} as never;

function member(network: Network, id: number, collect = async () => of(id), channel = 'c'): ClusterScrapes {
  return new ClusterScrapes(network.link(id), channel, collect, impatient);
}

const loads = ({ scopeMetrics }: ResourceMetrics): unknown[] =>
  scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap(({ dataPoints }) =>
      (dataPoints as readonly { attributes: object; value: unknown }[]).map(({ attributes, value }) => [
        (attributes as Record<string, unknown>)['cluster.worker.id'],
        value,
      ]),
    ),
  );

describe('the processes of a cluster', () => {
  it('are all in a scrape of the primary, each worker under its number', async () => {
    const network = new Network();
    const primary = member(network, 0);
    assert.deepEqual(await Promise.all([member(network, 1).join(), member(network, 2).join()]), [true, true]);
    assert.deepEqual(loads(await primary.collectAll(of(0))), [
      [undefined, 0],
      ['1', 1],
      ['2', 2],
    ]);
    network.leave(1);
    assert.deepEqual(loads(await primary.collectAll(of(0))), [
      [undefined, 0],
      ['2', 2],
    ]);
  });

  it('are all in a scrape of a worker as well', async () => {
    const network = new Network();
    member(network, 0);
    const worker = member(network, 1);
    await worker.join();
    assert.deepEqual(loads(await worker.collectAll(of(1))), [
      [undefined, 0],
      ['1', 1],
    ]);
  });

  it('find each other when the primary comes last', async () => {
    const network = new Network();
    const worker = member(network, 1);
    assert.equal(await worker.join(), false);
    assert.deepEqual(loads(await worker.collectAll(of(1))), [[undefined, 1]]);
    const primary = member(network, 0);
    await delay(10);
    assert.equal(loads(await primary.collectAll(of(0))).length, 2);
  });

  it('do without one that does not answer, or answers nonsense', async () => {
    const network = new Network();
    const primary = member(network, 0);
    await member(network, 1, () => new Promise(() => {})).join();
    await member(network, 2, () => Promise.reject(new Error('shut down'))).join();
    await member(network, 3, async () => ({ scopeMetrics: [{}] }) as never).join();
    assert.deepEqual(loads(await primary.collectAll(of(0))), [[undefined, 0]]);
  });

  it('do not wait for one that dies while it is asked', async () => {
    const network = new Network();
    const patient = { setTimer: () => ({}), clearTimer: () => {} } as never;
    const primary = new ClusterScrapes(network.link(0), 'c', async () => of(0), patient);
    await member(network, 1).join();
    await member(network, 2, () => new Promise(() => {})).join();
    const scrape = primary.collectAll(of(0));
    setTimeout(() => network.leave(2), 20);
    assert.deepEqual(loads(await scrape), [
      [undefined, 0],
      ['1', 1],
    ]);
  });

  it('ignore the messages of others', async () => {
    const network = new Network();
    const primary = member(network, 0);
    assert.equal(await member(network, 1, async () => of(1), 'other').join(), false);
    for (const message of [
      null,
      7,
      'x',
      {},
      { sonde: 'prometheus' },
      { sonde: 'prometheus', channel: 'c', kind: 'x' },
    ]) {
      network.receivers.get(0)?.(9, message);
    }
    assert.deepEqual(loads(await primary.collectAll(of(0))), [[undefined, 0]]);
    primary.close();
    assert.equal(network.receivers.has(0), false);
  });
});

describe('a collection on its way to another process', () => {
  it('arrives whole', () => {
    const metrics = everyKind();
    assert.deepEqual(unpacked(packed(metrics), 'w', ''), JSON.parse(JSON.stringify(metrics.scopeMetrics)));
    const odd = collected([
      gauge('a', [point(Number.NaN), point(Number.NEGATIVE_INFINITY, { big: (2n ** 60n) as never })]),
    ]);
    const [scope] = unpacked(packed(odd), 'w', '3');
    assert.deepEqual(
      (scope!.metrics[0]!.dataPoints as readonly { value: number; attributes: object }[]).map((each) => [
        each.value,
        each.attributes,
      ]),
      [
        [Number.NaN, { w: '3' }],
        [Number.NEGATIVE_INFINITY, { big: '1152921504606846976', w: '3' }],
      ],
    );
  });
});

/** A program in processes of its own, which prints the series of its scrapes as lines of JSON. */
async function runFile(program: string): Promise<string[]> {
  const exporter = new URL('./metrics.js', import.meta.url).href;
  const provider = new URL('../../sdk/metrics/provider.js', import.meta.url).href;
  const folder = await mkdtemp(join(tmpdir(), 'sonde-cluster-'));
  const file = join(folder, 'program.mjs');
  await writeFile(
    file,
    `
    import cluster from 'node:cluster';
    import { createServer } from 'node:http';
    import { PrometheusExporter } from '${exporter}';
    import { MeterProvider } from '${provider}';
    const port = ${await freePort(3)};
    const start = (options = {}) => {
      const exporter = new PrometheusExporter({ port, withoutScopeInfo: true, withoutTargetInfo: true, ...options });
      const provider = new MeterProvider({ readers: [exporter] });
      provider.getMeter('m').createCounter('work').add(cluster.isPrimary ? 100 : cluster.worker.id);
      return exporter;
    };
    const scrape = async (at = port) => {
      const text = await (await fetch('http://127.0.0.1:' + at + '/metrics')).text();
      console.log(JSON.stringify(text.split('\\n').filter((line) => line.startsWith('work_total'))));
    };
    const workers = (count) => Promise.all(Array.from({ length: count }, () => new Promise((resolve) =>
      cluster.fork().on('message', (message) => message === 'up' && resolve()))));
    ${program}
    if (cluster.isPrimary) process.exit();`,
  );
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    return stdout.trim().split('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('node:cluster', () => {
  it('has one endpoint in the primary for all of its processes', async () => {
    const lines = await runFile(`
      if (cluster.isPrimary) { await start().startServer(); await workers(2); await scrape(); }
      else { await start().startServer(); process.send('up'); }`);
    assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), [
      'work_total 100',
      'work_total{cluster_worker_id="1"} 1',
      'work_total{cluster_worker_id="2"} 2',
    ]);
  });

  it('has a port for each worker where the primary exposes nothing', async () => {
    const lines = await runFile(`
      if (cluster.isPrimary) { await workers(2); await scrape(port + 1); await scrape(port + 2); }
      else { await start().startServer(); process.send('up'); }`);
    assert.deepEqual(
      lines.slice(-2).map((line) => JSON.parse(line)),
      [['work_total 1'], ['work_total 2']],
    );
  });

  it('answers for all from a server that the workers share', async () => {
    const lines = await runFile(`
      if (cluster.isPrimary) { start({ preventServerStart: true }); await workers(2); await scrape(); }
      else {
        const exporter = start({ preventServerStart: true });
        await new Promise((resolve) => setTimeout(resolve, 100));
        createServer((request, response) => exporter.getMetricsRequestHandler(request, response))
          .listen(port, '127.0.0.1', () => process.send('up'));
      }`);
    assert.equal(JSON.parse(lines.at(-1) ?? '').length, 3);
  });
});
