/** Gap 20: a flush resolves although the export failed. */
import assert from 'node:assert/strict';

export const title = 'MeterProvider.forceFlush';

function providerOf({ sdk }, answer) {
  const exporter = {
    export: (_metrics, done) => answer(done),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const reader = new sdk.PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 1_000,
    exportTimeoutMillis: 50,
  });
  const provider = new sdk.MeterProvider({ readers: [reader] });
  provider.getMeter('gaps').createCounter('c').add(1);
  return provider;
}

export const checks = {
  'rejects when the exporter fails': async (subject) => {
    const provider = providerOf(subject, (done) => done({ code: 1, error: new Error('by design') }));
    await assert.rejects(provider.forceFlush());
  },
  'rejects when the exporter does not answer in time': async (subject) => {
    await assert.rejects(providerOf(subject, () => {}).forceFlush());
  },
};
