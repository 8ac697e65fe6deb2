/** What a server at full speed delivers to a receiver that answers after 50 ms. */
import { openBed } from './bed.mjs';
import { isOfficial, variants } from './variants.mjs';

export const title =
  'a hello-world server at full speed, its receiver answering after 50 ms: spans delivered';

/** Share of the spans that Sonde has to deliver. */
const TARGET = 0.999;
const DELAY_MILLIS = 50;

const names = ['sonde', 'official by hand', 'official register'];

export async function runCase({ node, quick, official }) {
  const lines = ['| server | requests | spans delivered | target |', '|---|---|---|---|'];
  const verdicts = [];
  const errors = [];
  for (const name of names.filter((each) => official || !isOfficial(each))) {
    const bed = await openBed({ node, variant: variants[name], delay: DELAY_MILLIS });
    try {
      const { answered } = await bed.load(quick ? 3000 : 10_000);
      const { spans } = await bed.close();
      const share = spans / answered;
      const isOurs = name === 'sonde';
      if (isOurs) verdicts.push({ what: name, reached: share >= TARGET && spans <= answered });
      lines.push(
        `| ${name} | ${answered.toLocaleString('en-US')} | ${(share * 100).toFixed(2)} % | ${isOurs ? '99.9 %' : '-'} |`,
      );
    } catch (error) {
      bed.kill();
      errors.push(`${name}: ${error.message}`);
    }
  }
  return { lines, verdicts, errors };
}
