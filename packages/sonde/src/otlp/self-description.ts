/** As what an OTLP exporter appears in the SDK's own metrics (semantic conventions, `otel.component.type`). */
import type { MeterProvider } from '../api/metrics/meter.ts';
import { ExporterTally } from '../sdk/common/exporter-tally.ts';
import { bare } from '../sdk/common/host-address.ts';
import { DATA_POINTS, LOG_RECORDS, type RecordKind, SPAN_RECORDS } from '../sdk/common/self-metrics.ts';
import type { ResolvedOptions } from './options.ts';
import type { OtlpSignal } from './signal-codec.ts';
import type { GrpcEndpoint } from './transport/grpc-endpoint.ts';

const SIGNALS: Readonly<Record<OtlpSignal, { readonly kind: RecordKind; readonly word: string }>> = {
  traces: { kind: SPAN_RECORDS, word: 'span' },
  metrics: { kind: DATA_POINTS, word: 'metric' },
  logs: { kind: LOG_RECORDS, word: 'log' },
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** The books of an exporter with these options. */
export function tallyOf(
  signal: OtlpSignal,
  { grpc, http, encoding, meterProvider }: ResolvedOptions,
): ExporterTally {
  const { kind, word } = SIGNALS[signal];
  // The word between `otlp_` and the signal.
  const carrier = grpc !== undefined ? 'grpc' : encoding === 'json' ? 'http_json' : 'http';
  const server = http === undefined ? serverOfTarget(grpc) : serverOf(http.url);
  return new ExporterTally({ kind, type: `otlp_${carrier}_${word}_exporter`, meterProvider }, server);
}

/** The books of an exporter that writes to a file or stream. */
export function fileTallyOf(signal: OtlpSignal, meterProvider: MeterProvider | undefined): ExporterTally {
  const { kind, word } = SIGNALS[signal];
  return new ExporterTally({ kind, type: `otlp_file_${word}_exporter`, meterProvider });
}

/** A socket has no host and no port. */
function serverOfTarget(
  target: GrpcEndpoint | undefined,
): { readonly address: string; readonly port: number } | undefined {
  if (target === undefined || target.socketPath !== undefined) return undefined;
  return { address: target.host, port: target.port };
}

/** Host and port of a URL; undefined for what is none, such as a path of a socket. */
export function serverOf(url: string): { readonly address: string; readonly port: number } | undefined {
  try {
    const { hostname, port, protocol } = new URL(url);
    if (hostname === '') return undefined;
    return {
      address: bare(hostname),
      port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port),
    };
  } catch {
    return undefined;
  }
}
