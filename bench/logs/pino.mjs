/**
 * What pino keeps of its lines per second when its lines also become log records: bare, with the bridge of Sonde, with the
 * official instrumentation. Both encode to OTLP protobuf and throw the bytes away. pino writes to a file in two ways: its
 * default, a system call for each line, and buffered, which is the hardest to keep up with.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installApart } from '../../scripts/install-apart.mjs';
import { median } from '../harness/statistics.mjs';

export const title = 'pino to a file, its lines also as log records, against pino alone';

const child = fileURLToPath(new URL('pino-child.mjs', import.meta.url));
/** What Sonde has to keep of pino's lines per second, where pino writes as it does by default. */
const TARGET = 0.6;
const variants = ['bare', 'sonde', 'official'];
const ways = ['sync', 'buffered'];

async function measure(node, variant, way, quick) {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
  try {
    const lines = String(quick ? 40_000 : 150_000);
    const { stdout } = await promisify(execFile)(node, [child, variant, way, lines, join(folder, 'log')]);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the case and returns `{ lines, verdicts, errors }`. */
export async function runCase({ node, rounds, quick, official }) {
  installApart('bench/contenders/pino');
  const names = variants.filter((name) => official || name !== 'official');
  const results = new Map();
  const errors = [];
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + round) % names.length];
        const key = `${name} ${way}`;
        try {
          const run = await measure(node, name, way, quick);
          if (name === 'sonde' && run.lost > 0) errors.push(`${key}: ${run.lost} records are missing`);
          results.set(key, [...(results.get(key) ?? []), run]);
        } catch (error) {
          errors.push(`${key}: ${error.stderr || error.message}`);
        }
      }
    }
  }
  return summarise(results, errors);
}

function summarise(results, errors) {
  const lines = [
    '| pino writes | with | lines/s median (best) | keeps, median (best) | CPU us/line median (least) | keeps by CPU | target |',
    '|---|---|---|---|---|---|---|',
  ];
  const verdicts = [];
  for (const [key, runs] of results) {
    const [name, way] = key.split(' ');
    const bare = figures(results.get(`bare ${way}`));
    const it = figures(runs);
    const isJudged = name === 'sonde' && way === 'sync';
    if (isJudged) verdicts.push({ what: key, reached: it.rate / bare.rate >= TARGET });
    lines.push(
      `| ${way === 'sync' ? 'each line' : 'buffered'} | ${name} | ${whole(it.rate)} (${whole(it.best)}) | ` +
        `${percent(it.rate / bare.rate)} (${percent(it.best / bare.best)}) | ${it.cpu.toFixed(2)} (${it.least.toFixed(2)}) | ` +
        `${percent(bare.cpu / it.cpu)} (${percent(bare.least / it.least)}) | ${isJudged ? percent(TARGET) : '-'} |`,
    );
  }
  return { lines, verdicts, errors };
}

function figures(runs = []) {
  const all = (field) => runs.map((run) => run[field]);
  return {
    rate: median(all('rate')),
    best: Math.max(...all('rate')),
    cpu: median(all('cpu')),
    least: Math.min(...all('cpu')),
  };
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;
