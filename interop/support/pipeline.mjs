/** A provider with one batch processor per exporter and the sample's resource. */
import { sampleResource } from './sample-trace.mjs';

export function providerFor({ sdk, resources }, ...exporters) {
  return new sdk.TracerProvider({
    resource: resources.resourceFromAttributes(sampleResource),
    spanProcessors: exporters.map((exporter) => new sdk.BatchSpanProcessor({ exporter })),
  });
}

/** Four ways to send the same over HTTP. */
export const encodings = ['http/protobuf', 'http/json'].flatMap((protocol) =>
  ['none', 'gzip'].map((compression) => ({ protocol, compression })),
);
