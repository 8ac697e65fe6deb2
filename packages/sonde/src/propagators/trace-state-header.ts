/**
 * The `tracestate` header on its way through: most services pass it on without ever looking inside. A header that is
 * valid as it stands is checked in one pass, kept as it is, and split only when somebody asks for a member.
 */
import { createTraceState, type TraceState } from '../api/trace/trace-state.ts';

/** W3C Trace Context level 2, section tracestate-limits. */
const MAX_MEMBERS = 32;

/**
 * Up to this length no key and no value can be over its own limit of 256, and the list is under that of 512, so that
 * only the characters and the number of members are left to check.
 */
const MAX_CLEAN_LENGTH = 256;

/** Parts of a hostile header, empty ones included, that are counted. */
const MAX_PARTS = 1024;

/** Members and nothing else. No two parts can match the same characters, so time is linear in the length. */
const CLEAN = /^[a-z0-9][a-z0-9_\-*/@]*=[!-+\--<>-~]+(?:,[a-z0-9][a-z0-9_\-*/@]*=[!-+\--<>-~]+){0,31}$/;

/** The list of a header, or undefined if nothing of it is valid. A list of more than 32 members is not valid. */
export function traceStateFromHeader(header: string): TraceState | undefined {
  if (isClean(header)) return new HeaderTraceState(header);
  if (hasTooManyMembers(header)) return undefined;
  const state = createTraceState(header);
  return state.serialize() === '' ? undefined : state;
}

/** The header of a list, which may come from anywhere; empty if there is nothing to send. */
export function traceStateToHeader(state: TraceState): string {
  if (state instanceof HeaderTraceState) return state.header;
  const text: unknown = state.serialize();
  if (typeof text !== 'string' || text === '' || isClean(text)) return String(text ?? '');
  return createTraceState(text).serialize();
}

/** True if the header can be passed on as it is. False means only that it has to be read properly. */
function isClean(header: string): boolean {
  return header.length <= MAX_CLEAN_LENGTH && CLEAN.test(header);
}

function hasTooManyMembers(header: string): boolean {
  let members = 0;
  for (const part of header.split(',', MAX_PARTS)) {
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
