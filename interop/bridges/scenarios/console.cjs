// The console: opt-in; what a bridged library prints on it is not printed by the program.
module.exports = (winston) => {
  console.log('hello %s', 'bob', { a: 1 });
  console.warn('careful');
  console.error(new RangeError('broken'));
  winston
    .createLogger({ transports: [new winston.transports.Console({ forceConsole: true })] })
    .info('by winston');
};
