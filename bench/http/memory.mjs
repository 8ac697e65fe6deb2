/** Whether a server grows: heap and external memory after a collection of garbage, early and ten times later. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openBed } from './bed.mjs';
import { isOfficial, variants } from './variants.mjs';

export const title = 'memory of a hello-world server after gc, early and ten times later';

/** How much more it may be, in bytes. */
const TARGET = 2e6;
/** A batch leaves five seconds after its first span; what is on its way is not what is measured. */
const SETTLE_MILLIS = 6500;

const names = ['bare', 'sonde', 'sonde, traces and metrics', 'official by hand'];

export async function runCase({ node, quick, official }) {
  const early = quick ? 20_000 : 100_000;
  const late = early * 10;
  const lines = [
    `| server | after ${early.toLocaleString('en-US')} requests | after ${late.toLocaleString('en-US')} | difference | target |`,
    '|---|---|---|---|---|',
  ];
  const verdicts = [];
  const errors = [];
  for (const name of names.filter((each) => official || !isOfficial(each))) {
    const bed = await openBed({ node, variant: variants[name], nodeFlags: ['--expose-gc'] });
    try {
      const at = [];
      for (const requests of [early, late - early]) {
        await bed.load(600_000, requests);
        await sleep(SETTLE_MILLIS);
        at.push(await bed.ask('memory'));
      }
      await bed.close();
      const difference = at[1] - at[0];
      const isOurs = name.startsWith('sonde');
      if (isOurs) verdicts.push({ what: name, reached: difference < TARGET });
      const megabytes = [...at, difference].map((bytes) => `${(bytes / 1e6).toFixed(2)} MB`);
      lines.push(`| ${name} | ${megabytes.join(' | ')} | ${isOurs ? 'under 2 MB' : '-'} |`);
    } catch (error) {
      bed.kill();
      errors.push(`${name}: ${error.message}`);
    }
  }
  return { lines, verdicts, errors };
}
