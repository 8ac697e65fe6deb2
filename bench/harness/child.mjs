/** One case with one contender in this process: `node child.mjs <case> <contender> [--quick]`. Prints its result. */
import { loadCase } from './case.mjs';

const [caseName, contenderName, mode] = process.argv.slice(2);
const { run } = await loadCase(caseName);
const { contender } = await import(new URL(`../contenders/${contenderName}.mjs`, import.meta.url));
const result = await run(contender, { quick: mode === '--quick' });
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
