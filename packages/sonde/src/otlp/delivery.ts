/** All that an OTLP exporter needs from its first batch on, whatever the signal: a transport, the send buffer. */
import type { ExporterTally } from '../sdk/common/exporter-tally.ts';
import type { ResolvedOptions } from './options.ts';
import type { OtlpSignal, SignalCodecs } from './signal-codec.ts';
import { type OtlpSink, openSink } from './sink.ts';
import { openTransport } from './transport/open.ts';

/** Opens the way to the receiver of the options. */
export function openDelivery<T>(
  signal: OtlpSignal,
  codecs: SignalCodecs<T>,
  options: ResolvedOptions,
  tally: ExporterTally,
): OtlpSink<T> {
  return openSink(codecs[options.encoding], openTransport(signal, options), { ...options, tally });
}
