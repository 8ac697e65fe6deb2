// The same application as an ES module.
const { LIBRARY, SCENARIO, BRIDGE } = process.env;
const { default: library } = await import(LIBRARY);
const { default: tools } = await import('./tools.cjs');

tools.bridgeByHand(library, BRIDGE);
const { default: run } = await import(`./scenarios/${SCENARIO}.cjs`);
await run(library, tools);
await tools.flush();
