/** TraceState: the values that tracing systems attach to a trace, an ordered list of at most 32 keys. */

/**
 * The W3C `tracestate` list. Immutable: every change returns a new list, which is valid whatever was given.
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
export interface TraceState {
  /**
   * A list with `value` under `key`, at the front, where the newest entry belongs. An invalid key or value returns
   * this list; an entry more than 32 pushes the last one out.
   */
  set(key: string, value: string): TraceState;
  /** A list without `key`. */
  unset(key: string): TraceState;
  /** The value under `key`, or undefined. */
  get(key: string): string | undefined;
  /** The list as the header carries it, empty when there are no entries. */
  serialize(): string;
}

/** W3C Trace Context level 2, section tracestate-limits. */
const MAX_MEMBERS = 32;
/** Level 2: at least this many characters must be passed on. We pass on exactly these. */
const MAX_LENGTH = 512;
/** Members longer than this are the first to go when the list is too long. */
const LARGE_MEMBER = 128;
/** A header longer than this is not looked at: nothing of 32 members and sane spacing comes near. */
const MAX_INPUT_LENGTH = 65_536;

const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

interface Member {
  readonly key: string;
  readonly value: string;
}

class TraceStateImpl implements TraceState {
  /** Newest first, as in the header. */
  private readonly members: readonly Member[];
  private text: string | undefined;

  constructor(members: readonly Member[]) {
    this.members = members;
    this.text = undefined;
  }

  set(key: string, value: string): TraceState {
    if (!isKey(key) || !isValue(value)) return this;
    const others = this.members.filter((member) => member.key !== key);
    return new TraceStateImpl([{ key, value }, ...others].slice(0, MAX_MEMBERS));
  }

  unset(key: string): TraceState {
    const others = this.members.filter((member) => member.key !== key);
    return others.length === this.members.length ? this : new TraceStateImpl(others);
  }

  get(key: string): string | undefined {
    return this.members.find((member) => member.key === key)?.value;
  }

  serialize(): string {
    this.text ??= shorten(this.members).map(write).join(',');
    return this.text;
  }
}

function isKey(key: unknown): key is string {
  return typeof key === 'string' && KEY.test(key);
}

function isValue(value: unknown): value is string {
  return typeof value === 'string' && VALUE.test(value);
}

function write(member: Member): string {
  return `${member.key}=${member.value}`;
}

function lengthOf(member: Member): number {
  return member.key.length + 1 + member.value.length;
}

/** Leaves out whole members, the large ones first and then from the end, until the list fits. */
function shorten(members: readonly Member[]): readonly Member[] {
  let length = members.reduce((sum, member) => sum + lengthOf(member) + 1, -1);
  if (length <= MAX_LENGTH) return members;
  const kept = [...members];
  const drop = (index: number): void => {
    length -= lengthOf(kept[index]!) + 1;
    kept.splice(index, 1);
  };
  for (let i = kept.length - 1; i >= 0 && length > MAX_LENGTH; i--) {
    if (lengthOf(kept[i]!) > LARGE_MEMBER) drop(i);
  }
  while (length > MAX_LENGTH) drop(kept.length - 1);
  return kept;
}

/** Reads a header: members that are not valid are left out, of a key that occurs twice the first counts. */
function parse(text: string): Member[] {
  const members: Member[] = [];
  if (text.length > MAX_INPUT_LENGTH) return members;
  for (const part of text.split(',')) {
    const member = parseMember(part);
    if (member !== undefined && !members.some(({ key }) => key === member.key)) members.push(member);
    if (members.length === MAX_MEMBERS) break;
  }
  return members;
}

function parseMember(part: string): Member | undefined {
  const separator = part.indexOf('=');
  if (separator < 0) return undefined;
  const key = trim(part.slice(0, separator), true, false);
  const value = trim(part.slice(separator + 1), false, true);
  return isKey(key) && isValue(value) ? { key, value } : undefined;
}

/** Cuts off optional whitespace, which is space and tab only. A space that begins a value belongs to it. */
function trim(text: string, start: boolean, end: boolean): string {
  let from = 0;
  let to = text.length;
  if (start) while (from < to && isWhitespace(text.charCodeAt(from))) from++;
  if (end) while (to > from && isWhitespace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

const EMPTY: TraceState = new TraceStateImpl([]);

/**
 * Reads a `tracestate` header. What is not valid in it is left out; without an argument the list is empty.
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
export function createTraceState(rawTraceState?: string): TraceState {
  if (typeof rawTraceState !== 'string' || rawTraceState === '') return EMPTY;
  const members = parse(rawTraceState);
  return members.length === 0 ? EMPTY : new TraceStateImpl(members);
}
