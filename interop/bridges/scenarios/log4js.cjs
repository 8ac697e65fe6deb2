// log4js: levels of categories, filters, layouts of its own and of the user's.
module.exports = (log4js, { inSpan, SECRET }) => {
  log4js.addLayout(
    'careful',
    () =>
      ({ data }) =>
        String(data[0]).replace(SECRET, '***'),
  );
  const plain = { type: 'messagePassThrough' };
  log4js.configure({
    appenders: {
      out: { type: 'stdout', layout: plain },
      traced: {
        type: 'stdout',
        layout: { type: 'pattern', pattern: '%m %X{trace_id} %X{span_id} %X{trace_flags}' },
      },
      careful: { type: 'stdout', layout: { type: 'careful' } },
      dummy: { type: 'stdout', layout: { type: 'dummy' } },
      part: { type: 'stdout', layout: { type: 'pattern', pattern: '%p only' } },
      errors: { type: 'logLevelFilter', level: 'error', appender: 'out' },
      words: { type: 'noLogFilter', exclude: SECRET, appender: 'out' },
    },
    categories: {
      default: { appenders: ['out'], level: 'info' },
      traced: { appenders: ['traced'], level: 'info' },
      careful: { appenders: ['careful'], level: 'info' },
      dummy: { appenders: ['dummy'], level: 'info' },
      part: { appenders: ['part'], level: 'info' },
      errors: { appenders: ['errors'], level: 'trace' },
      words: { appenders: ['words'], level: 'trace' },
    },
  });
  const category = (name) => log4js.getLogger(name);
  inSpan(({ traceId, spanId }) => {
    console.error(JSON.stringify({ traceId, spanId }));
    const logger = category();
    logger.addContext('tenant', { id: 7 });
    logger.info('paid %d', 5, { deep: [1] });
    logger.debug(`below the level ${SECRET}`);
    logger.error('failed', new TypeError('bad card', { cause: new Error('why') }));
    category('traced').warn('traced');
    category('careful').info(`the ${SECRET}`, SECRET);
    category('dummy').info('first only', SECRET);
    category('part').info(SECRET);
    category('errors').info(`kept back ${SECRET}`);
    category('errors').fatal('passed');
    category('words').info(`kept back ${SECRET}`);
    category('words').info('fine words');
    if (Object.keys(logger.context).join() !== 'tenant') throw new Error('the context was changed');
  });
};
