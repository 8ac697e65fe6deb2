/**
 * Spans as Zipkin v2 JSON (specification: trace/sdk_exporters/zipkin.md; format: zipkin2-api.yaml of openzipkin). One message
 * is one array of spans, each with the service and the resource in it.
 */
import { groupByResource, type RecordReader } from '../../otlp/message/scope-groups.ts';
import type { EncodedBatch, SignalCodec } from '../../otlp/signal-codec.ts';
import { stringJson, utf8 } from '../../otlp/wire/json-writer.ts';
import { buffer, reserve, take } from '../../otlp/wire/protobuf-writer.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import { recordOf } from '../../sdk/traces/foreign-span.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { NO_PARENT, SpanRecord } from '../../sdk/traces/span-record.ts';
import { durationMicros, scopeTags, serviceNameOf, startMicros } from '../span-parts.ts';
import { writeAnnotations } from './annotations.ts';
import {
  type Literal,
  literal,
  writeHex,
  writeJson,
  writeLiteral,
  writeText,
  writeWhole,
} from './json-bytes.ts';
import { remoteEndpointJson } from './remote-endpoint.ts';
import { CommonTags, type TagNames, writeTags } from './tags.ts';

/** What the exporter's options say about the mapping. */
export interface ZipkinMapping extends TagNames {
  /** In place of the resource's `service.name`. */
  readonly serviceName: string | undefined;
}

const TRACE_ID = /* @__PURE__ */ literal(',{"traceId":"');
const ID = /* @__PURE__ */ literal('","id":"');
const PARENT_ID = /* @__PURE__ */ literal('","parentId":"');
const NAME = /* @__PURE__ */ literal('","name":"');
const TIMESTAMP = /* @__PURE__ */ literal(',"timestamp":');
const DURATION = /* @__PURE__ */ literal(',"duration":');
const NOTHING = /* @__PURE__ */ literal('');
const OPEN_LIST = 0x5b;
const CLOSE = 0x7d;

/**
 * Zipkin's words for the kinds of the API, which count from INTERNAL = 0; that one is left out. Each begins with the quote
 * that ends the text before it.
 */
const NO_KIND = /* @__PURE__ */ literal('"');
const KINDS = [
  NO_KIND,
  /* @__PURE__ */ literal('","kind":"SERVER"'),
  /* @__PURE__ */ literal('","kind":"CLIENT"'),
  /* @__PURE__ */ literal('","kind":"PRODUCER"'),
  /* @__PURE__ */ literal('","kind":"CONSUMER"'),
] as const;

const reader: RecordReader<ReadableSpan, SpanRecord> = {
  what: 'span',
  recordOf: (span) => (span instanceof SpanRecord ? span : recordOf(span)),
};

/** A batch whose resource was still pending: the service and the resource's tags are added once it has settled. */
interface ZipkinBatch extends EncodedBatch {
  readonly isDraft: boolean;
}

/** The codec of one exporter. */
export function zipkinCodec(mapping: ZipkinMapping): SignalCodec<ReadableSpan> {
  return {
    signal: 'traces',
    encoding: 'json',
    encode: (spans, count) => encode(mapping, spans, count),
    complete: (batch) => complete(mapping, batch as ZipkinBatch),
  };
}

function encode(mapping: ZipkinMapping, spans: readonly ReadableSpan[], count: number): ZipkinBatch[] {
  const batches: ZipkinBatch[] = [];
  for (const [resource, groups] of groupByResource(spans, count, reader)) {
    const isDraft = resource.asyncAttributesPending === true;
    let position = 0;
    let written = 0;
    for (const [scope, records] of groups) {
      const group = groupOf(mapping, isDraft ? undefined : resource, scope);
      for (const span of records) {
        try {
          position = writeSpan(position, mapping, group, span);
          written++;
        } catch (error) {
          report('error', 'encoding_failed', 'A span could not be encoded and is dropped', error);
        }
      }
    }
    // Every span has a comma before it; the first one's place is the bracket's.
    if (written === 0) continue;
    buffer[0] = OPEN_LIST;
    batches.push({ resource, scopes: take(0, position), count: written, isDraft });
  }
  return batches;
}

/** What all spans of one resource and scope have in common. */
interface SpanGroup {
  readonly common: CommonTags;
  /** With its comma; empty while the resource is pending. */
  readonly localEndpoint: Literal;
}

function groupOf(
  mapping: ZipkinMapping,
  resource: Resource | undefined,
  scope: InstrumentationScope,
): SpanGroup {
  if (resource === undefined) return { common: new CommonTags(scopeTags(scope)), localEndpoint: NOTHING };
  const common = new CommonTags([...Object.entries(resource.attributes), ...scopeTags(scope)]);
  const name = stringJson(serviceNameOf(mapping.serviceName, resource));
  return { common, localEndpoint: literal(`,"localEndpoint":{"serviceName":${name}}`) };
}

/** Numbers of at most 2^53 and ids need no room of their own beside the constants. */
function writeSpan(position: number, mapping: ZipkinMapping, group: SpanGroup, span: SpanRecord): number {
  const traceId = span.traceId!;
  let p = writeLiteral(position, TRACE_ID);
  p = writeHex(writeHex(p, traceId.word0), traceId.word1);
  p = writeHex(writeHex(p, traceId.word2), traceId.word3);
  p = writeLiteral(p, ID);
  p = writeHex(writeHex(p, span.spanIdHigh), span.spanIdLow);
  if (span.parentFlags !== NO_PARENT) {
    p = writeLiteral(p, PARENT_ID);
    p = writeHex(writeHex(p, span.parentSpanIdHigh), span.parentSpanIdLow);
  }
  if (span.name !== '') p = writeText(writeLiteral(p, NAME), span.name);
  const kind = KINDS[span.kind];
  p = writeLiteral(p, kind ?? NO_KIND);
  const start = startMicros(span);
  if (start > 0) p = writeWhole(writeLiteral(p, TIMESTAMP), start);
  // Zipkin reads a duration of 0 as none: one that is shorter than a microsecond counts as one.
  p = writeWhole(writeLiteral(p, DURATION), Math.max(1, durationMicros(span)));
  p = writeLiteral(p, group.localEndpoint);
  const isCaller = span.kind === 2 || span.kind === 3;
  if (isCaller) p = writeJson(p, remoteEndpointJson(span.attributeList));
  p = writeTags(writeAnnotations(p, span), mapping, group.common, span);
  reserve(p, 0);
  buffer[p] = CLOSE;
  return p + 1;
}

function complete(mapping: ZipkinMapping, batch: ZipkinBatch): Uint8Array[] {
  if (!batch.isDraft) return [batch.scopes, END.bytes];
  const { resource } = batch;
  const drafts: { tags?: Record<string, string> }[] = JSON.parse(
    `${new TextDecoder().decode(batch.scopes)}]`,
  );
  const localEndpoint = { serviceName: serviceNameOf(mapping.serviceName, resource) };
  const { texts } = new CommonTags(Object.entries(resource.attributes));
  const spans = drafts.map((draft) => ({
    ...draft,
    localEndpoint,
    tags: { ...Object.fromEntries(texts), ...draft.tags },
  }));
  return [utf8(JSON.stringify(spans))];
}

const END = /* @__PURE__ */ literal(']');
