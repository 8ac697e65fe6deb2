// Options of pino that change what a line holds and where.
module.exports = (pino, { inSpan, SECRET }) => {
  inSpan(() => {
    pino({ base: null, nestedKey: 'payload', messageKey: 'text' }).info({ a: 1, b: { c: 2 } }, 'nested');
    pino({ base: null, mixin: () => ({ mixed: 'in' }) }).info({ a: 1 }, 'mixin');
    pino({
      base: null,
      formatters: {
        log: ({ hidden, ...kept }) => ({ ...kept, formatted: true }),
        level: (label) => ({ level: label }),
      },
    }).info({ a: 1, hidden: SECRET }, 'formatter');
    pino({ base: null, errorKey: 'problem' }).error(new RangeError('keyed'));
    pino({ base: null, serializers: { msg: (text) => text.replace(SECRET, '***') } }).info(
      `the ${SECRET} message`,
    );
    pino({ base: null, redact: ['msg'] }).info(SECRET);
    pino({ base: null, redact: { paths: ['gone'], remove: true } }).info(
      { gone: SECRET, stays: 1 },
      'removed',
    );
    pino({ base: null, customLevels: { audit: 35 } }).audit('custom');
    pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }).info('iso');
    pino({ base: null, timestamp: false }).info('timeless');
    const parent = pino({ base: null });
    const bindings = { state: { password: SECRET } };
    const child = parent.child(bindings, {
      redact: ['state.password'],
      serializers: { late: () => 'serialized' },
    });
    bindings.state = 'changed later';
    child.info({ late: SECRET }, 'child options');
    child.setBindings({ more: 1 });
    child.info('more bindings');
    pino({
      base: null,
      hooks: { logMethod: (args, method) => method.apply(pino({ base: null }), args) },
    }).info('hooked');
    parent.silent('nothing');
  });
};
