/**
 * The rows of the specification and what is written about them: docs/conformance/{rows,notes,settled}.tsv.
 * Joins them with the results of a run.
 */
import { readFileSync } from 'node:fs';

const MOST_IDS_PER_TEST = 3;
const ID = /\b[A-Z][A-Z0-9]*-\d{2,3}\b/g;

function readTable(file) {
  const [head, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line, index) => {
    const cells = line.split('\t');
    if (cells.length !== names.length) {
      throw new Error(`${file}, line ${index + 2}: ${cells.length} cells, the head has ${names.length}`);
    }
    return Object.fromEntries(names.map((name, column) => [name, cells[column]]));
  });
}

function byId(file, known) {
  const map = new Map();
  for (const row of readTable(file)) {
    if (known !== undefined && !known.has(row.id)) throw new Error(`${file}: there is no row ${row.id}`);
    if (map.has(row.id)) throw new Error(`${file}: ${row.id} is there twice`);
    map.set(row.id, row);
  }
  return map;
}

export function readRows(folder) {
  const rows = byId(new URL('rows.tsv', folder));
  return {
    rows,
    notes: byId(new URL('notes.tsv', folder), rows),
    settled: byId(new URL('settled.tsv', folder), rows),
  };
}

/** Row id -> results of the tests that carry it, and the titles that cannot be used. */
export function join(rows, results) {
  const tests = new Map();
  const faults = [];
  const families = new Set([...rows.keys()].map((id) => id.replace(/-\d+$/, '')));
  for (const result of results) {
    const ids = new Set(result.title.match(ID)?.filter((id) => families.has(id.replace(/-\d+$/, ''))));
    if (ids.size > MOST_IDS_PER_TEST) faults.push(`more than ${MOST_IDS_PER_TEST} ids: "${result.title}"`);
    for (const id of ids) {
      if (!rows.has(id)) {
        faults.push(`there is no row ${id}: "${result.title}"`);
        continue;
      }
      const list = tests.get(id) ?? [];
      list.push(result);
      tests.set(id, list);
    }
  }
  return { tests, faults };
}

/** A row counts when every test that carries its id passed, none of them skipped or todo. */
export function isShown(tests) {
  return tests !== undefined && tests.length > 0 && tests.every(({ outcome }) => outcome === 'passed');
}
