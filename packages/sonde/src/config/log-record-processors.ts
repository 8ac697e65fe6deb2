/** The log record processors that OTEL_LOGS_EXPORTER names, and those that code gives. */
import { ConsoleLogRecordExporter } from '../exporters/console/logs.ts';
import { OTLPLogExporter } from '../otlp/logs/exporter.ts';
import { readEnv } from '../sdk/common/environment.ts';
import { BatchLogRecordProcessor } from '../sdk/logs/batch-processor.ts';
import type { LogRecordExporter } from '../sdk/logs/exporter.ts';
import type { LogRecordProcessor } from '../sdk/logs/processor.ts';
import { SimpleLogRecordProcessor } from '../sdk/logs/simple-processor.ts';
import { lateExporter } from './late-exporter.ts';
import type { SdkOptions } from './options.ts';
import { availableOf } from './selection.ts';

/** The console is paired with the simple processor (logs/sdk_exporters/stdout.md): people want to see it at once. */
const AVAILABLE: Readonly<Record<string, () => LogRecordProcessor | undefined>> = {
  otlp: () => new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() }),
  console: () => new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() }),
  'otlp/stdout': stdoutProcessor,
};

/** Code wins: with processors given in code, OTEL_LOGS_EXPORTER is not looked at. */
export function logRecordProcessors(options: SdkOptions): readonly LogRecordProcessor[] {
  if (options.logRecordProcessors !== undefined) return options.logRecordProcessors;
  return availableOf('OTEL_LOGS_EXPORTER', readEnv('OTEL_LOGS_EXPORTER'), AVAILABLE)
    .map((make) => make())
    .filter((processor) => processor !== undefined);
}

/** A batch processor goes with it, as with OTLP (protocol/file-exporter.md). */
function stdoutProcessor(): LogRecordProcessor | undefined {
  const place = { part: 'sonde/otlp-file', className: 'OTLPFileLogExporter' } as const;
  const exporter = lateExporter<LogRecordExporter>('OTEL_LOGS_EXPORTER', 'otlp/stdout', place);
  return exporter === undefined ? undefined : new BatchLogRecordProcessor({ exporter });
}
