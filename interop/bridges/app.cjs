// An application in CommonJS: the library and the scenario are named by the environment.
const { LIBRARY, SCENARIO, BRIDGE } = process.env;
const library = require(LIBRARY);
const tools = require('./tools.cjs');

tools.bridgeByHand(library, BRIDGE);
Promise.resolve(require(`./scenarios/${SCENARIO}.cjs`)(library, tools)).then(tools.flush);
