/** The baggage header: round trips of any text, limits, hostile headers. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Baggage, BaggageEntry } from '../api/baggage/baggage.ts';
import { baggageEntryMetadataFromString, createBaggage } from '../api/baggage/baggage-impl.ts';
import { getBaggage, setBaggage } from '../api/baggage/baggage-in-context.ts';
import { ROOT_CONTEXT } from '../api/context/context.ts';
import { suppressTracing } from '../api/context/suppression.ts';
import { defaultTextMapGetter, defaultTextMapSetter } from '../api/propagation/text-map-carrier.ts';
import { setGlobalErrorHandler } from '../sdk/common/diagnostics.ts';
import { W3CBaggagePropagator } from './baggage.ts';
import { percentDecode, percentEncode, utf8Length } from './baggage-encoding.ts';

const propagator = new W3CBaggagePropagator();

function extract(baggage: unknown): Baggage | undefined {
  return getBaggage(propagator.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter));
}

function inject(baggage: Baggage): string | undefined {
  const carrier: Record<string, string> = {};
  propagator.inject(setBaggage(ROOT_CONTEXT, baggage), carrier, defaultTextMapSetter);
  return carrier['baggage'];
}

function plain(baggage: Baggage | undefined): Record<string, string> {
  const entries = (baggage?.getAllEntries() ?? []).map(([key, { value, metadata }]) => [
    key,
    metadata === undefined ? value : `${value};${metadata}`,
  ]);
  return Object.fromEntries(entries);
}

/** The entries, without metadata that is not ASCII: it is read, and cannot be sent. */
function sendable(baggage: Baggage | undefined): string[][] {
  return (baggage?.getAllEntries() ?? []).map(([key, { value, metadata }]) => {
    const text = String(metadata ?? '');
    return /^[\0-\x7f]*$/.test(text) ? [key, value, text] : [key, value, ''];
  });
}

let reports: string[] = [];
beforeEach(() => {
  reports = [];
  setGlobalErrorHandler((error) => reports.push(`${error.code}: ${error.message}`));
});
afterEach(() => setGlobalErrorHandler(undefined));

describe('encoding', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 40 });

  it('gives back any well-formed text, and only characters of a token between', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const encoded = percentEncode(text);
        assert.match(encoded, /^[A-Za-z0-9!#$%&'*+\-.^_`|~]*$/);
        assert.equal(percentDecode(encoded), Buffer.from(text).toString());
      }),
      { numRuns: 2000 },
    );
  });

  it('decodes any text without throwing', () => {
    const parts = fc.array(fc.constantFrom('%', '%4', '%41', '%zz', '%C3', '%A9', '%FF', 'a', 'é', '\ud800'));
    fc.assert(
      fc.property(parts, (pieces) => {
        assert.equal(typeof percentDecode(pieces.join('')), 'string');
      }),
      { numRuns: 1000 },
    );
    assert.equal(percentDecode('%zz%41'), '%zzA');
    assert.equal(percentDecode('a%FFb%C3%A9'), 'a\ufffdbé');
    assert.equal(
      percentDecode('%EF%BB%BFa%FF%EF%BB%BF'),
      '\ufeffa\ufffd\ufeff',
      'a byte order mark is part of the value',
    );
    assert.equal(percentDecode('%EF%BB%BF%FF'), '\ufeff\ufffd');
  });

  it('counts bytes as UTF-8 has them', () => {
    fc.assert(
      fc.property(texts, (text) => assert.equal(utf8Length(text), Buffer.byteLength(text))),
      { numRuns: 1000 },
    );
    for (const lone of ['\ud800', '\udc00', 'a\ud800b', '\ud800\ud800\udc00']) {
      assert.equal(utf8Length(lone), Buffer.byteLength(lone));
    }
  });
});

