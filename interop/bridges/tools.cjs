// What the applications of this suite have at hand, in a process of their own.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const fromSonde = createRequire(join(__dirname, '../../packages/sonde/package.json'));
const { logs, trace } = fromSonde('sonde');

/** Everything that holds a secret of the scenarios contains this word. */
exports.SECRET = 's3cret';

/** Runs the function inside a span. */
exports.inSpan = (run) =>
  trace.getTracer('interop').startActiveSpan('work', (span) => {
    try {
      return run(span.spanContext());
    } finally {
      span.end();
    }
  });

/** Starts the SDK and the bridge by hand, unless zero-code start has done so. */
exports.bridgeByHand = (library, name, options) => {
  if (process.env.BY_HAND !== '1' || process.env.NO_BRIDGE === '1') return;
  fromSonde('sonde/sdk').startSdk();
  const { [`bridge${name[0].toUpperCase()}${name.slice(1)}`]: bridge } = fromSonde(`sonde/bridges/${name}`);
  bridge(library, options);
};

/** Waits until what was sent has arrived: the end of the process has a deadline, which a busy machine may miss. */
exports.flush = async () => {
  await logs.getLoggerProvider().forceFlush?.();
};

exports.sonde = fromSonde;
