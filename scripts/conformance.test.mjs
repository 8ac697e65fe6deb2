// The judge of the conformance tests: what counts as shown, what does not, and what it refuses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { shownIn, writeReport } from '../packages/sonde/conformance/report.mjs';
import { isShown, join, readRows } from '../packages/sonde/conformance/rows.mjs';

const docs = new URL('../docs/conformance/', import.meta.url);

function result(title, outcome = 'passed') {
  return { title, outcome, file: 'a.test.js' };
}

function row(id) {
  return [
    id,
    { id, statement: `what ${id} asks`, reference: 'trace/api.md#span', status: 'S', official: 'yes' },
  ];
}

const rows = new Map(['CTX-01', 'CTX-02', 'CTX-03', 'W3C-09', 'B3-01'].map(row));

it('a row is shown when every test that carries its id passed', () => {
  const { tests, faults } = join(rows, [
    result('CTX-01 a'),
    result('CTX-01 W3C-09 b'),
    result('CTX-02 c'),
    result('CTX-02 d', 'failed'),
    result('B3-01 e', 'skipped'),
    result('CTX-03 f', 'todo'),
  ]);
  assert.deepEqual(faults, []);
  const shown = [...rows.keys()].filter((id) => isShown(tests.get(id)));
  assert.deepEqual(shown, ['CTX-01', 'W3C-09']);
});

it('ids that no row has, and more than three of them, are refused; other words are no ids', () => {
  const { faults } = join(rows, [
    result('CTX-99 there is none'),
    result('CTX-01 CTX-02 CTX-03 B3-01 too many'),
    result('W3C-09 UTF-16 and SHA-256 are only words'),
  ]);
  assert.deepEqual(faults, [
    'there is no row CTX-99: "CTX-99 there is none"',
    'more than 3 ids: "CTX-01 CTX-02 CTX-03 B3-01 too many"',
  ]);
});

it('the report lists what is shown, and a later run reads it back', () => {
  const notes = new Map([['CTX-02', { id: 'CTX-02', kind: 'moot', reason: 'because' }]]);
  const { tests } = join(rows, [result('CTX-01 a'), result('CTX-02 b'), result('W3C-09 c', 'failed')]);
  const report = writeReport({ rows, notes }, tests);
  assert.deepEqual(shownIn(report), ['CTX-01']);
  assert.match(report, /\| \*\*all\*\* \| 5 \| 1 \| 3 \| 0 \| 1 \|/);
  assert.match(report, /\| CTX-02 \| what CTX-02 asks \| because \|/);
});

it('the rows of the repository are whole: 666 of them, each note and verdict about one of them', () => {
  const table = readRows(docs);
  assert.equal(table.rows.size, 666);
  for (const { kind, reason } of table.notes.values()) {
    assert.match(kind, /^(moot|deviating)$/);
    assert.ok(reason.length > 20);
  }
  for (const { verdict } of table.settled.values())
    assert.match(verdict, /^((row|test) is wrong|test asks more)$/);
  assert.match(readFileSync(new URL('rows.tsv', docs), 'utf8'), /\nPROF-07\t/);
});