describe('W3CBaggagePropagator', () => {
  const keys = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const entries = fc.dictionary(keys, fc.string({ unit: 'grapheme', maxLength: 30 }), { maxKeys: 10 });

  it('gives back what it injected', () => {
    fc.assert(
      fc.property(entries, (record) => {
        const made: Record<string, BaggageEntry> = Object.create(null);
        for (const key of Object.keys(record)) made[key] = { value: record[key] as string };
        const header = inject(createBaggage(made));
        if (Object.keys(record).length === 0) return assert.equal(header, undefined);
        assert.match(header ?? '', /^[\x21-\x7e]+$/);
        assert.deepEqual(new Map(Object.entries(plain(extract(header)))), new Map(Object.entries(record)));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes any header, and sends what it understood so that it is understood the same', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b',
        '=',
        ',',
        ';',
        ' ',
        '\t',
        '%',
        '%20',
        '%C3',
        'é',
        '"',
        '\\',
        '\u0000',
        '\r\n',
        'k=v',
        'k=',
        '=v',
        '()',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (parts) => {
        const baggage = extract(parts.join(''));
        if (baggage === undefined) return;
        const header = inject(baggage) ?? '';
        assert.match(header, /^[\x20-\x7e\t]+$/);
        assert.deepEqual(sendable(extract(header)), sendable(baggage));
      }),
      { numRuns: 3000 },
    );
  });

  it('passes a well-formed header on as it is, and reads it when asked', () => {
    const header = 'userId=alice, server=DF%2028;a=1;b ,empty=,eq=a=b';
    const baggage = extract(header) as Baggage;
    assert.equal(inject(baggage), header);
    assert.deepEqual(plain(baggage), { userId: 'alice', server: 'DF 28;a=1;b', empty: '', eq: 'a=b' });
    assert.equal(baggage.getEntry('server')?.value, 'DF 28');
    assert.equal(baggage.getEntry('none'), undefined);
  });

  it('is immutable, and changes as any baggage', () => {
    const baggage = extract('a=1,b=2') as Baggage;
    const entry = baggage.getEntry('a') as BaggageEntry;
    entry.value = 'changed';
    assert.deepEqual(plain(baggage), { a: '1', b: '2' });
    assert.deepEqual(plain(baggage.setEntry('c', { value: '3' })), { a: '1', b: '2', c: '3' });
    assert.deepEqual(plain(baggage.removeEntry('a')), { b: '2' });
    assert.deepEqual(plain(baggage.removeEntries('a', 'b')), {});
    assert.deepEqual(plain(baggage.clear()), {});
    assert.equal(inject(baggage), 'a=1,b=2');
  });

  it('leaves malformed members out and keeps the others', () => {
    assert.deepEqual(plain(extract('a=1,novalue,=x,,b=\u0001,c=3')), { a: '1', c: '3' });
    assert.deepEqual(plain(extract(['a=1', 'b=2'])), { a: '1', b: '2' });
    assert.deepEqual(plain(extract('a=1,b=2,a=3')), { b: '2', a: '3' });
    for (const nothing of ['', ' ', ',,,', 'x', undefined, [], 1, {}])
      assert.equal(extract(nothing), undefined);
    assert.deepEqual(reports, []);
  });

  it('does not send metadata that would break the header', () => {
    const withMetadata = (text: string) =>
      inject(createBaggage({ a: { value: '1', metadata: baggageEntryMetadataFromString(text) } }));
    assert.equal(withMetadata('p=1;q'), 'a=1;p=1;q');
    assert.equal(withMetadata('p\r\nevil: 1'), 'a=1');
    assert.equal(withMetadata('p,b=2'), 'a=1');
    assert.equal(withMetadata(''), 'a=1');
  });

  it('writes nothing where tracing is suppressed or the baggage cannot be read', () => {
    const carrier = {};
    const context = setBaggage(ROOT_CONTEXT, createBaggage({ a: { value: '1' } }));
    propagator.inject(suppressTracing(context), carrier, defaultTextMapSetter);
    const broken = {
      getAllEntries() {
        throw new Error('entries');
      },
    };
    propagator.inject(setBaggage(ROOT_CONTEXT, broken as never), carrier, defaultTextMapSetter);
    assert.deepEqual(carrier, {});
    assert.match(reports.join(), /propagation_failed: Cannot inject the baggage/);
  });
});

describe('limits of baggage', () => {
  const members = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v`).join(',');
  const size = (baggage: Baggage | undefined) => baggage?.getAllEntries().length ?? 0;
  const ofBytes = (bytes: number) => `k=${'v'.repeat(bytes - 2)}`;

  it('180 members are kept, the 181st is not', () => {
    assert.equal(size(extract(members(180))), 180);
    assert.deepEqual(reports, []);
    assert.equal(size(extract(members(181))), 180);
    assert.match(reports.join(), /baggage_over_limit: 1 baggage entries were left out on extract/);
  });

  it('180 members are sent, the 181st is not', () => {
    let baggage = createBaggage();
    for (let i = 0; i < 181; i++) baggage = baggage.setEntry(`k${i}`, { value: 'v' });
    assert.equal(inject(baggage), members(180));
    assert.match(reports.join(), /1 baggage entries were left out on inject/);
    assert.equal(inject(baggage.removeEntry('k180')), members(180));
  });

  it('a member of 4096 bytes is kept, one of 4097 is not, and the next one is', () => {
    assert.equal(size(extract(ofBytes(4096))), 1);
    assert.deepEqual(plain(extract(`${ofBytes(4097)},b=2`)), { b: '2' });
    const wide = (bytes: number) => `k=${'é'.repeat((bytes - 2) / 2)}`;
    assert.equal(size(extract(wide(4096))), 1);
    assert.equal(size(extract(wide(4098))), 0);
    const entry = (length: number) => createBaggage({ k: { value: 'v'.repeat(length - 2) } });
    assert.equal(inject(entry(4096)), ofBytes(4096));
    assert.equal(inject(entry(4097)), undefined);
  });

  it('8192 bytes in all are kept, whole members only', () => {
    const full = `a=${'v'.repeat(4093)},b=${'v'.repeat(4094)}`;
    assert.equal(full.length, 8192);
    assert.equal(size(extract(full)), 2);
    assert.equal(size(extract(`${full}v`)), 1);
    assert.equal(inject(extract(full) as Baggage), full);
    const made = (extra: string) =>
      createBaggage({ a: { value: 'v'.repeat(4093) }, b: { value: `${'v'.repeat(4094)}${extra}` } });
    assert.equal(inject(made('')), full);
    assert.equal(inject(made('v')), full.slice(0, 4095));
  });

  it('a megabyte costs no time, whatever it is made of', () => {
    const start = performance.now();
    for (const unit of [',', 'a=1,', ' ', 'a', '=', 'a= ', '%', 'é', ';', 'a=%ff,', '\ud800']) {
      extract(unit.repeat(1_000_000 / unit.length));
      extract(unit.repeat(4096 / unit.length));
      extract(`a=${' '.repeat(4000)}"`);
      extract(`${' '.repeat(4000)}"`);
    }
    extract(Array.from({ length: 10_000 }, () => 'a='.padEnd(100, 'v')));
    // What is quadratic takes minutes.
    assert.ok(performance.now() - start < 20_000);
  });
});
