/** Rows COMMON about values that come from elsewhere or go where there is no OTLP: read from the console's lines and the wire. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { docOf } from './declarations.ts';
import { Receiver } from './receiver.ts';
import { otlp, sdk } from './subject.ts';

/** The attributes of one span as the console writes them for machines: JSON of the specification's non-OTLP form. */
async function lineOf(attributes: Readonly<Record<string, unknown>>): Promise<string> {
  const { write } = process.stdout;
  let text = '';
  process.stdout.write = ((more: unknown) => {
    text += String(more);
    return true;
  }) as never;
  try {
    const exporter = new sdk.ConsoleSpanExporter({ format: 'json' });
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })] });
    provider.getTracer('t').startSpan('s', { attributes }).end();
    await provider.shutdown();
  } finally {
    process.stdout.write = write;
  }
  return /"attributes":(\{.*?\}),"(?:dropped|events)/.exec(text)?.[1] ?? text;
}

describe('Values where there is no OTLP', () => {
  it('COMMON-10 a collection is one JSON object, its values as they would be inside a map', async () => {
    const line = await lineOf({
      'http.request.method': 'GET',
      retries: 3,
      payload: new TextEncoder().encode('hello world'),
      'session.id': null,
      colors: ['red', 'blue'],
      context: { nested: true },
      limit: Number.NEGATIVE_INFINITY,
      mixed: [1, Number.NaN, 'a', true, null, { inner: new TextEncoder().encode('hello world') }],
    });
    assert.deepEqual(JSON.parse(line), {
      'http.request.method': 'GET',
      retries: 3,
      payload: 'aGVsbG8gd29ybGQ=',
      'session.id': null,
      colors: ['red', 'blue'],
      context: { nested: true },
      limit: '-Infinity',
      mixed: [1, 'NaN', 'a', true, null, { inner: 'aGVsbG8gd29ybGQ=' }],
    });
  });

  it('COMMON-08 the documentation says that arrays and maps cost more than plain values', () => {
    assert.match(docOf('type AnyValue').doc, /cost|slower|expensive/i);
  });
});

describe('Values from outside', () => {
  let receiver: Receiver;
  before(async () => {
    receiver = await Receiver.start((response) => response.end());
  });
  after(() => receiver.stop());

  /** The AnyValue that each value arrives as. */
  async function arrived(values: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    receiver.received.length = 0;
    const exporter = new otlp.OTLPTraceExporter({ url: receiver.url, protocol: 'http/json' });
    const provider = new sdk.TracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] });
    provider.getTracer('t').startSpan('s').setAttributes(values).end();
    await provider.shutdown();
    const message = JSON.parse(String(receiver.received[0]?.body));
    const { attributes } = message.resourceSpans[0].scopeSpans[0].spans[0];
    return Object.fromEntries(
      attributes.map(({ key, value }: { key: string; value: object }) => [key, value]),
    );
  }

  it('COMMON-11 integers beyond 64 bits become decimal text, the last that fits stays an integer', async () => {
    const values = { most: 2n ** 63n - 1n, over: 2n ** 63n, least: -(2n ** 63n), under: -(2n ** 63n) - 1n };
    assert.deepEqual(await arrived(values), {
      most: { intValue: '9223372036854775807' },
      over: { stringValue: '9223372036854775808' },
      least: { intValue: '-9223372036854775808' },
      under: { stringValue: '-9223372036854775809' },
    });
  });

  it('COMMON-11 maps, sets, typed arrays, dates and errors become the value that they mean', async () => {
    const values = {
      map: new Map<unknown, unknown>([
        ['a', 1],
        [true, 'b'],
      ]),
      set: new Set(['x', 2]),
      floats: new Float64Array([0.5, 1.5]),
      bytes: new Uint8Array([1, 2, 3]),
      date: new Date(0),
      error: new TypeError('not that'),
      nothing: null,
      none: [],
      empty: {},
    };
    assert.deepEqual(await arrived(values), {
      map: {
        kvlistValue: {
          values: [
            { key: 'a', value: { intValue: '1' } },
            { key: 'true', value: { stringValue: 'b' } },
          ],
        },
      },
      set: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: '2' }] } },
      floats: { arrayValue: { values: [{ doubleValue: 0.5 }, { doubleValue: 1.5 }] } },
      bytes: { bytesValue: 'AQID' },
      date: { stringValue: '1970-01-01T00:00:00.000Z' },
      error: { stringValue: 'TypeError: not that' },
      nothing: {},
      none: { arrayValue: { values: [] } },
      empty: { kvlistValue: { values: [] } },
    });
  });
});
