/**
 * The readers of `OTEL_*` variables: the only code that looks at the raw environment. A value that cannot be used is
 * said once, by name, with what is allowed, and counts as unset. Where the platform has no environment, everything is
 * unset.
 *
 * Precedence is the caller's: code, then the signal's own variable, then the general one, then the default:
 * `option ?? readEnvIfSet('OTEL_SPAN_…') ?? readEnv('OTEL_…')`.
 */
import { environment } from '#platform';
import { shown } from '../../internal/shown.ts';
import { reportOnce } from './diagnostics.ts';
import { type Parsed, type ParsedValue, parseEnvironmentValue } from './environment-parse.ts';
import {
  ENVIRONMENT_ROWS,
  type EnvironmentName,
  type EnvironmentRow,
  type EnvironmentValue,
} from './environment-table.ts';

/** True when the variable has a value; an empty one, or one of blanks only, is the same as none. */
export function isEnvSet(name: EnvironmentName): boolean {
  return rawValue(name) !== undefined;
}

/** The variable's value, or its default when it is unset or could not be used. */
export function readEnv<N extends EnvironmentName>(name: N): EnvironmentValue<N> {
  const value = parsedValue(name);
  return (value === undefined ? defaultValue(ENVIRONMENT_ROWS[name]) : value) as EnvironmentValue<N>;
}

/** The variable's value, or undefined when it is unset or could not be used: for one variable that overrides another. */
export function readEnvIfSet<N extends EnvironmentName>(name: N): EnvironmentValue<N> | undefined {
  return parsedValue(name) as EnvironmentValue<N> | undefined;
}

/**
 * Says once that a value is one that the specification knows and this version does not have. The part it names stays
 * off: another in its place would send data where nobody asked for it.
 */
export function reportUnavailable(name: EnvironmentName, value: string, available: readonly string[]): void {
  reportOnce(
    'warn',
    'env_unavailable',
    `${name}=${value}`,
    `${name}=${shown(value)}: this version does not have ${shown(value)} yet, so it stays off; it has ${available.join(', ')}`,
  );
}

function rawValue(name: EnvironmentName): string | undefined {
  const text = environment()[name];
  return text === undefined || text.trim() === '' ? undefined : text;
}

function parsedValue(name: EnvironmentName): ParsedValue | undefined {
  const text = rawValue(name);
  if (text === undefined) return undefined;
  const row = ENVIRONMENT_ROWS[name];
  const parsed = parseEnvironmentValue(row, text);
  if (parsed.problem !== undefined) reportProblem(name, row, text, parsed);
  return parsed.value;
}

function reportProblem(name: EnvironmentName, row: EnvironmentRow, text: string, parsed: Parsed): void {
  const value = row.secret === true ? '[not shown]' : shown(text);
  const ignored = row.type === 'pairs' ? 'the whole list' : 'it';
  const outcome =
    parsed.value !== undefined
      ? ''
      : row.default === undefined
        ? `; ${ignored} is ignored`
        : `; it is ignored and the default ${row.default} is used`;
  reportOnce('warn', 'env_invalid', `${name}=${value}`, `${name}=${value}: ${parsed.problem}${outcome}`);
}

function defaultValue(row: EnvironmentRow): ParsedValue | undefined {
  if (row.type === 'pairs') return new Map();
  if (row.type === 'limit') return row.default ?? Number.POSITIVE_INFINITY;
  if (row.type === 'enums') return String(row.default).split(',');
  return row.default;
}
