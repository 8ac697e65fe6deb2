/**
 * Spans as Zipkin v2 JSON (specification: trace/sdk_exporters/zipkin.md; format: zipkin2-api.yaml of openzipkin). One message
 * is one array of spans, each with the service and the resource in it.
 */
import { groupByResource, type RecordReader } from '../../otlp/message/scope-groups.ts';
import type { EncodedBatch, SignalCodec } from '../../otlp/signal-codec.ts';
import { stringJson, utf8 } from '../../otlp/wire/json-writer.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { hex16 } from '../../sdk/common/ids.ts';
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { Resource } from '../../sdk/common/resource.ts';
import { recordOf } from '../../sdk/traces/foreign-span.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import { NO_PARENT, SpanRecord } from '../../sdk/traces/span-record.ts';
import { durationMicros, scopeTags, serviceNameOf, startMicros } from '../span-parts.ts';
import { annotationsJson } from './annotations.ts';
import { remoteEndpointJson } from './remote-endpoint.ts';
import { type CommonTags, commonTags, spanTagsJson, type TagNames } from './tags.ts';

/** What the exporter's options say about the mapping. */
export interface ZipkinMapping extends TagNames {
  /** In place of the resource's `service.name`. */
  readonly serviceName: string | undefined;
}

/** Zipkin's words for the kinds of the API, which count from INTERNAL = 0; that one is left out. */
const KINDS = ['', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;

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
    const texts: string[] = [];
    for (const [scope, records] of groups) {
      const group = groupOf(mapping, isDraft ? undefined : resource, scope);
      for (const span of records) {
        const text = spanText(mapping, group, span);
        if (text !== '') texts.push(text);
      }
    }
    if (texts.length > 0) {
      batches.push({ resource, scopes: utf8(texts.join(',')), count: texts.length, isDraft });
    }
  }
  return batches;
}

/** What all spans of one resource and scope have in common. */
interface SpanGroup {
  readonly common: CommonTags;
  /** With its comma; empty while the resource is pending. */
  readonly localEndpoint: string;
}

function groupOf(
  mapping: ZipkinMapping,
  resource: Resource | undefined,
  scope: InstrumentationScope,
): SpanGroup {
  if (resource === undefined) return { common: commonTags(scopeTags(scope)), localEndpoint: '' };
  const common = commonTags([...Object.entries(resource.attributes), ...scopeTags(scope)]);
  const name = stringJson(serviceNameOf(mapping.serviceName, resource));
  return { common, localEndpoint: `,"localEndpoint":{"serviceName":${name}}` };
}

/** Empty, and said, for a span that cannot be encoded. */
function spanText(mapping: ZipkinMapping, group: SpanGroup, span: SpanRecord): string {
  try {
    return spanJson(mapping, group, span);
  } catch (error) {
    report('error', 'encoding_failed', 'A span could not be encoded and is dropped', error);
    return '';
  }
}

function spanJson(mapping: ZipkinMapping, { common, localEndpoint }: SpanGroup, span: SpanRecord): string {
  const parent =
    span.parentFlags === NO_PARENT
      ? ''
      : `,"parentId":"${hex16(span.parentSpanIdHigh, span.parentSpanIdLow)}"`;
  const kind = KINDS[span.kind];
  const start = startMicros(span);
  // Zipkin reads a duration of 0 as none: one that is shorter than a microsecond counts as one.
  const duration = Math.max(1, durationMicros(span));
  const isCaller = span.kind === 2 || span.kind === 3;
  return (
    `{"traceId":"${span.traceId!.hex}","id":"${hex16(span.spanIdHigh, span.spanIdLow)}"${parent}` +
    (span.name === '' ? '' : `,"name":${stringJson(span.name)}`) +
    (kind ? `,"kind":"${kind}"` : '') +
    (start > 0 ? `,"timestamp":${start}` : '') +
    `,"duration":${duration}${localEndpoint}` +
    (isCaller ? remoteEndpointJson(span.attributeList) : '') +
    `${annotationsJson(span)}${spanTagsJson(mapping, common, span)}}`
  );
}

function complete(mapping: ZipkinMapping, batch: ZipkinBatch): Uint8Array[] {
  if (!batch.isDraft) return [utf8('['), batch.scopes, utf8(']')];
  const drafts: { tags?: Record<string, string> }[] = JSON.parse(
    `[${new TextDecoder().decode(batch.scopes)}]`,
  );
  const { resource } = batch;
  const localEndpoint = { serviceName: serviceNameOf(mapping.serviceName, resource) };
  const common = commonTags(Object.entries(resource.attributes)).texts;
  const spans = drafts.map((draft) => ({
    ...draft,
    localEndpoint,
    tags: { ...Object.fromEntries(common), ...draft.tags },
  }));
  return [utf8(JSON.stringify(spans))];
}
