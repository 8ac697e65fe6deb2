/**
 * The tags of a Zipkin span: text under text. Of what says the same key the more specific wins: resource, scope, attribute,
 * status.
 */
import { stringJson } from '../../otlp/wire/json-writer.ts';
import { buffer } from '../../otlp/wire/protobuf-writer.ts';
import { attributesJson, attributeText } from '../../sdk/common/attribute-text.ts';
import type { SpanRecord } from '../../sdk/traces/span-record.ts';
import {
  attributeOf,
  droppedTags,
  flatAttributes,
  flatSize,
  statusCodeName,
  type Tag,
} from '../span-parts.ts';
import { type Literal, literal, writeLiteral, writeText, writeWhole } from './json-bytes.ts';

/** Under which keys the status stands. */
export interface TagNames {
  readonly statusCodeTagName: string;
  readonly statusErrorTagName: string;
}

/** Tags that many spans share, written once. */
export class CommonTags {
  readonly texts: ReadonlyMap<string, string>;
  /** `,"key":"value"` for each. */
  readonly json: Literal;
  /** The keys of the attributes of the span before: those of one place in a program come in the same order. */
  readonly #places: Place[] = [];

  constructor(tags: readonly Tag[]) {
    const texts = new Map<string, string>();
    for (const [key, value] of tags) if (value !== undefined) texts.set(key, attributeText(value));
    this.texts = texts;
    this.json = jsonOf(texts);
  }

  /** @param index the attribute's place within its span */
  placeOf(index: number, key: string): Place {
    const known = this.#places[index];
    if (known !== undefined && known.key === key) return known;
    const place = { key, json: keyJson(key), repeats: this.texts.has(key) };
    if (index < MEMO_PLACES) this.#places[index] = place;
    return place;
  }
}

/** An attribute's key. */
interface Place {
  readonly key: string;
  /** `,"key":"`. */
  readonly json: Literal;
  /** Whether it is one of the common tags' keys too. */
  readonly repeats: boolean;
}

function jsonOf(texts: Iterable<readonly [string, string]>): Literal {
  let json = '';
  for (const [key, text] of texts) json += `,${stringJson(key)}:${stringJson(text)}`;
  return literal(json);
}

/** Keys whose bytes are kept: attribute keys are few and come again. */
const MAX_CACHED_KEYS = 2_000;
/** Longer keys are not kept, so that the cache stays within 300 KB. */
const MAX_CACHED_KEY_LENGTH = 64;
/** Attributes of one span whose keys are remembered for the next. */
const MEMO_PLACES = 32;

const keys = /* @__PURE__ */ new Map<string, Literal>();

/** `,"key":"`. */
function keyJson(key: string): Literal {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const json = literal(`,${stringJson(key)}:"`);
  if (key.length <= MAX_CACHED_KEY_LENGTH && keys.size < MAX_CACHED_KEYS) keys.set(key, json);
  return json;
}

const TAGS = /* @__PURE__ */ literal(',"tags":');
const TRUE = /* @__PURE__ */ literal('true');
const FALSE = /* @__PURE__ */ literal('false');
const QUOTE = 0x22;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** `,"tags":{…}`, or nothing where there are none. */
export function writeTags(position: number, names: TagNames, common: CommonTags, span: SpanRecord): number {
  const status = statusCodeName(span);
  const start = writeLiteral(position, TAGS);
  let p = start;
  let index = 0;
  let repeats = false;
  const flat = flatAttributes(span.attributeList);
  const size = flatSize(span.attributeList, flat);
  for (let slot = 0; slot < size; slot += 2) {
    const key = flat[slot] as string;
    const value = flat[slot + 1];
    if (value === undefined || isReplaced(names, status, key, value)) continue;
    const place = common.placeOf(index++, key);
    repeats ||= place.repeats;
    p = writeTag(p, place.json, value);
  }
  if (status !== undefined) p = writeTag(p, keyJson(names.statusCodeTagName), status);
  if (status === 'ERROR') p = writeTag(p, keyJson(names.statusErrorTagName), span.statusMessage ?? '');
  for (const [key, dropped] of droppedTags(span)) p = writeTag(p, keyJson(key), dropped);
  const traceState = span.traceState?.serialize();
  // The specification leaves open where this goes; the Collector reads it back from here.
  if (traceState) p = writeTag(p, keyJson('w3c.tracestate'), traceState);
  p = writeLinks(p, span);
  p = writeLiteral(p, repeats ? withoutKeysOf(common, span) : common.json);
  if (p === start) return position;
  // Every tag has a comma before it; the first one's place is the brace's.
  buffer[start] = OPEN;
  buffer[p] = CLOSE;
  return p + 1;
}

function writeTag(position: number, key: Literal, value: unknown): number {
  const p = writeValue(writeLiteral(position, key), value);
  buffer[p] = QUOTE;
  return p + 1;
}

function writeValue(position: number, value: unknown): number {
  switch (typeof value) {
    case 'string':
      return writeText(position, value);
    case 'number':
      return value >= 0 && value < 2 ** 31 && Number.isInteger(value)
        ? writeWhole(position, value)
        : writeText(position, String(value));
    case 'boolean':
      return writeLiteral(position, value ? TRUE : FALSE);
    default:
      return writeText(position, attributeText(value));
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

function withoutKeysOf(common: CommonTags, span: SpanRecord): Literal {
  return jsonOf([...common.texts].filter(([key]) => attributeOf(span.attributeList, key) === undefined));
}

/** The specification leaves open what becomes of links; this is the form that the Collector reads back. */
function writeLinks(position: number, { linkList }: SpanRecord): number {
  let p = position;
  for (const [index, { context, attributes, droppedAttributesCount }] of (linkList ?? []).entries()) {
    const state = context.traceState?.serialize() ?? '';
    const texts = [context.traceId, context.spanId, state, JSON.stringify(attributesJson(attributes ?? {}))];
    p = writeTag(p, keyJson(`otlp.link.${index}`), `${texts.join('|')}|${droppedAttributesCount ?? 0}`);
  }
  return p;
}
