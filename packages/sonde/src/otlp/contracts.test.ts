/** The contract of exporters, held by the OTLP exporters of every signal and encoding against a server on loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collected, gauge, point } from '../sdk/metrics/fake-metrics.fixture.ts';
import type { Exporter } from '../sdk/pipeline/export-call.ts';
import { describeExporter, type ExporterSubject } from '../sdk/pipeline/exporter.contract.ts';
import { fakeSpan } from '../sdk/traces/fake-span.fixture.ts';
import type { ReadableSpan } from '../sdk/traces/readable-span.ts';
import { OTLPMetricExporter } from './metrics/exporter.ts';
import { OTLPTraceExporter } from './traces/exporter.ts';

/** A subject with a server of its own that accepts everything. */
function overHttp<T>(create: (url: string) => Exporter<T>, record: () => T): ExporterSubject<T> {
  let server: Server | undefined;
  return {
    create: async () => {
      const made = createServer((request, response) => {
        request.resume();
        request.on('end', () => response.end());
      });
      server = made;
      await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
      return create(`http://127.0.0.1:${(made.address() as AddressInfo).port}/`);
    },
    record,
    dispose: () => {
      server?.closeAllConnections();
      server?.close();
    },
  };
}

/** A metric exporter takes collections: each list of values becomes one. */
function ofValues(exporter: OTLPMetricExporter): Exporter<number> {
  return {
    export: (values, callback) => {
      exporter.export(
        collected([
          gauge(
            'a',
            values.map((value) => point(value)),
          ),
        ]),
        callback,
      );
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

for (const protocol of ['http/protobuf', 'http/json'] as const) {
  describeExporter<ReadableSpan>(
    `OTLPTraceExporter over ${protocol}`,
    overHttp((url) => new OTLPTraceExporter({ url, protocol }), fakeSpan),
  );
  describeExporter<number>(
    `OTLPMetricExporter over ${protocol}`,
    overHttp(
      (url) => ofValues(new OTLPMetricExporter({ url, protocol })),
      () => 1,
    ),
  );
}
