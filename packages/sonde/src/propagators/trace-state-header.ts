/**
 * The `tracestate` header on its way through: most services pass it on without ever looking inside. A header that is
 * valid as it stands is checked in one pass, kept as it is, and split only when somebody asks for a member.
 */
import { createTraceState, type TraceState } from '../api/trace/trace-state.ts';

/** W3C Trace Context level 2, section tracestate-limits: members, and characters that are passed on. */
const MAX_MEMBERS = 32;
const MAX_LENGTH = 512;
const MAX_PART_LENGTH = 256;

const KEY_START = 1;
const KEY_REST = 2;
const VALUE = 4;

/** What each ASCII character may be part of. */
const CLASSES: Uint8Array = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 0x20; code < 0x7f; code++) {
    const character = String.fromCharCode(code);
    if (/[a-z0-9]/.test(character)) table[code] = KEY_START | KEY_REST | VALUE;
    else if (/[_\-*/@]/.test(character)) table[code] = KEY_REST | VALUE;
    else if (character !== ',' && character !== '=') table[code] = VALUE;
  }
  return table;
}

/** The list of a header, or undefined if nothing of it is valid. A list of more than 32 members is not valid. */
export function traceStateFromHeader(header: string): TraceState | undefined {
  if (isCleanTraceState(header)) return new HeaderTraceState(header);
  if (hasTooManyMembers(header)) return undefined;
  const state = createTraceState(header);
  return state.serialize() === '' ? undefined : state;
}

/** The header of a list, which may come from anywhere; empty if there is nothing to send. */
export function traceStateToHeader(state: TraceState): string {
  const text: unknown = state.serialize();
  if (state instanceof HeaderTraceState) return state.header;
  if (typeof text !== 'string' || text === '' || isCleanTraceState(text)) return String(text ?? '');
  return createTraceState(text).serialize();
}

/** True if the header can be passed on as it is: valid members and nothing else, within all limits. */
export function isCleanTraceState(header: string): boolean {
  const length = header.length;
  if (length > MAX_LENGTH) return false;
  let members = 0;
  let at = 0;
  while (at < length) {
    const keyStart = at;
    if ((CLASSES[header.charCodeAt(at)]! & KEY_START) === 0) return false;
    do at++;
    while (at < length && (CLASSES[header.charCodeAt(at)]! & KEY_REST) !== 0);
    if (at - keyStart > MAX_PART_LENGTH || header.charCodeAt(at) !== 0x3d) return false;
    const valueStart = ++at;
    while (at < length && (CLASSES[header.charCodeAt(at)]! & VALUE) !== 0) at++;
    const valueLength = at - valueStart;
    if (valueLength === 0 || valueLength > MAX_PART_LENGTH || header.charCodeAt(at - 1) === 0x20)
      return false;
    if (++members > MAX_MEMBERS) return false;
    if (at === length) return true;
    if (header.charCodeAt(at++) !== 0x2c) return false;
  }
  return false;
}

function hasTooManyMembers(header: string): boolean {
  let members = 0;
  for (const part of header.split(',', MAX_LENGTH)) {
    if (part.trim() !== '' && ++members > MAX_MEMBERS) return true;
  }
  return false;
}

/** A list that is its header until somebody asks. */
class HeaderTraceState implements TraceState {
  readonly header: string;
  #list: TraceState | undefined = undefined;

  constructor(header: string) {
    this.header = header;
  }

  get(key: string): string | undefined {
    return this.#split().get(key);
  }

  set(key: string, value: string): TraceState {
    return this.#split().set(key, value);
  }

  unset(key: string): TraceState {
    return this.#split().unset(key);
  }

  serialize(): string {
    return this.header;
  }

  #split(): TraceState {
    this.#list ??= createTraceState(this.header);
    return this.#list;
  }
}
