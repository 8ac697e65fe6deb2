/** Google's own decoder as the judge of protobuf bodies. */
import { execFileSync } from 'node:child_process';
import { parts, protoFolder } from './parts.mjs';

/** Type and file of each signal's request. */
const REQUESTS = {
  trace: [
    'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest',
    'opentelemetry/proto/collector/trace/v1/trace_service.proto',
  ],
  metrics: [
    'opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest',
    'opentelemetry/proto/collector/metrics/v1/metrics_service.proto',
  ],
};

/**
 * The text form of a message. Throws when protoc refuses the bytes and when a field is in them that the message does not
 * have: protoc prints such a field by its bare number.
 */
function decode([type, file], bytes) {
  const text = execFileSync(parts.protoc(), [`--decode=${type}`, `--proto_path=${protoFolder}`, file], {
    input: bytes,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const unknown = text.match(/^\s*\d+( \{|:).*$/m);
  if (unknown !== null)
    throw new Error(`There is a field that the message does not have: ${unknown[0].trim()}`);
  return text;
}

/** An ExportTraceServiceRequest. */
export const decodeTraceRequest = (bytes) => decode(REQUESTS.trace, bytes);

/** An ExportMetricsServiceRequest. */
export const decodeMetricsRequest = (bytes) => decode(REQUESTS.metrics, bytes);
