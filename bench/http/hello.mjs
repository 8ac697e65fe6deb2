/**
 * What a hello-world server keeps of its throughput: the same server bare, with Sonde through `--import sonde/register`,
 * and with the official instrumentation, set up by hand and through its own register. All of them in turns, a fresh
 * process each, warmed up before it is measured.
 */
import { median } from '../harness/statistics.mjs';
import { openBed } from './bed.mjs';
import { isOfficial, variants } from './variants.mjs';

export const title = 'a hello-world server under full load, against the same server bare';

/** What Sonde has to keep of the bare server's requests per second, by Node's major version. */
const targets = {
  sonde: { 20: 0.7, 26: 0.8 },
  'sonde, unsampled': { 20: 0.82, 26: 0.9 },
  'sonde, traces and metrics': { 20: 0.65, 26: 0.75 },
};

async function measure(node, variant, quick) {
  const bed = await openBed({ node, variant });
  try {
    const warm = await bed.load(quick ? 1500 : 3000);
    const before = await bed.ask('usage');
    const { answered, seconds, p99 } = await bed.load(quick ? 3000 : 10_000);
    const after = await bed.ask('usage');
    const rss = await bed.ask('rss');
    const counts = await bed.close();
    const cpu = after.user + after.system - before.user - before.system;
    const expected = variant.expects * (warm.answered + answered);
    return { rate: answered / seconds, cpu: cpu / answered, p99, rss, spans: counts.spans, expected };
  } catch (error) {
    bed.kill();
    throw error;
  }
}

/** Runs the case and returns `{ lines, verdicts, errors }`. `only` chooses variants by a word; bare always runs. */
export async function runCase({ node, major, rounds, quick, official, only = [] }) {
  const names = Object.keys(variants).filter(
    (name) =>
      name === 'bare' ||
      ((official || !isOfficial(name)) && (only.length === 0 || only.some((word) => name.includes(word)))),
  );
  const results = new Map(names.map((name) => [name, []]));
  const errors = [];
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      try {
        results.get(name).push(await measure(node, variants[name], quick));
      } catch (error) {
        errors.push(`${name}: ${error.message}`);
      }
    }
  }
  return summarise(results, major, errors);
}

function summarise(results, major, errors) {
  const bare = figures(results.get('bare'));
  const lines = [
    '| server | req/s median (best) | keeps, median (best) | CPU us/request median (least) | keeps by CPU | p99 ms | RSS MB | spans delivered | target |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const verdicts = [];
  for (const [name, runs] of results) {
    if (runs.length === 0) continue;
    const it = figures(runs);
    const target = targets[name]?.[major];
    const keeps = it.rate / bare.rate;
    const keepsBest = it.best / bare.best;
    const keepsCpu = bare.cpu / it.cpu;
    if (target !== undefined) verdicts.push({ what: name, reached: keeps >= target });
    if (target !== undefined && it.lost > 0) errors.push(`${name}: ${it.lost} spans are missing`);
    lines.push(
      `| ${name} | ${whole(it.rate)} (${whole(it.best)}) | ${percent(keeps)} (${percent(keepsBest)}) | ` +
        `${it.cpu.toFixed(1)} (${it.least.toFixed(1)}) | ${percent(keepsCpu)} (${percent(bare.least / it.least)}) | ` +
        `${it.p99.toFixed(1)} | ${Math.round(it.rss / 1e6)} | ${delivered(it)} | ${target === undefined ? '-' : percent(target)} |`,
    );
  }
  return { lines, verdicts, errors };
}

function figures(runs) {
  const all = (field) => runs.map((run) => run[field]);
  const sum = (field) => all(field).reduce((total, value) => total + value, 0);
  return {
    rate: median(all('rate')),
    best: Math.max(...all('rate')),
    cpu: median(all('cpu')),
    least: Math.min(...all('cpu')),
    p99: median(all('p99')),
    rss: median(all('rss')),
    expected: sum('expected'),
    spans: sum('spans'),
    lost: sum('expected') - sum('spans'),
  };
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;

function delivered({ expected, spans }) {
  if (expected === 0) return spans === 0 ? '-' : `${spans}, none expected`;
  return spans === expected ? `all ${whole(spans)}` : `${((spans / expected) * 100).toFixed(2)} %`;
}
