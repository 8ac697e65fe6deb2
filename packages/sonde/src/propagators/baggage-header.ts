/**
 * The `baggage` header (https://www.w3.org/TR/baggage/): checking, splitting and writing it within its limits.
 *
 *     key1=value1;property, key2=a%20b
 *     \__________________/  member; what follows its first semicolon is metadata, kept as it is
 */
import type { BaggageEntry } from '../api/baggage/baggage.ts';
import { baggageEntryMetadataFromString } from '../api/baggage/baggage-impl.ts';
import { percentDecode, percentEncode, utf8Length } from './baggage-encoding.ts';
import { MAX_FIELD_LENGTH } from './carrier.ts';

/** The limits of W3C Baggage: members, bytes of one member, bytes of the header. */
export const MAX_MEMBERS = 180;
export const MAX_MEMBER_BYTES = 4096;
export const MAX_HEADER_BYTES = 8192;

/** With more members than this, one pass no longer checks for names that occur twice. */
const MAX_CLEAN_MEMBERS = 32;

export type BaggageEntries = Map<string, BaggageEntry>;

const KEY = 1;
const VALUE = 2;
const METADATA = 4;
const SPACE = 8;

/** What each ASCII character may be part of. A percent sign takes the long way, where its digits are checked. */
const CLASSES: Uint8Array = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 0x20; code < 0x7f; code++) {
    const character = String.fromCharCode(code);
    if (/[A-Za-z0-9!#$&'*+\-.^_`|~]/.test(character)) table[code] = KEY;
    if (/[^ ",;\\%]/.test(character)) table[code]! |= VALUE;
    if (character !== ',') table[code]! |= METADATA;
  }
  table[0x20]! |= SPACE;
  table[0x09] = SPACE | METADATA;
  return table;
}

const hashes = new Int32Array(MAX_CLEAN_MEMBERS);

/**
 * True if the header can be passed on as it is: well-formed members with nothing encoded, no name twice, within all
 * limits. One pass, nothing allocated. False means only that the header has to be read properly.
 */
export function isCleanBaggage(header: string): boolean {
  const length = header.length;
  if (length === 0 || length > MAX_HEADER_BYTES) return false;
  let members = 0;
  let at = 0;
  for (;;) {
    const start = at;
    at = skip(header, at, SPACE);
    let hash = 0;
    const keyStart = at;
    for (; at < length; at++) {
      const code = header.charCodeAt(at);
      if ((CLASSES[code]! & KEY) === 0) break;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    const keyEnd = at;
    at = skip(header, at, SPACE);
    if (keyEnd === keyStart || header.charCodeAt(at) !== 0x3d) return false;
    at = skip(header, at + 1, SPACE);
    at = skip(header, at, VALUE);
    at = skip(header, at, SPACE);
    if (header.charCodeAt(at) === 0x3b) at = skip(header, at + 1, METADATA);
    if (at - start > MAX_MEMBER_BYTES || members === MAX_CLEAN_MEMBERS) return false;
    for (let other = 0; other < members; other++) if (hashes[other] === hash) return false;
    hashes[members++] = hash;
    if (at === length) return true;
    if (header.charCodeAt(at) !== 0x2c) return false;
    at++;
  }
}

function skip(header: string, from: number, wanted: number): number {
  let at = from;
  while (at < header.length && (CLASSES[header.charCodeAt(at)]! & wanted) !== 0) at++;
  return at;
}

/** What a header gave. `dropped` counts the members that were over a limit; malformed ones are not counted. */
export interface ParsedBaggage {
  readonly entries: BaggageEntries;
  readonly dropped: number;
}

/**
 * Reads a header leniently: a member that is malformed or over a limit is left out, the others are kept. Of a name
 * that occurs twice the last value counts.
 */
export function parseBaggage(header: string): ParsedBaggage {
  const entries: BaggageEntries = new Map();
  let dropped = 0;
  let members = 0;
  let bytes = 0;
  let start = 0;
  // A header that goes on beyond any limit is not read to its end: what is left of it counts as one.
  for (; start < header.length && start < MAX_FIELD_LENGTH; ) {
    const comma = header.indexOf(',', start);
    const end = comma < 0 ? header.length : comma;
    const size = sizeOf(header, start, end);
    if (size === 0) {
      start = end + 1;
      continue;
    }
    const total = bytes + size + (members === 0 ? 0 : 1);
    if (members === MAX_MEMBERS || size > MAX_MEMBER_BYTES || total > MAX_HEADER_BYTES) dropped++;
    else if (parseMember(header.slice(start, end), entries)) {
      members++;
      bytes = total;
    }
    start = end + 1;
  }
  return { entries, dropped: start < header.length ? dropped + 1 : dropped };
}

/** Bytes of a member without looking at all of one that is too long anyway. */
function sizeOf(header: string, start: number, end: number): number {
  return end - start > MAX_MEMBER_BYTES * 2 ? end - start : utf8Length(header.slice(start, end).trim());
}

function parseMember(member: string, entries: BaggageEntries): boolean {
  if (hasControlCharacter(member)) return false;
  const semicolon = member.indexOf(';');
  const pair = semicolon < 0 ? member : member.slice(0, semicolon);
  const equals = pair.indexOf('=');
  if (equals < 0) return false;
  const key = percentDecode(pair.slice(0, equals).trim());
  if (key === '') return false;
  const value = percentDecode(pair.slice(equals + 1).trim());
  const metadata = semicolon < 0 ? '' : member.slice(semicolon + 1).trim();
  // The last write wins, and takes its place at the end.
  entries.delete(key);
  entries.set(
    key,
    metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
  );
  return true;
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** What came of writing entries: the header, empty if there is nothing to send, and how many were over a limit. */
export interface WrittenBaggage {
  readonly header: string;
  readonly dropped: number;
}

/** Writes entries within the limits: one that does not fit is left out, whole. */
export function writeBaggage(entries: ReadonlyArray<[string, BaggageEntry]>): WrittenBaggage {
  let header = '';
  let members = 0;
  let dropped = 0;
  for (const [key, entry] of entries) {
    const member = writeMember(key, entry);
    if (member === undefined) continue;
    // All of it is ASCII by now: characters are bytes.
    const total = header.length + (members === 0 ? 0 : 1) + member.length;
    if (members === MAX_MEMBERS || member.length > MAX_MEMBER_BYTES || total > MAX_HEADER_BYTES) dropped++;
    else header = members++ === 0 ? member : `${header},${member}`;
  }
  return { header, dropped };
}

function writeMember(key: string, entry: BaggageEntry): string | undefined {
  if (typeof key !== 'string' || key === '' || typeof entry?.value !== 'string') return undefined;
  const pair = `${percentEncode(key)}=${percentEncode(entry.value)}`;
  if (entry.metadata === undefined || entry.metadata === null) return pair;
  const metadata = String(entry.metadata);
  if (metadata === '' || skip(metadata, 0, METADATA) !== metadata.length) return pair;
  return `${pair};${metadata}`;
}
