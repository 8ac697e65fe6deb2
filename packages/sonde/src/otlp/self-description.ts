/** As what an OTLP exporter appears in the SDK's own metrics (semantic conventions, `otel.component.type`). */
import type { MeterProvider } from '../api/metrics/meter.ts';
import { ExporterTally } from '../sdk/common/exporter-tally.ts';
import { DATA_POINTS, LOG_RECORDS, type RecordKind, SPAN_RECORDS } from '../sdk/common/self-metrics.ts';
import type { OtlpSignal } from './signal-codec.ts';

const SIGNALS: Readonly<Record<OtlpSignal, { readonly kind: RecordKind; readonly word: string }>> = {
  traces: { kind: SPAN_RECORDS, word: 'span' },
  metrics: { kind: DATA_POINTS, word: 'metric' },
  logs: { kind: LOG_RECORDS, word: 'log' },
};

/** The word between `otlp_` and the signal. */
export type OtlpCarrier = 'http' | 'http_json' | 'grpc';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** The books of an exporter that sends there. */
export function tallyOf(
  signal: OtlpSignal,
  carrier: OtlpCarrier,
  url: string,
  meterProvider: MeterProvider | undefined,
): ExporterTally {
  const { kind, word } = SIGNALS[signal];
  return new ExporterTally({ kind, type: `otlp_${carrier}_${word}_exporter`, meterProvider }, serverOf(url));
}

/** Host and port of a URL; undefined for what is none, such as a path of a socket. */
export function serverOf(url: string): { readonly address: string; readonly port: number } | undefined {
  try {
    const { hostname, port, protocol } = new URL(url);
    if (hostname === '') return undefined;
    return {
      address: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port),
    };
  } catch {
    return undefined;
  }
}
