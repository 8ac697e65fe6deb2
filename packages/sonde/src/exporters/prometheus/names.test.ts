import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { escapeName, isLegacyLabelName, isLegacyMetricName, Naming, STRATEGIES, withUnit } from './names.ts';
import { unitWord } from './units.ts';

describe('units', () => {
  it('are words', () => {
    const words: readonly (readonly [string, string])[] = [
      ['', ''],
      ['1', ''],
      ['{request}', ''],
      ['s', 'seconds'],
      ['ms', 'milliseconds'],
      ['By', 'bytes'],
      ['KiBy', 'kibibytes'],
      ['%', 'percent'],
      ['Cel', 'celsius'],
      ['m/s', 'meters_per_second'],
      ['By/s', 'bytes_per_second'],
      ['{request}/s', 'per_second'],
      ['1/min', 'per_minute'],
      ['{packet}By', 'bytes'],
      ['furlong', 'furlong'],
      ['By/furlong', 'bytes_per_furlong'],
      ['{unclosed', ''],
      ['s/', 'seconds'],
      ['/', ''],
      ['constructor', 'constructor'],
    ];
    assert.deepEqual(
      words.map(([unit]) => [unit, unitWord(unit)]),
      words,
    );
  });
});

describe('the translation of names', () => {
  it('replaces what a name could not have, and keeps colons of metrics', () => {
    const naming = new Naming('UnderscoreEscapingWithSuffixes', 'underscores');
    assert.deepEqual(
      ['http.server', 'a..b', 'a:b', '9lives', 'é', ''].map((name) => naming.metric(name)),
      ['http_server', 'a_b', 'a:b', '_9lives', '_', '_'],
    );
    assert.deepEqual(
      ['a.b', 'a:b', '1', '__x', ''].map((name) => naming.label(name)),
      ['a_b', 'a_b', '_1', '_x', '_'],
    );
  });

  it('leaves names alone where the strategy says so, and the scheme decides then', () => {
    assert.equal(new Naming('NoTranslation', 'allow-utf-8').label('a.b'), 'a.b');
    assert.equal(new Naming('NoTranslation', 'underscores').label('a.b'), 'a_b');
    assert.equal(new Naming('NoUTF8EscapingWithSuffixes', 'allow-utf-8').metric('a.b'), 'a.b');
    assert.equal(new Naming('NoTranslation', 'allow-utf-8').label('\ud800'), '\ufffd');
    assert.deepEqual(
      STRATEGIES.map((strategy) => new Naming(strategy, 'underscores').hasSuffixes),
      [true, false, true, false],
    );
  });

  it('adds a unit unless the name has it', () => {
    assert.equal(withUnit('http.duration', 'seconds'), 'http.duration_seconds');
    assert.equal(withUnit('http_seconds', 'seconds'), 'http_seconds');
    assert.equal(withUnit('http.seconds.total', 'seconds'), 'http.seconds.total');
    assert.equal(withUnit('milliseconds', 'seconds'), 'milliseconds_seconds');
    assert.equal(withUnit('a', ''), 'a');
  });
});

describe('the escaping schemes', () => {
  it('are those of prometheus.io', () => {
    const name = 'metric.name_with/ünit';
    assert.equal(escapeName(name, 'allow-utf-8', ':'), name);
    assert.equal(escapeName(name, 'underscores', ':'), 'metric_name_with__nit');
    assert.equal(escapeName(name, 'dots', ':'), 'metric_dot_name__with__nit');
    assert.equal(escapeName(name, 'values', ':'), 'U__metric_2e_name__with_2f__fc_nit');
    assert.equal(escapeName('🚀', 'values', ''), 'U___1f680_');
    assert.equal(escapeName('plain_name', 'values', ':'), 'plain_name');
    assert.equal(escapeName('plain_name', 'dots', ':'), 'plain__name');
    assert.equal(escapeName('a:b', 'underscores', ''), 'a_b');
    assert.equal(escapeName('1a', 'underscores', ''), '_a');
  });

  it('give names that any parser takes, whatever came', () => {
    const scheme = fc.constantFrom('underscores' as const, 'dots' as const, 'values' as const);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), scheme, (name, chosen) => {
        assert.ok(isLegacyMetricName(escapeName(name, chosen, ':')));
        assert.ok(isLegacyLabelName(escapeName(name, chosen, '')));
      }),
      { numRuns: 2000 },
    );
  });

  it('keep different names different under `values`', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        if (a === b || a.startsWith('U__') || b.startsWith('U__')) return;
        assert.notEqual(escapeName(a, 'values', ''), escapeName(b, 'values', ''));
      }),
      { numRuns: 2000 },
    );
  });
});
