/**
 * The options of delivery that all exporters to a receiver share, with OTLP's names, defaults and bounds
 * (otlp/delivery-options.ts): they send through the same buffer.
 */

import type { Delivery } from '../otlp/delivery-options.ts';
import type { OTLPExporterOptions } from '../otlp/options.ts';
import { serverOf } from '../otlp/self-description.ts';
import { ExporterTally } from '../sdk/common/exporter-tally.ts';
import { SPAN_RECORDS } from '../sdk/common/self-metrics.ts';

/** How an exporter delivers: the options of the OTLP exporters of the same names. */
export interface DeliveryOptions
  extends Pick<OTLPExporterOptions, Exclude<keyof Delivery, 'timeoutMillis'> | 'meterProvider'> {
  /** Milliseconds for one attempt, and for the answer to a caller of `export`; 0 is no limit. Default 10,000. */
  timeoutMillis?: number | undefined;
}

/** Where a receiver is reached over HTTP: the options of the OTLP exporters of the same names. */
export interface HttpDeliveryOptions
  extends DeliveryOptions,
    Pick<OTLPExporterOptions, 'keepAlive' | 'httpAgentOptions' | 'maxResponseBytes'> {}

/** The exporter's books in the SDK's own metrics. @param type its `otel.component.type` */
export function spanTally(type: string, url: string, { meterProvider }: DeliveryOptions): ExporterTally {
  return new ExporterTally({ kind: SPAN_RECORDS, type, meterProvider }, serverOf(url));
}
