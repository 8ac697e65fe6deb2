/** Both lines of the official SDK as an application would have them: each with its own copy of the API. */
import { createRequire } from 'node:module';

function line(folder, batch, simple) {
  const require = createRequire(new URL(`../${folder}/package.json`, import.meta.url));
  const load = (name) => require(`@opentelemetry/${name}`);
  const traces = folder === 'official-2' ? load('sdk-trace-base') : load('sdk-trace');
  return {
    api: load('api'),
    core: load('core'),
    metrics: load('sdk-metrics'),
    resources: load('resources'),
    traces,
    Provider: traces.TracerProvider ?? traces.BasicTracerProvider,
    batch: (exporter) => batch(traces, exporter),
    simple: (exporter) => simple(traces, exporter),
    exporters: {
      'http/protobuf': load('exporter-trace-otlp-proto').OTLPTraceExporter,
      'http/json': load('exporter-trace-otlp-http').OTLPTraceExporter,
    },
  };
}

/** Line -> its packages. The constructors of the 2.x processors take the exporter bare. */
export const officialLines = {
  '2.x': line(
    'official-2',
    (traces, exporter) => new traces.BatchSpanProcessor(exporter),
    (traces, exporter) => new traces.SimpleSpanProcessor(exporter),
  ),
  '3.x': line(
    'official-3',
    (traces, exporter) => new traces.BatchSpanProcessor({ exporter }),
    (traces, exporter) => new traces.SimpleSpanProcessor({ exporter }),
  ),
};
