/** Rows PROP of the propagators that come with the SDK. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Context, TextMapPropagator } from 'sonde';
import { api, propagators } from './subject.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function everyPropagator(): TextMapPropagator[] {
  const all: TextMapPropagator[] = [
    new propagators.W3CTraceContextPropagator(),
    new propagators.W3CBaggagePropagator(),
  ];
  return [...all, new propagators.CompositePropagator({ propagators: all })];
}

/** A context with everything that a propagator may inject. */
function fullContext(): Context {
  const withSpan = api.trace.setSpanContext(api.ROOT_CONTEXT, {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    traceFlags: 1,
    traceState: api.createTraceState('vendor=value'),
  });
  const metadata = api.baggageEntryMetadataFromString('property\r\nevil: 1');
  const entries = { 'näme ()': { value: 'välue\r\n', metadata }, plain: { value: 'x' } };
  return api.propagation.setBaggage(withSpan, api.propagation.createBaggage(entries));
}

function marking(name: string, seen: string[]): TextMapPropagator {
  return {
    inject: () => void seen.push(`inject ${name}`),
    extract: (context) => {
      seen.push(`extract ${name}`);
      return context;
    },
    fields: () => [name],
  };
}

describe('propagators', () => {
  it('PROP-01 inject reads the context and writes to the carrier that it is given', () => {
    const carrier: Record<string, string> = { kept: 'yes' };
    new propagators.W3CTraceContextPropagator().inject(fullContext(), carrier, api.defaultTextMapSetter);
    assert.deepEqual(carrier, { kept: 'yes', traceparent: VALID, tracestate: 'vendor=value' });
  });

  it('PROP-02 extract throws for no carrier and no getter, and then stores nothing', () => {
    const hostile: [unknown, object][] = [
      [
        { traceparent: 'x', tracestate: '\u0000', baggage: '%' },
        { get: (carrier: never, key: string) => carrier[key] },
      ],
      [{}, { get: () => 1 }],
      [{}, { get: () => [{}, null] }],
      [{}, { get: () => Symbol('s') }],
      [null, api.defaultTextMapGetter],
      [
        {},
        {
          get() {
            throw new Error('getter');
          },
        },
      ],
    ];
    for (const propagator of everyPropagator()) {
      for (const [carrier, getter] of hostile) {
        const extracted = propagator.extract(api.ROOT_CONTEXT, carrier, {
          keys: () => [],
          ...getter,
        } as never);
        assert.equal(api.trace.getSpanContext(extracted), undefined);
        assert.equal(api.propagation.getBaggage(extracted), undefined);
      }
    }
  });

  it('PROP-03 extract derives a new context from the one it is given', () => {
    const key = api.createContextKey('mine');
    const before = api.ROOT_CONTEXT.setValue(key, 'kept');
    for (const propagator of everyPropagator()) {
      const carrier = { traceparent: VALID, baggage: 'a=1' };
      const after = propagator.extract(before, carrier, api.defaultTextMapGetter);
      assert.notEqual(after, before);
      assert.equal(after.getValue(key), 'kept');
      assert.equal(api.trace.getSpan(before), undefined);
      assert.equal(api.propagation.getBaggage(before), undefined);
    }
  });

  it('PROP-04 what is injected is visible ASCII', () => {
    for (const propagator of everyPropagator()) {
      const carrier: Record<string, string> = {};
      propagator.inject(fullContext(), carrier, api.defaultTextMapSetter);
      assert.ok(Object.keys(carrier).length > 0);
      for (const [key, value] of Object.entries(carrier)) {
        assert.match(key, /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
        assert.match(value, /^[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?$/);
      }
    }
  });

  it('OPROP-04 grpc-trace-bin is the binary format of OpenCensus, in the base64 of gRPC', () => {
    const propagator = new propagators.GrpcTraceBinPropagator();
    // The example of the format's own text: version 0, then each field behind its number.
    const bytes = Buffer.from([
      ...[0, 0, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79],
      ...[1, 97, 98, 99, 100, 101, 102, 103, 104, 2, 1],
    ]);
    const spanContext = {
      traceId: '404142434445464748494a4b4c4d4e4f',
      spanId: '6162636465666768',
      traceFlags: 1,
    };
    const carrier: Record<string, string> = {};
    const context = api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext);
    propagator.inject(context, carrier, api.defaultTextMapSetter);
    assert.deepEqual(Object.keys(carrier), ['grpc-trace-bin']);
    assert.deepEqual(Buffer.from(carrier['grpc-trace-bin'] ?? '', 'base64'), bytes);
    for (const text of [bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, '')]) {
      const fields = { 'grpc-trace-bin': text };
      const extracted = propagator.extract(api.ROOT_CONTEXT, fields, api.defaultTextMapGetter);
      assert.deepEqual(api.trace.getSpanContext(extracted), { ...spanContext, isRemote: true });
    }
  });

  it('PROP-06 fields lists exactly what inject writes', () => {
    for (const propagator of everyPropagator()) {
      const written: string[] = [];
      propagator.inject(fullContext(), {}, { set: (_carrier, key) => void written.push(key) });
      assert.deepEqual(propagator.fields().sort(), written.sort());
    }
  });

  it('PROP-13 a composite propagator calls its members in the order given', () => {
    const seen: string[] = [];
    const composite = new propagators.CompositePropagator({
      propagators: [marking('a', seen), marking('b', seen), marking('c', seen)],
    });
    composite.inject(api.ROOT_CONTEXT, {}, api.defaultTextMapSetter);
    composite.extract(api.ROOT_CONTEXT, {}, api.defaultTextMapGetter);
    assert.deepEqual(seen, ['inject a', 'inject b', 'inject c', 'extract a', 'extract b', 'extract c']);
    assert.deepEqual(composite.fields(), ['a', 'b', 'c']);
  });

  it('PROP-14 a composite propagator can be made of injectors and extractors', () => {
    const seen: string[] = [];
    const both = marking('both', seen);
    const composite = new propagators.CompositePropagator({
      injectors: [{ inject: both.inject, fields: both.fields }],
      extractors: [{ extract: marking('other', seen).extract }],
    });
    composite.inject(api.ROOT_CONTEXT, {}, api.defaultTextMapSetter);
    composite.extract(api.ROOT_CONTEXT, {}, api.defaultTextMapGetter);
    assert.deepEqual(seen, ['inject both', 'extract other']);
    assert.deepEqual(composite.fields(), ['both']);
  });

  it('PROP-02 PROP-13 a member that throws does not keep the others from their work', () => {
    const seen: string[] = [];
    const broken = () => {
      throw new Error('broken');
    };
    const composite = new propagators.CompositePropagator({
      propagators: [{ inject: broken, extract: broken, fields: () => [] }, marking('b', seen)],
    });
    composite.inject(api.ROOT_CONTEXT, {}, api.defaultTextMapSetter);
    composite.extract(api.ROOT_CONTEXT, {}, api.defaultTextMapGetter);
    assert.deepEqual(seen, ['inject b', 'extract b']);
  });

  it('ENVC-06 a guide says when to read, to copy the environment for each child, and who can read it', () => {
    const text = readFileSync(new URL('../../../../docs/child-processes.md', import.meta.url), 'utf8');
    for (const word of [
      /once, when it starts/,
      /never inject into `process\.env`/i,
      /one copy for each child/i,
      /no secrets/i,
    ]) {
      assert.match(text, word);
    }
  });
});
