/**
 * The parsing rules of environment variables (specification: configuration/sdk-environment-variables.md,
 * "Configuration types"), as functions without side effects: text in, a value or a problem out.
 */

import { shown } from '../../internal/shown.ts';
import type { EnvironmentRow } from './environment-table.ts';

/** The largest number that a variable takes: what the specification asks for, and what timers can hold. */
const MAX_NUMBER = 2 ** 31 - 1;

/** A value as the reader hands it on, by the row's type. */
export type ParsedValue = string | number | boolean | readonly string[] | ReadonlyMap<string, string>;

/** `value` is absent when nothing of the text could be used; `problem` says what was wrong, in one clause. */
export interface Parsed {
  readonly value?: ParsedValue;
  readonly problem?: string;
}

/** Parses a non-empty text by its row. Total: no text makes it throw. */
export function parseEnvironmentValue(row: EnvironmentRow, text: string): Parsed {
  switch (row.type) {
    case 'boolean':
      return parseBoolean(text.trim());
    case 'integer':
    case 'duration':
    case 'timeout':
    case 'limit':
      return parseNumber(text.trim(), row.min ?? 0, row.max ?? MAX_NUMBER, row.type);
    case 'enum':
      return parseEnum(text.trim(), row.values ?? []);
    case 'enums':
      return parseEnums(text, row.values ?? []);
    case 'pairs':
      return parsePairs(text);
    case 'string':
      return { value: text };
  }
}

function parseBoolean(text: string): Parsed {
  const word = text.toLowerCase();
  if (word === 'true') return { value: true };
  if (word === 'false') return { value: false };
  return { value: false, problem: 'allowed are true and false; it is taken as false' };
}

function parseNumber(text: string, min: number, max: number, type: EnvironmentRow['type']): Parsed {
  const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return { value: value === 0 ? 0 : value };
  const unit = type === 'duration' || type === 'timeout' ? ' of milliseconds' : '';
  const zero = type === 'timeout' ? ', where 0 means no limit' : '';
  return { problem: `allowed is a whole number${unit} from ${min} to ${max}${zero}` };
}

function parseEnum(text: string, words: readonly string[]): Parsed {
  const word = text.toLowerCase();
  if (words.includes(word)) return { value: word };
  return { problem: `allowed are ${words.join(', ')}` };
}

function parseEnums(text: string, words: readonly string[]): Parsed {
  const known = new Set<string>();
  const unknown: string[] = [];
  for (const part of text.split(',')) {
    const word = part.trim().toLowerCase();
    if (word === '') continue;
    if (words.includes(word)) known.add(word);
    else unknown.push(part.trim());
  }
  const problem =
    unknown.length === 0
      ? undefined
      : `${unknown.map(shown).join(', ')} is not known; allowed are ${words.join(', ')}`;
  if (known.size === 0) return problem === undefined ? {} : { problem };
  return problem === undefined ? { value: [...known] } : { value: [...known], problem };
}

/**
 * `key=value,…` with both sides percent-encoded. One bad member discards the whole list, as the specification asks for
 * resource attributes (resource/sdk.md): half a list would look as if it were all.
 */
function parsePairs(text: string): Parsed {
  const pairs = new Map<string, string>();
  let position = 0;
  for (const member of text.split(',')) {
    position++;
    if (member.trim() === '') continue;
    const equals = member.indexOf('=');
    const key = equals < 0 ? undefined : percentDecoded(member.slice(0, equals).trim());
    const value = percentDecoded(member.slice(equals + 1).trim());
    if (key === undefined || key === '' || value === undefined) {
      return {
        problem: `member ${position} is not key=value with percent-encoding`,
      };
    }
    pairs.set(key, value);
  }
  return pairs.size === 0 ? {} : { value: pairs };
}

function percentDecoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
