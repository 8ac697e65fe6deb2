// Where the metrics of this service are served: http://localhost:9464/metrics, or as OTEL_EXPORTER_PROMETHEUS_* say.
import { PrometheusExporter } from 'sonde/prometheus';
import { AggregationType, startSdk } from 'sonde/sdk';

export function startTelemetry() {
  const exporter = new PrometheusExporter();
  const sdk = startSdk({
    serviceName: 'shop',
    metricReaders: [exporter],
    spanProcessors: [],
    logRecordProcessors: [],
    views: [
      {
        instrumentName: 'http.server.request.duration',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  });
  return { exporter, shutdown: () => sdk.shutdown() };
}
