/**
 * What a hello-world server keeps of its throughput: the same server bare, with Sonde through `--import sonde/register`,
 * and with the official instrumentation, set up by hand and through its own register.
 *
 *   5 rounds, of fresh processes each:   bare, Sonde and its variants      in turns, 10 s of load each
 *                                        bare, official and its variants   in turns, 10 s of load each
 *
 * A process may come out of its warm-up faster or slower than another of the same program, so there are several; and what
 * else the machine does changes within seconds by more than what is measured, so the load goes to one and the other in
 * turns of a second or so. What counts is the median of the turns' ratios; the best turn of each stands beside it.
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

const ROUNDS = 5;
/** Of a round, for each server: ten seconds of load. */
const TURNS = 8;
const TURN_MILLIS = 1250;

/**
 * Milliseconds of load before the first turn. On one core the optimiser, which works beside the server, needs 8 s until a
 * request costs what it costs from then on: 22 us after 3 s and 16.6 after 8 s of a server that takes 12.7 bare (Node 26).
 */
const WARM_UP = 8_000;

/** One turn of load: requests per second, CPU microseconds per request, milliseconds of the slowest hundredth. */
async function turn(bed, milliseconds) {
  const before = await bed.ask('usage');
  const { answered, seconds, p99 } = await bed.load(milliseconds);
  const after = await bed.ask('usage');
  const cpu = after.user + after.system - before.user - before.system;
  return { answered, rate: answered / seconds, cpu: cpu / answered, p99 };
}

/** One round of a bare server and of the servers named; adds to the results of each. */
async function round(node, names, quick, results) {
  const beds = new Map();
  try {
    for (const name of ['bare', ...names])
      beds.set(name, { bed: await openBed({ node, variant: variants[name] }), turns: [], answered: 0 });
    for (const each of beds.values()) each.answered += (await each.bed.load(quick ? 2000 : WARM_UP)).answered;
    for (let index = 0; index < (quick ? 5 : TURNS); index++) {
      const order = index % 2 === 0 ? [...beds.values()] : [...beds.values()].reverse();
      for (const each of order) {
        each.turns.push(await turn(each.bed, quick ? 800 : TURN_MILLIS));
        each.answered += each.turns.at(-1).answered;
      }
    }
    const bare = beds.get('bare').turns;
    for (const [name, { bed, turns, answered }] of beds) {
      const rss = await bed.ask('rss');
      const { spans } = await bed.close();
      const paired = turns.map((its, index) => ({ its, bare: bare[index] }));
      results.get(name).push({ turns: paired, rss, spans, expected: variants[name].expects * answered });
    }
  } catch (error) {
    for (const { bed } of beds.values()) bed.kill();
    throw new Error(`${names.join(', ')}: ${error.message}`);
  }
}

/** Runs the case and returns `{ lines, verdicts, errors }`. `only` chooses variants by a word. */
export async function runCase({ node, major, quick, official, only = [] }) {
  const chosen = Object.keys(variants).filter(
    (name) => name !== 'bare' && (only.length === 0 || only.some((word) => name.includes(word))),
  );
  const groups = [chosen.filter((name) => !isOfficial(name)), official ? chosen.filter(isOfficial) : []];
  const results = new Map(['bare', ...groups.flat()].map((name) => [name, []]));
  const errors = [];
  for (let index = 0; index < (quick ? 1 : ROUNDS); index++) {
    for (const names of groups) {
      if (names.length === 0) continue;
      try {
        await round(node, names, quick, results);
      } catch (error) {
        errors.push(error.message);
      }
    }
  }
  return summarise(results, major, errors);
}

function summarise(results, major, errors) {
  const lines = [
    '| server | req/s, median (best) | keeps, median (a quarter below, above) | best of best | CPU us/request, median (least) | keeps by CPU | p99 ms | RSS MB | spans delivered | target |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  const verdicts = [];
  const best = Math.max(...results.get('bare').flatMap(({ turns }) => turns.map(({ its }) => its.rate)));
  for (const [name, runs] of results) {
    if (runs.length === 0) continue;
    const sum = (field) => runs.reduce((total, run) => total + run[field], 0);
    const [expected, spans] = [sum('expected'), sum('spans')];
    const turns = runs.flatMap((run) => run.turns);
    const target = targets[name]?.[major];
    if (target !== undefined) {
      verdicts.push({ what: name, reached: median(turns.map(kept)) >= target });
      if (spans < expected) errors.push(`${name}: ${expected - spans} spans are missing`);
    }
    const rss = Math.round(median(runs.map((run) => run.rss)) / 1e6);
    lines.push(row({ name, turns, best, rss, expected, spans, target }));
  }
  return { lines, verdicts, errors };
}

const kept = ({ bare, its }) => its.rate / bare.rate;

function row({ name, turns, best, rss, expected, spans, target }) {
  const of = (field) => turns.map(({ its }) => its[field]);
  const keeps = turns.map(kept);
  const keepsCpu = turns.map(({ bare, its }) => bare.cpu / its.cpu);
  const fastest = Math.max(...of('rate'));
  const cells = [
    name,
    `${whole(median(of('rate')))} (${whole(fastest)})`,
    `${percent(median(keeps))} (${percent(quantile(keeps, 0.25))}, ${percent(quantile(keeps, 0.75))})`,
    percent(fastest / best),
    `${median(of('cpu')).toFixed(1)} (${Math.min(...of('cpu')).toFixed(1)})`,
    percent(median(keepsCpu)),
    median(of('p99')).toFixed(1),
    rss,
    delivered(expected, spans),
    target === undefined ? '-' : percent(target),
  ];
  return `| ${cells.join(' | ')} |`;
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;

function delivered(expected, spans) {
  if (expected === 0) return spans === 0 ? '-' : `${spans}, none expected`;
  return spans === expected ? `all ${whole(spans)}` : `${((spans / expected) * 100).toFixed(2)} %`;
}
