/** Row JAEG: Jaeger by its own protocols, which the specification has dropped, and by OTLP, which it names instead. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, afterEach, before, describe, it } from 'node:test';
import type { SpanExporter } from 'sonde/sdk';
import { runAlone } from './environment-bed.ts';
import { Receiver } from './receiver.ts';
import { api, jaeger, otlp, sdk } from './subject.ts';

let receiver: Receiver;
before(async () => {
  receiver = await Receiver.start((response) => response.writeHead(202).end());
});
after(() => receiver.stop());
afterEach(() => {
  receiver.received.length = 0;
});

async function send(exporter: SpanExporter): Promise<void> {
  const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
  provider.getTracer('t').startSpan('to jaeger').end();
  await provider.forceFlush();
  await provider.shutdown();
}

describe('Jaeger', () => {
  it('JAEG-01 is reached by OTLP, and by Thrift over HTTP where that is all that is open', async () => {
    await send(new otlp.OTLPTraceExporter({ url: receiver.url }));
    await send(new jaeger.JaegerExporter({ endpoint: `${receiver.origin}/api/traces` }));
    const [byOtlp, byThrift] = receiver.received;
    assert.equal(byOtlp?.headers['content-type'], 'application/x-protobuf');
    assert.equal(byThrift?.path, '/api/traces');
    assert.equal(byThrift?.headers['content-type'], 'application/x-thrift');
    assert.ok(byThrift?.body.includes('to jaeger'));
  });

  it('COMMON-13 gets the status and what limits left out as tags under the names of the specification', async () => {
    const exporter = new jaeger.JaegerExporter({ endpoint: `${receiver.origin}/api/traces` });
    const provider = new sdk.TracerProvider({
      spanLimits: { attributeCountLimit: 1, eventCountLimit: 1, linkCountLimit: 1 },
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
    });
    const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const links = Array.from({ length: 4 }, () => ({ context }));
    const span = provider.getTracer('t').startSpan('s', { attributes: { a: 1, b: 2 }, links });
    span.addEvent('e').addEvent('e').addEvent('e');
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: 'went wrong' }).end();
    provider.getTracer('t').startSpan('fine').setStatus({ code: api.SpanStatusCode.OK }).end();
    provider.getTracer('t').startSpan('unset').end();
    await provider.forceFlush();
    await provider.shutdown();
    const body = String(receiver.received[0]?.body.toString('latin1'));
    const [failed = '', fine = '', unset = ''] = body.split(/(?=fine|unset)/);
    // A tag of Thrift's binary form: the key, then the type and the value.
    assert.match(failed, /otel\.status_code[^a-z]*ERROR/);
    assert.match(failed, /otel\.status_description[^a-z]*went wrong/);
    const count = (name: string): number | undefined => {
      const at = failed.indexOf(name);
      return at < 0 ? undefined : failed.charCodeAt(at + name.length + 17);
    };
    assert.equal(count('otel.dropped_attributes_count'), 1);
    assert.equal(count('otel.dropped_events_count'), 2);
    assert.equal(count('otel.dropped_links_count'), 3);
    assert.match(fine, /otel\.status_code[^a-z]*OK/);
    assert.ok(!fine.includes('otel.status_description') && !fine.includes('otel.dropped'));
    assert.ok(!unset.includes('otel.status'));
  });

  it('gets what is left when the process ends, by datagram and by HTTP', async () => {
    const agent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(agent, 'listening');
    const heard = once(agent, 'message');
    const program = `
      import { trace } from 'sonde';
      import { startSdk } from 'sonde/sdk';
      startSdk();
      trace.getTracer('t').startSpan('last words').end();
      process.exit(0);`;
    const others = {
      OTEL_TRACES_EXPORTER: 'jaeger',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
    };
    const { stderr } = await runAlone(program, {
      ...others,
      OTEL_EXPORTER_JAEGER_AGENT_HOST: '127.0.0.1',
      OTEL_EXPORTER_JAEGER_AGENT_PORT: String(agent.address().port),
    });
    assert.equal(stderr, '');
    const [datagram] = await heard;
    assert.ok((datagram as Buffer).includes('last words'));
    agent.close();
    await runAlone(program, { ...others, OTEL_EXPORTER_JAEGER_ENDPOINT: `${receiver.origin}/api/traces` });
    assert.ok(receiver.received[0]?.body.includes('last words'));
  });
});
