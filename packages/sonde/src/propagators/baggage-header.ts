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

export type BaggageEntries = Map<string, BaggageEntry>;

/**
 * A list in the grammar of W3C Baggage, of up to 180 members. No two neighbouring parts can match the same characters,
 * so time is linear in the length.
 */
const CLEAN =
  /^[ \t]*[A-Za-z0-9!#$%&'*+\-.^_`|~]+[ \t]*=[ \t]*(?:[!#-+\--:<-[\]-~]+[ \t]*)?(?:;[ -+\--~\t]*)?(?:,[ \t]*[A-Za-z0-9!#$%&'*+\-.^_`|~]+[ \t]*=[ \t]*(?:[!#-+\--:<-[\]-~]+[ \t]*)?(?:;[ -+\--~\t]*)?){0,179}$/;

/** Characters that no header may have within. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
/** What metadata may hold to be sent. */
const METADATA = /^[ -+\--~\t]+$/;

/**
 * True if the header can be passed on as it is. False means only that it has to be read properly. A name may occur
 * twice: W3C Baggage lets those who pass a list on keep the order of such members.
 */
export function isCleanBaggage(header: string): boolean {
  // Up to this length no member can be over its own limit.
  return header.length <= MAX_MEMBER_BYTES && CLEAN.test(header);
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
  return !CONTROL.test(member) && splitMember(member, 0, member.length, entries);
}

/** The entries of a header that `isCleanBaggage` has let through. */
export function splitCleanBaggage(header: string): BaggageEntries {
  const entries: BaggageEntries = new Map();
  for (let start = 0; start < header.length; ) {
    const comma = header.indexOf(',', start);
    const end = comma < 0 ? header.length : comma;
    splitMember(header, start, end, entries);
    start = end + 1;
  }
  return entries;
}

function splitMember(header: string, start: number, end: number, entries: BaggageEntries): boolean {
  const semicolon = header.indexOf(';', start);
  const pairEnd = semicolon < 0 || semicolon > end ? end : semicolon;
  const equals = header.indexOf('=', start);
  if (equals < 0 || equals >= pairEnd) return false;
  const key = percentDecode(header.slice(start, equals).trim());
  if (key === '') return false;
  const value = percentDecode(header.slice(equals + 1, pairEnd).trim());
  const metadata = pairEnd === end ? '' : header.slice(pairEnd + 1, end).trim();
  // The last write wins, and takes its place at the end.
  if (entries.has(key)) entries.delete(key);
  entries.set(
    key,
    metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
  );
  return true;
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
  return METADATA.test(metadata) ? `${pair};${metadata}` : pair;
}
