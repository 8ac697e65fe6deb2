// Log calls from where records are handed over, and after everything has ended.
const { once } = require('node:events');

module.exports = async (pino, { sonde }) => {
  const { startSdk } = sonde('sonde/sdk');
  const sdk = startSdk();
  const logger = pino({ base: null });
  logger.info('first');
  await sdk.forceFlush();
  const failing = pino({
    base: null,
    serializers: {
      nested: (value) => {
        logger.info({ from: 'serializer' }, 'inside a serializer');
        return value;
      },
    },
  });
  failing.info({ nested: 1, other: 2 }, 'outer');
  await sdk.shutdown();
  for (let index = 0; index < 3; index++) logger.info('after shutdown');
  await once(process, 'beforeExit').catch(() => {});
};
