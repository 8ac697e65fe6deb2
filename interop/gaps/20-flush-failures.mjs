/** Gap 20: a forced flush says that all is well when the export has failed. */
import assert from 'node:assert/strict';

export const title = 'Flushes that fail';

/** An exporter that fails every export, and says so. */
const failing = () => ({
  export: (_records, done) => done({ code: 1, error: new Error('refused') }),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
});

export const checks = {
  'the batch processor of log records rejects': async ({ sdk }) => {
    const provider = new sdk.LoggerProvider({
      processors: [new sdk.BatchLogRecordProcessor({ exporter: failing() })],
    });
    provider.getLogger('gaps').emit({ body: 'lost' });
    await assert.rejects(provider.forceFlush());
  },
};
