// winston 1 and 2: rewriters, filters, levels of transports, an error as the meta.
module.exports = async (winston, { inSpan, SECRET }) => {
  const major = Number(winston.version?.split('.')[0] ?? process.env.LIBRARY.at(-1));
  const filter = (...args) => {
    const [message, meta] = major === 1 ? args : args.slice(1);
    return { msg: message.replace(SECRET, '***'), meta };
  };
  const seen = [];
  class Memory extends winston.Transport {
    constructor(options) {
      super(options);
      this.name = options.name;
    }
    log(level, message, meta, done) {
      seen.push({ level, message, meta });
      done(null, true);
    }
  }
  const logger = new winston.Logger({
    rewriters: [(_level, _message, meta) => (meta?.password ? { ...meta, password: '[Redacted]' } : meta)],
    transports: [new Memory({ name: 'a', level: 'info' }), new Memory({ name: 'b', level: 'error' })],
  });
  logger.filters.push(filter);
  inSpan(({ traceId, spanId }) => {
    console.error(JSON.stringify({ traceId, spanId }));
    logger.info('paid %d', 5, { password: SECRET, deep: { a: [1] } });
    logger.info(`the ${SECRET}`);
    logger.debug(`below the level ${SECRET}`);
    logger.error('failed', new TypeError('bad card'));
  });
  for (const line of seen) console.log(JSON.stringify(line));
};
