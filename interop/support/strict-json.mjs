/**
 * The strict judge of OTLP/JSON: protobuf's own JSON mapping from the OTLP descriptors. It refuses unknown keys and
 * integers of the wrong kind, and takes NaN, Infinity and empty values. OTLP deviates from the mapping in one thing:
 * trace and span ids are hex where the mapping has base64, so they are turned into base64 first.
 */
import { execFileSync } from 'node:child_process';
import { createFileRegistry, fromBinary, fromJson, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { parts, protoFolder } from './parts.mjs';

const TRACE_REQUEST = 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest';
const METRICS_REQUEST = 'opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest';
const ID_BYTES = { traceId: 16, spanId: 8, parentSpanId: 8 };

let registry;

function descriptors() {
  registry ??= createFileRegistry(
    fromBinary(
      FileDescriptorSetSchema,
      execFileSync(parts.buf(), ['build', protoFolder, '--as-file-descriptor-set', '-o', '-#format=binpb'], {
        maxBuffer: 1 << 26,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    ),
  );
  return registry;
}

function idsToBase64(key, value) {
  const bytes = ID_BYTES[key];
  if (bytes === undefined || value === '') return value;
  if (typeof value !== 'string' || !new RegExp(`^[0-9a-f]{${bytes * 2}}$`).test(value)) {
    throw new Error(`${key} is not ${bytes * 2} lower-case hex digits: ${JSON.stringify(value)}`);
  }
  return Buffer.from(value, 'hex').toString('base64');
}

/** The message that the JSON stands for, as protobuf bytes. Throws where it is wrong. */
function requestFromJson(type, text) {
  const schema = descriptors().getMessage(type);
  const message = fromJson(schema, JSON.parse(text, idsToBase64), { registry: descriptors() });
  return toBinary(schema, message);
}

/** An ExportTraceServiceRequest. */
export const traceRequestFromJson = (text) => requestFromJson(TRACE_REQUEST, text);

/** An ExportMetricsServiceRequest. */
export const metricsRequestFromJson = (text) => requestFromJson(METRICS_REQUEST, text);
