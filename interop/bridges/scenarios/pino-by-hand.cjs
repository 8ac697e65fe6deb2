// registerInstrumentations with a provider of its own; processors and exporters that log; everything taken back.
module.exports = async (pino, { sonde }) => {
  const { registerInstrumentations } = sonde('sonde/instrumentation');
  const { PinoInstrumentation } = sonde('sonde/bridges/pino');
  const { BatchLogRecordProcessor, LoggerProvider, TracerProvider } = sonde('sonde/sdk');
  // Makes Context follow asynchronous work, by which an exporter's own log calls are known.
  new TracerProvider({ spanProcessors: [] }).register();
  const logger = pino({ base: null });
  const { asJsonSym } = pino.symbols;
  const before = logger[asJsonSym];

  const exported = [];
  const exporter = {
    export(records, done) {
      logger.warn('from the exporter');
      exported.push(...records.map(({ body }) => body));
      setImmediate(() => {
        logger.warn('from the exporter, later');
        done({ code: 0 });
      });
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const talking = {
    onEmit({ body }) {
      logger.warn(`about ${body}`);
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const loggerProvider = new LoggerProvider({
    processors: [talking, new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: 10 })],
  });
  const instrumentation = new PinoInstrumentation({ enabled: false, disableLogCorrelation: true });
  const undo = registerInstrumentations({ instrumentations: [instrumentation], loggerProvider });
  const isOffAtFirst = logger[asJsonSym] === before;
  instrumentation.enable();
  logger.info('one');
  logger.info('two');
  for (let turn = 0; turn < 5; turn++) await loggerProvider.forceFlush();
  undo();
  logger.info('after undo');
  await loggerProvider.shutdown();
  console.error(JSON.stringify({ exported, isOffAtFirst, isBack: logger[asJsonSym] === before }));
};
