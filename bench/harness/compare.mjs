/**
 * Runs one case: every contender in a fresh process per round, the order turned by one each round so that none always
 * runs first or after the same neighbour.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, minimum } from './statistics.mjs';

const child = fileURLToPath(new URL('child.mjs', import.meta.url));
const LIMIT_MILLIS = 180_000;

async function once(node, flags, file, contender, quick) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS$)/.test(name));
  const { stdout } = await promisify(execFile)(
    node,
    [...flags, child, file, contender, ...(quick ? ['--quick'] : [])],
    { env: Object.fromEntries(inherited), timeout: LIMIT_MILLIS, maxBuffer: 1 << 24 },
  );
  return JSON.parse(stdout.trimEnd().split('\n').at(-1));
}

function reduce(results) {
  return {
    value: median(results.map(({ value }) => value)),
    minimum: minimum(results.map((result) => result.minimum)),
    unit: results[0].unit,
    note: results.at(-1).note,
  };
}

/** Contender name -> `{ value (median of the rounds), minimum, unit, note }` or `{ error }`. */
export async function compare({
  node,
  file,
  case: { nodeFlags = [], rounds: most },
  contenders,
  rounds,
  quick,
}) {
  const results = new Map(contenders.map((name) => [name, []]));
  const errors = new Map();
  for (let round = 0; round < Math.min(rounds, most ?? rounds); round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const name = contenders[(turn + round) % contenders.length];
      if (errors.has(name)) continue;
      try {
        results.get(name).push(await once(node, nodeFlags, file, name, quick));
      } catch (error) {
        errors.set(name, String(error.stderr || error.message).trim());
      }
    }
  }
  return new Map(
    contenders.map((name) => [
      name,
      errors.has(name) ? { error: errors.get(name) } : reduce(results.get(name)),
    ]),
  );
}

/** Whether ours reaches the target (unknown when it did not run), and the ratio against the fastest official contender by median and by minimum. */
export function judge(target, results, ours) {
  const own = results.get(ours);
  if (own === undefined) return {};
  const others = [...results].filter(([name, { error }]) => name !== ours && error === undefined);
  if (own.error !== undefined) return { reached: false };
  const best = (field) => Math.min(...others.map(([, result]) => result[field]));
  const ratio = best('value') / own.value;
  const ratioOfMinimums = best('minimum') / own.minimum;
  if (target.ratioAtLeast !== undefined)
    return { reached: ratio >= target.ratioAtLeast, ratio, ratioOfMinimums };
  if (target.below !== undefined) return { reached: own.value < target.below };
  if (target.atMost !== undefined) return { reached: own.value <= target.atMost };
  return { reached: own.value >= target.atLeast };
}
