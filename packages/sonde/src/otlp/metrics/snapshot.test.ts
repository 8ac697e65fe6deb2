import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { PeriodicExportingMetricReader } from '../../sdk/metrics/periodic-reader.ts';
import { MeterProvider } from '../../sdk/metrics/provider.ts';
import { OTLPMetricExporter } from './exporter.ts';

const SERIES = 20_000;

interface Message {
  readonly resourceMetrics: {
    readonly scopeMetrics: {
      readonly metrics: {
        readonly sum?: { readonly dataPoints: { asDouble: number; timeUnixNano: string }[] };
      }[];
    }[];
  }[];
}

describe('a large collection', () => {
  it('is one snapshot: what is added between the slices of its encoding is in the next one', async (t) => {
    const points: { asDouble: number; timeUnixNano: string }[] = [];
    let requests = 0;
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const message = JSON.parse(Buffer.concat(parts).toString()) as Message;
      requests++;
      for (const { scopeMetrics } of message.resourceMetrics) {
        for (const { metrics } of scopeMetrics)
          points.push(...metrics.flatMap(({ sum }) => sum?.dataPoints ?? []));
      }
      response.end('{}');
    });
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`;
    const reader = new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url, protocol: 'http/json' }),
      cardinalityLimits: { default: SERIES },
    });
    const provider = new MeterProvider({ readers: [reader] });
    const counter = provider.getMeter('m').createCounter('c');
    for (let set = 0; set < SERIES; set++) counter.add(1, { set });
    let turns = 0;
    let isOver = false;
    const addInEveryTurn = (): void => {
      for (let set = 0; set < SERIES; set += 100) counter.add(1_000, { set });
      turns++;
      if (!isOver) setImmediate(addInEveryTurn);
    };
    const flushed = provider.forceFlush();
    setImmediate(addInEveryTurn);
    await flushed;
    isOver = true;
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(requests > 1 && turns > 1, `${requests} requests, ${turns} turns`);
    assert.equal(points.length, SERIES);
    assert.deepEqual([...new Set(points.map(({ asDouble }) => asDouble))], [1]);
    assert.equal(new Set(points.map(({ timeUnixNano }) => timeUnixNano)).size, 1);
    points.length = 0;
    await provider.shutdown();
    const total = points.reduce((sum, { asDouble }) => sum + asDouble, 0);
    assert.equal(total, SERIES + turns * 1_000 * (SERIES / 100));
  });
});
