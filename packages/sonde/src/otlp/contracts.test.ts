/** The contract of exporters, held by the OTLP exporters of every signal and encoding against a server on loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exporter } from '../sdk/pipeline/export-call.ts';
import { describeExporter, type ExporterSubject } from '../sdk/pipeline/exporter.contract.ts';
import { fakeSpan } from '../sdk/traces/fake-span.fixture.ts';
import type { ReadableSpan } from '../sdk/traces/readable-span.ts';
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

for (const protocol of ['http/protobuf', 'http/json'] as const) {
  describeExporter<ReadableSpan>(
    `OTLPTraceExporter over ${protocol}`,
    overHttp((url) => new OTLPTraceExporter({ url, protocol }), fakeSpan),
  );
}
