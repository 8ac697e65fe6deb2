// A secret behind every rule of winston 3: the logger's format, a transport's own, levels, silence, and dropping.
const { Writable } = require('node:stream');

let written = 0;

/** Waits for each line, so that the logger's buffers fill up and records are written later, in another Context. */
const slow = () =>
  new Writable({
    write(chunk, _encoding, done) {
      written++;
      process.stdout.write(chunk);
      setTimeout(done, 1);
    },
  });

module.exports = async (winston, { inSpan, SECRET }) => {
  const { format, transports } = winston;
  const redact = format((info) => {
    if (info.drop) return false;
    if (info.password) info.password = '[Redacted]';
    return info;
  });
  const hide = format((info) => (info.forStdoutOnly ? { ...info, card: '[Hidden]' } : info));
  const logger = winston.createLogger({
    format: format.combine(redact(), format.timestamp(), format.json()),
    defaultMeta: { service: 'shop' },
    transports: [
      new transports.Stream({ stream: slow(), format: format.combine(hide(), format.json()) }),
      new transports.Stream({ stream: slow(), level: 'error' }),
      new transports.Stream({ stream: slow(), level: 'silly', silent: true }),
    ],
  });
  inSpan(({ traceId, spanId }) => {
    console.error(JSON.stringify({ traceId, spanId }));
    logger.info('paid', { password: SECRET, deep: { list: [1, { two: 2 }] } });
    logger.info(`dropped ${SECRET}`, { drop: true });
    logger.debug(`below the level ${SECRET}`);
    logger.warn('hidden', { card: SECRET, forStdoutOnly: true });
    logger.error('failed:', Object.assign(new TypeError('bad card'), { code: 'E_CARD' }));
    logger.log({ level: 'info', message: 'as object', when: new Date(0), big: undefined, f: () => SECRET });
    (logger.child?.({ requestId: 'r-1' }) ?? logger).info('child');
    // A format of a transport gets a copy, in which an error has lost its words; so one that has none.
    winston
      .createLogger({ transports: [new transports.Stream({ stream: slow() })] })
      .error(new RangeError('alone'));
    logger.error(new RangeError('wordless'));
    const rewriting = winston.createLogger({
      format: format.combine(
        format((info) => Object.assign(info, { message: 'rewritten' }))(),
        format.json(),
      ),
      transports: [new transports.Stream({ stream: slow() })],
    });
    const worded = new Error(SECRET);
    // Read once, a stack keeps the message of then.
    if (!worded.stack.includes(SECRET)) throw new Error('no stack');
    rewriting.error(worded);
    const once = { level: 'info', message: 'reused' };
    logger.log(once);
    inSpan(() => logger.log(once));
  });
  const syslog = winston.createLogger({
    levels: winston.config.syslog.levels,
    transports: [new transports.Stream({ stream: slow() })],
  });
  syslog.crit('syslog');
  for (let index = 0; index < 40; index++) inSpan(() => logger.info('many', { index }));
  // Until no line has come for many turns: turns, because time passes also while the machine does something else.
  for (let before = written, quiet = 0; quiet < 100; quiet++) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    if (written !== before) quiet = 0;
    before = written;
  }
};
