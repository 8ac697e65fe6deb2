/** What the scenarios of metrics share: a reader that is asked, and metrics as plain values. */

/** A reader of this subject; both SDKs have the base class. */
export function manualReader({ sdk }, options) {
  class Manual extends sdk.MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  return new Manual(options);
}

/** A provider with one reader, and its meter. `options` are those of the provider. */
export function meterBed(subject, options = {}, readerOptions = {}) {
  const reader = manualReader(subject, readerOptions);
  const provider = new subject.sdk.MeterProvider({ ...options, readers: [reader] });
  return { reader, provider, meter: provider.getMeter('gaps') };
}

/** The metrics of a collection, without those of the SDK about itself. */
export async function metricsOf(reader) {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics
    .filter(({ scope }) => scope.name === 'gaps')
    .flatMap(({ metrics }) => metrics);
}

/** Name -> [attributes, value] of every point. */
export async function valuesOf(reader) {
  const values = {};
  for (const { descriptor, dataPoints } of await metricsOf(reader)) {
    const points = dataPoints.map(({ attributes, value }) => [{ ...attributes }, value]);
    values[descriptor.name] = [...(values[descriptor.name] ?? []), ...points];
  }
  return values;
}

/** What is said through the API's diagnostics while `work` runs. */
export function heard({ api }, work) {
  const said = [];
  const log = (...words) => said.push(words.join(' '));
  api.diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, api.DiagLogLevel.WARN);
  said.length = 0;
  work();
  api.diag.disable();
  return said;
}
