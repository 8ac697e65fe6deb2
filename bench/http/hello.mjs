/**
 * What a hello-world server keeps of its throughput: the same server bare, with Sonde through `--import sonde/register`,
 * and with the official instrumentation, set up by hand and through its own register. Each contender runs beside a bare
 * server of its own, fresh processes both, warmed up, and the load goes to one and the other in turns of a second or so:
 * what else the machine does, which changes within seconds by more than what is measured, meets both alike. What counts
 * is the median of the turns' ratios.
 */
import { median, quantile } from '../harness/statistics.mjs';
import { openBed } from './bed.mjs';
import { isOfficial, variants } from './variants.mjs';

export const title = 'a hello-world server under full load, against the same server bare';

/** What Sonde has to keep of the bare server's requests per second, by Node's major version. */
const targets = {
  sonde: { 20: 0.7, 26: 0.8 },
  'sonde, unsampled': { 20: 0.82, 26: 0.9 },
  'sonde, traces and metrics': { 20: 0.65, 26: 0.75 },
};

/**
 * Milliseconds of load before the first turn. On one core the optimiser, which works beside the server, needs 8 s until a
 * request costs what it costs from then on: 22 us after 3 s and 16.6 after 8 s of a server that takes 12.7 bare (Node 26).
 */
const WARM_UP = 10_000;

/** One turn of load: requests per second, CPU microseconds per request, milliseconds of the slowest hundredth. */
async function turn(bed, milliseconds) {
  const before = await bed.ask('usage');
  const { answered, seconds, p99 } = await bed.load(milliseconds);
  const after = await bed.ask('usage');
  const cpu = after.user + after.system - before.user - before.system;
  return { answered, rate: answered / seconds, cpu: cpu / answered, p99 };
}

async function measure(node, variant, quick) {
  const beds = [];
  try {
    for (const each of [variants.bare, variant]) beds.push(await openBed({ node, variant: each }));
    const [bare, bed] = beds;
    let { answered } = await bed.load(quick ? 2000 : WARM_UP);
    await bare.load(quick ? 2000 : WARM_UP);
    const turns = [];
    for (let index = 0; index < (quick ? 5 : 10); index++) {
      const first = index % 2 === 0 ? bare : bed;
      const one = await turn(first, quick ? 800 : 1200);
      const other = await turn(first === bare ? bed : bare, quick ? 800 : 1200);
      turns.push(first === bare ? { bare: one, its: other } : { bare: other, its: one });
      answered += turns.at(-1).its.answered;
    }
    const rss = await bed.ask('rss');
    await bare.close();
    const { spans } = await bed.close();
    return { turns, rss, spans, expected: variant.expects * answered };
  } catch (error) {
    for (const each of beds) each.kill();
    throw error;
  }
}

/** Runs the case and returns `{ lines, verdicts, errors }`. `only` chooses variants by a word. */
export async function runCase({ node, major, rounds, quick, official, only = [] }) {
  const names = Object.keys(variants).filter(
    (name) =>
      name !== 'bare' &&
      (official || !isOfficial(name)) &&
      (only.length === 0 || only.some((word) => name.includes(word))),
  );
  const results = new Map(names.map((name) => [name, []]));
  const errors = [];
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round) % names.length];
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
  const lines = [
    '| server | req/s, median | keeps, median (a quarter below, above) | CPU us/request, median | keeps by CPU | p99 ms | RSS MB | spans delivered | target |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const verdicts = [];
  const bare = [...results.values()].flatMap((runs) =>
    runs.flatMap(({ turns }) => turns.map((each) => each.bare)),
  );
  lines.push(row('bare', { its: bare, keeps: [1], keepsCpu: [1], rss: '-', delivered: '-', target: '-' }));
  for (const [name, runs] of results) {
    if (runs.length === 0) continue;
    const turns = runs.flatMap((run) => run.turns);
    const keeps = turns.map(({ bare, its }) => its.rate / bare.rate);
    const keepsCpu = turns.map(({ bare, its }) => bare.cpu / its.cpu);
    const [expected, spans] = ['expected', 'spans'].map((field) =>
      runs.reduce((sum, run) => sum + run[field], 0),
    );
    const target = targets[name]?.[major];
    if (target !== undefined) verdicts.push({ what: name, reached: median(keeps) >= target });
    if (target !== undefined && spans < expected)
      errors.push(`${name}: ${expected - spans} spans are missing`);
    lines.push(
      row(name, {
        its: turns.map((each) => each.its),
        keeps,
        keepsCpu,
        rss: Math.round(median(runs.map((run) => run.rss)) / 1e6),
        delivered: delivered({ expected, spans }),
        target: target === undefined ? '-' : percent(target),
      }),
    );
  }
  return { lines, verdicts, errors };
}

function row(name, { its, keeps, keepsCpu, rss, delivered, target }) {
  const middle = (field) => median(its.map((each) => each[field]));
  return (
    `| ${name} | ${whole(middle('rate'))} | ${percent(median(keeps))} (${percent(quantile(keeps, 0.25))}, ` +
    `${percent(quantile(keeps, 0.75))}) | ${middle('cpu').toFixed(1)} | ${percent(median(keepsCpu))} | ` +
    `${middle('p99').toFixed(1)} | ${rss} | ${delivered} | ${target} |`
  );
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;

function delivered({ expected, spans }) {
  if (expected === 0) return spans === 0 ? '-' : `${spans}, none expected`;
  return spans === expected ? `all ${whole(spans)}` : `${((spans / expected) * 100).toFixed(2)} %`;
}
