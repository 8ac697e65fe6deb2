/**
 * Runs every scenario of this folder against Sonde, which must pass, and against the official SDK 3.1.1 on Node 24,
 * which must fail, and by an assertion: any other error means that the scenario is wrong, not the SDK.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeBinary } from '../../scripts/node.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const checkFile = fileURLToPath(new URL('check.mjs', import.meta.url));
const LIMIT_MILLIS = 120_000;

async function outcomeOf(node, file, index, subject) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS$)/.test(name));
  try {
    const { stdout } = await promisify(execFile)(node, [checkFile, file, String(index), subject], {
      env: { ...Object.fromEntries(inherited), NO_COLOR: '1' },
      timeout: LIMIT_MILLIS,
    });
    return JSON.parse(stdout.trimEnd().split('\n').at(-1));
  } catch (error) {
    return { error: error.killed ? 'no answer' : 'crashed', message: String(error.stderr || error.message) };
  }
}

async function scenario(file, subjects) {
  const { title, checks } = await import(new URL(file, import.meta.url));
  const gap = Number.parseInt(file, 10);
  return Promise.all(
    Object.keys(checks).map(async (check, index) => {
      const row = { gap, title, check };
      for (const { name, node } of subjects) row[name] = await outcomeOf(node, file, index, name);
      return row;
    }),
  );
}

function word(outcome) {
  if (outcome === undefined) return '-';
  return outcome.passed
    ? 'passes'
    : outcome.error === 'AssertionError'
      ? 'fails'
      : `fails (${outcome.error})`;
}

/** True when Sonde passes and the official SDK fails by an assertion, as far as each of them ran. */
function isAsClaimed({ sonde, official }) {
  return (
    (sonde === undefined || sonde.passed === true) &&
    (official === undefined || official.error === 'AssertionError')
  );
}

/** Prints the table of both outcomes. `words` choose files by a part of their name. True when all is as claimed. */
export async function compareGaps(words, names = ['sonde', 'official']) {
  const files = readdirSync(folder)
    .filter((file) => /^\d+-.*\.mjs$/.test(file))
    .filter((file) => words.length === 0 || words.some((wanted) => file.includes(wanted)));
  const nodes = {
    sonde: process.execPath,
    official: names.includes('official') ? nodeBinary(24) : undefined,
  };
  const subjects = names.map((name) => ({ name, node: nodes[name] }));
  console.log('| gap | scenario | sonde | official 3.1.1 |\n|---|---|---|---|');
  let claimed = true;
  for (const file of files) {
    for (const row of await scenario(file, subjects)) {
      console.log(`| ${row.gap} | ${row.title}: ${row.check} | ${word(row.sonde)} | ${word(row.official)} |`);
      if (isAsClaimed(row)) continue;
      claimed = false;
      for (const { name } of subjects) {
        if (row[name].passed !== true)
          console.log(`    ${name}: ${row[name].message.split('\n').slice(0, 6).join('\n      ')}`);
      }
    }
  }
  return claimed;
}
