/** One case with one contender in this process: `node child.mjs <case file> <contender> [--quick]`. Prints its result. */
const [caseFile, contenderName, mode] = process.argv.slice(2);
const { run } = await import(new URL(`../${caseFile}`, import.meta.url));
const { contender } = await import(new URL(`../contenders/${contenderName}.mjs`, import.meta.url));
const result = await run(contender, { quick: mode === '--quick' });
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
