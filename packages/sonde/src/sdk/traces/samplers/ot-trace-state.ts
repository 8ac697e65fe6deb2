/**
 * The `ot` entry of a tracestate, where consistent sampling keeps its threshold and its randomness
 * (trace/tracestate-handling.md). Read from headers of strangers: what is malformed is as good as absent.
 */
import { createTraceState, type TraceState } from '../../../api/trace/trace-state.ts';
import { report } from '../../common/diagnostics.ts';

const ENTRY = 'ot';

/** W3C Trace Context, section value: an entry is no longer than this. */
const MAX_LENGTH = 256;

const MEMBER = /^([a-z][a-z0-9]*):([A-Za-z0-9._-]*)$/;
const THRESHOLD = /^[0-9a-f]{1,14}$/;
const RANDOMNESS = /^[0-9a-f]{14}$/;

/** The sub-keys of an `ot` entry. */
export interface OtEntry {
  /** `th`, the rejection threshold: up to 14 hex digits, trailing zeros left out. */
  readonly threshold: string | undefined;
  /** `rv`, the explicit randomness: 14 hex digits. */
  readonly randomness: string | undefined;
  /** All others as they came, `key:value`. */
  readonly others: readonly string[];
}

const EMPTY: OtEntry = { threshold: undefined, randomness: undefined, others: [] };

/** Reads the entry. A list with a malformed member or a key twice is not trusted in any part. */
export function readOtEntry(traceState: TraceState | undefined): OtEntry {
  const text = traceState?.get(ENTRY);
  if (text === undefined || text.length > MAX_LENGTH) return EMPTY;
  const members = new Map<string, string>();
  for (const part of text.split(';')) {
    const match = MEMBER.exec(part);
    if (match === null || members.has(match[1]!)) return EMPTY;
    members.set(match[1]!, match[2]!);
  }
  const threshold = members.get('th');
  const randomness = members.get('rv');
  members.delete('th');
  members.delete('rv');
  return {
    threshold: threshold !== undefined && THRESHOLD.test(threshold) ? threshold : undefined,
    randomness: randomness !== undefined && RANDOMNESS.test(randomness) ? randomness : undefined,
    others: [...members].map(([key, value]) => `${key}:${value}`),
  };
}

/**
 * The list with this threshold, or with none; randomness and all other sub-keys stay. Without any sub-key the entry goes.
 * A list that would grow over its limit stays as it is, which is said.
 */
export function withThreshold(
  traceState: TraceState | undefined,
  entry: OtEntry,
  threshold: string | undefined,
): TraceState | undefined {
  if (threshold === entry.threshold && (threshold !== undefined || traceState?.get(ENTRY) === undefined)) {
    return traceState;
  }
  const parts = [
    ...(threshold === undefined ? [] : [`th:${threshold}`]),
    ...(entry.randomness === undefined ? [] : [`rv:${entry.randomness}`]),
    ...entry.others,
  ];
  if (parts.length === 0) return traceState?.unset(ENTRY);
  const text = parts.join(';');
  if (text.length > MAX_LENGTH) {
    report('warn', 'trace_state_full', `The sampling threshold is left out: the tracestate entry ot is full`);
    return traceState;
  }
  return (traceState ?? createTraceState()).set(ENTRY, text);
}
