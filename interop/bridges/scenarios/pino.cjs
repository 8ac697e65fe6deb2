// A secret in every place where pino can be told to keep one, and everything else that a line can hold.
module.exports = (pino, { inSpan, SECRET }) => {
  let serialized = 0;
  const major = Number(pino.version.split('.')[0]);
  const logger = pino({
    name: 'shop',
    level: 'debug',
    redact: { paths: ['password', 'card.number', 'err.config.token', '*.deepSecret'], censor: '[Redacted]' },
    serializers: {
      ...pino.stdSerializers,
      user: (user) => ({ id: user.id, calls: ++serialized }),
    },
  });
  inSpan(({ traceId, spanId }) => {
    console.error(JSON.stringify({ traceId, spanId }));
    const child = logger.child({ password: SECRET, user: { id: 1, ssn: SECRET }, requestId: 'r-1' });
    child.info(
      { password: SECRET, card: { number: SECRET, brand: 'visa' }, user: { id: 2, ssn: SECRET } },
      'paid %d',
      5,
    );
    child.debug({ nested: { list: [1, 'two', { three: 3 }], deepSecret: SECRET } });
    const error = new TypeError('bad card', { cause: new Error('the bank said no') });
    error.config = { token: SECRET, url: '/pay' };
    child.error({ err: error }, 'failed');
    child.trace({ password: SECRET }, 'below the level');
  });
  logger.warn('outside');
  const hostile = pino({ base: null });
  const cycle = { name: 'a' };
  cycle.self = cycle;
  hostile.info({
    cycle,
    date: new Date(0),
    map: new Map([[1, SECRET]]),
    symbol: Symbol(SECRET),
    f: () => SECRET,
  });
  hostile.info({
    secretive: { toJSON: () => ({ shown: 1 }), hidden: SECRET },
    none: undefined,
    nothing: null,
    yes: true,
  });
  if (major >= 7) hostile.info({ big: 12345678901234567890n });
  hostile.info({ trace_id: 'mine' }, 'own trace_id');
  let reads = 0;
  const once = {
    get value() {
      if (++reads > 1) throw new Error('read twice');
      return 'read once';
    },
  };
  hostile.info(once, 'once');
  const broken = {
    get value() {
      throw new Error('never');
    },
  };
  try {
    hostile.info(broken, 'broken');
  } catch (error) {
    hostile.info({ thrown: error.message }, 'thrown as without a bridge');
  }
  hostile.fatal(new AggregateError([new Error('one'), new Error('two')], 'several'));
};
