/**
 * The tags of a Zipkin span: text under text. Of what says the same key the more specific wins: resource, scope, attribute,
 * status.
 */
import { stringJson } from '../../otlp/wire/json-writer.ts';
import { attributesJson, attributeText } from '../../sdk/common/attribute-text.ts';
import type { SpanRecord } from '../../sdk/traces/span-record.ts';
import { attributeOf, droppedTags, eachAttribute, statusCodeName, type Tag } from '../span-parts.ts';

/** Under which keys the status stands. */
export interface TagNames {
  readonly statusCodeTagName: string;
  readonly statusErrorTagName: string;
}

/** Tags that many spans share, as text that is made once. */
export interface CommonTags {
  readonly texts: ReadonlyMap<string, string>;
  /** `,"key":"value"` for each. */
  readonly json: string;
}

export function commonTags(tags: readonly Tag[]): CommonTags {
  const texts = new Map<string, string>();
  for (const [key, value] of tags) if (value !== undefined) texts.set(key, attributeText(value));
  return { texts, json: jsonOf(texts) };
}

function jsonOf(texts: Iterable<readonly [string, string]>): string {
  let json = '';
  for (const [key, text] of texts) json += `${keyJson(key)}${stringJson(text)}`;
  return json;
}

/** Keys whose JSON is kept: attribute keys are few and come again. */
const MAX_CACHED_KEYS = 2_000;
/** Longer keys are not kept, so that the cache stays within 300 KB. */
const MAX_CACHED_KEY_LENGTH = 64;

const keys = /* @__PURE__ */ new Map<string, string>();

/** `,"key":`. */
function keyJson(key: string): string {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const json = `,${stringJson(key)}:`;
  if (key.length <= MAX_CACHED_KEY_LENGTH && keys.size < MAX_CACHED_KEYS) keys.set(key, json);
  return json;
}

/** `,"tags":{…}`, or nothing where there are none. */
export function spanTagsJson(names: TagNames, common: CommonTags, span: SpanRecord): string {
  const status = statusCodeName(span);
  const list = span.attributeList;
  let repeats = false;
  let own = '';
  eachAttribute(list, (key, value) => {
    if (value === undefined || isReplaced(names, status, key, value)) return;
    if (common.texts.has(key)) repeats = true;
    own += `${keyJson(key)}${valueJson(value)}`;
  });
  if (status !== undefined) own += `${keyJson(names.statusCodeTagName)}"${status}"`;
  if (status === 'ERROR')
    own += `${keyJson(names.statusErrorTagName)}${stringJson(span.statusMessage ?? '')}`;
  for (const [key, count] of droppedTags(span)) own += `${keyJson(key)}"${count}"`;
  own += traceStateJson(span) + linksJson(span);
  const shared = repeats ? withoutKeysOf(common, span) : common.json;
  return shared === '' && own === '' ? '' : `,"tags":{${(shared + own).slice(1)}}`;
}

function valueJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return stringJson(value);
    case 'number':
    case 'boolean':
      return `"${value}"`;
    default:
      return stringJson(attributeText(value));
  }
}

/**
 * Attributes in whose place the status stands, and an `error` that says there is none: Zipkin takes every span with that
 * tag for a failed one, whatever the tag says (zipkin.md, "Status").
 */
function isReplaced(names: TagNames, status: string | undefined, key: string, value: unknown): boolean {
  if (key === names.statusCodeTagName) return status !== undefined;
  if (key !== names.statusErrorTagName) return false;
  return status === 'ERROR' || value === false || value === 'false';
}

function withoutKeysOf(common: CommonTags, span: SpanRecord): string {
  return jsonOf([...common.texts].filter(([key]) => attributeOf(span.attributeList, key) === undefined));
}

/** The specification leaves open where the trace state goes; this is the key that the Collector reads it back from. */
function traceStateJson({ traceState }: SpanRecord): string {
  const text = traceState?.serialize();
  return text ? `${keyJson('w3c.tracestate')}${stringJson(text)}` : '';
}

/** The specification leaves open what becomes of links; this is the form that the Collector reads back. */
function linksJson({ linkList }: SpanRecord): string {
  if (linkList === undefined) return '';
  let json = '';
  for (const [index, { context, attributes, droppedAttributesCount }] of linkList.entries()) {
    const state = context.traceState?.serialize() ?? '';
    const texts = [context.traceId, context.spanId, state, JSON.stringify(attributesJson(attributes ?? {}))];
    json += `${keyJson(`otlp.link.${index}`)}${stringJson(`${texts.join('|')}|${droppedAttributesCount ?? 0}`)}`;
  }
  return json;
}
