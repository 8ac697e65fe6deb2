// bunyan: serializers of fields and of the child's, two streams with levels, the probe of the operating system.
module.exports = (bunyan, { inSpan, SECRET }) => {
  const logger = bunyan.createLogger({
    name: 'shop',
    serializers: { ...bunyan.stdSerializers, user: ({ id }) => ({ id }) },
    streams: [
      { level: 'info', stream: process.stdout },
      { level: 'error', type: 'raw', stream: { write() {} } },
    ],
  });
  inSpan(({ traceId, spanId }) => {
    console.error(JSON.stringify({ traceId, spanId }));
    const user = { id: 1, ssn: SECRET };
    const child = logger.child({ user, requestId: 'r-1' });
    child.info({ user: { id: 2, ssn: SECRET }, deep: { list: [1, { two: 2 }] } }, 'paid %d', 5);
    child.debug({ plain: SECRET }, 'below the level');
    child.warn('child fields alone');
    child.error(
      Object.assign(new TypeError('bad card', { cause: new Error('why') }), { code: 'E_CARD' }),
      'failed',
    );
    const cycle = { toJSON: undefined };
    cycle.self = cycle;
    child.info({ cycle, map: new Map([[1, SECRET]]), f: () => SECRET, date: new Date(0) }, 'hostile');
    child.info({ trace_id: 'mine' }, 'own trace_id');
    logger._emit({ level: 30, msg: `for a probe ${SECRET}`, v: 0, time: new Date() }, true);
  });
  logger.fatal('outside');
};
