/** Google's own decoder as the judge of protobuf bodies. */
import { execFileSync } from 'node:child_process';
import { parts, protoFolder } from './parts.mjs';

const TRACE_REQUEST = 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest';
const TRACE_PROTO = 'opentelemetry/proto/collector/trace/v1/trace_service.proto';

/**
 * The text form of an ExportTraceServiceRequest. Throws when protoc refuses the bytes and when a field is in them that
 * the message does not have: protoc prints such a field by its bare number.
 */
export function decodeTraceRequest(bytes) {
  const text = execFileSync(
    parts.protoc(),
    [`--decode=${TRACE_REQUEST}`, `--proto_path=${protoFolder}`, TRACE_PROTO],
    { input: bytes, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const unknown = text.match(/^\s*\d+( \{|:).*$/m);
  if (unknown !== null)
    throw new Error(`There is a field that the message does not have: ${unknown[0].trim()}`);
  return text;
}
