/**
 * Turns whatever was thrown into the attributes of an exception: type, message, and a stack trace with the chain of
 * causes. Pure and bounded, and safe from hostile getters and proxies. Spans and log records both use it.
 */
import type { Attributes } from '../common/attributes.ts';

interface ExceptionWithCode {
  code: string | number;
  name?: string;
  message?: string;
  stack?: string;
}

interface ExceptionWithMessage {
  code?: string | number;
  message: string;
  name?: string;
  stack?: string;
}

interface ExceptionWithName {
  code?: string | number;
  message?: string;
  name: string;
  stack?: string;
}

/** What the official API takes for an exception. Ours takes anything: what `catch` gives is unknown. */
export type Exception = ExceptionWithCode | ExceptionWithMessage | ExceptionWithName | string;

/** The attributes of an exception. Those that the thrown value does not tell are absent. */
export interface ExceptionAttributes extends Attributes {
  'exception.type'?: string;
  'exception.message'?: string;
  'exception.stacktrace'?: string;
}

/** How many causes and errors of aggregates are written below the first stack trace. */
const MAX_RELATED = 16;
/** Where a stack trace with its causes is cut off, in characters. */
const MAX_STACK_LENGTH = 32_768;

/** Names that say less than the class does: `class Foo extends TypeError` is still named TypeError. */
const BUILT_IN_NAMES: ReadonlySet<string> = new Set([
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);
/** Node's own class for errors with a code; their name is the one that users know. */
const NODE_INTERNAL_CLASS = 'NodeError';

/**
 * The attributes for an event or a log record about `thrown`. The type is the name of the error or of its class, never
 * its code.
 * @see https://opentelemetry.io/docs/specs/otel/trace/exceptions/
 */
export function exceptionAttributes(thrown: unknown): ExceptionAttributes {
  const attributes: ExceptionAttributes = {};
  const type = typeOf(thrown);
  const message = messageOf(thrown);
  const stack = stackOf(thrown);
  if (type !== undefined) attributes['exception.type'] = type;
  if (message !== undefined) attributes['exception.message'] = message;
  if (stack !== undefined) attributes['exception.stacktrace'] = stack;
  return attributes;
}

/** What went wrong in a few words, for a status message. */
export function exceptionMessage(thrown: unknown): string | undefined {
  return messageOf(thrown) || typeOf(thrown);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function readText(value: object, key: string): string | undefined {
  const text = read(value, key);
  if (typeof text === 'string') return text === '' ? undefined : text;
  return typeof text === 'number' ? String(text) : undefined;
}

function typeOf(thrown: unknown): string | undefined {
  if (!isObject(thrown)) return typeof thrown === 'string' ? undefined : nameOfPrimitive(thrown);
  const name = readText(thrown, 'name');
  if (name !== undefined && !BUILT_IN_NAMES.has(name)) return name;
  const maker = read(thrown, 'constructor');
  const className = typeof maker === 'function' ? readText(maker, 'name') : undefined;
  return className === undefined || className === NODE_INTERNAL_CLASS ? (name ?? className) : className;
}

function nameOfPrimitive(thrown: unknown): string {
  return thrown === null ? 'null' : typeof thrown;
}

function messageOf(thrown: unknown): string | undefined {
  if (isObject(thrown)) return readText(thrown, 'message');
  return thrown === undefined || thrown === null ? undefined : String(thrown);
}

/** The stack trace, followed by those of the causes and, for an AggregateError, of its errors. */
function stackOf(thrown: unknown): string | undefined {
  if (!isObject(thrown)) return undefined;
  const own = readText(thrown, 'stack');
  const related = relatedOf(thrown);
  if (related.length === 0) return own?.slice(0, MAX_STACK_LENGTH);
  let stack = own ?? headlineOf(thrown);
  const seen = new Set<unknown>([thrown]);
  const queue = related;
  let written = 0;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next.value)) continue;
    if (isObject(next.value)) seen.add(next.value);
    if (written++ === MAX_RELATED || stack.length >= MAX_STACK_LENGTH) break;
    stack += `\n${next.label}: ${describe(next.value)}`;
    if (isObject(next.value)) queue.unshift(...relatedOf(next.value));
  }
  return stack.slice(0, MAX_STACK_LENGTH);
}

interface Related {
  readonly label: string;
  readonly value: unknown;
}

function relatedOf(thrown: object): Related[] {
  const related: Related[] = [];
  const cause = read(thrown, 'cause');
  if (cause !== undefined && cause !== null) related.push({ label: 'Caused by', value: cause });
  const errors = read(thrown, 'errors');
  try {
    if (Array.isArray(errors)) {
      const count = Math.min(errors.length, MAX_RELATED);
      for (let i = 0; i < count; i++)
        related.push({ label: `Error ${i + 1} of ${errors.length}`, value: errors[i] });
    }
  } catch {
    // A proxy that throws: what was read so far is written.
  }
  return related;
}

function describe(value: unknown): string {
  if (!isObject(value)) return messageOf(value) ?? nameOfPrimitive(value);
  return readText(value, 'stack') ?? headlineOf(value);
}

function headlineOf(thrown: object): string {
  const type = typeOf(thrown) ?? 'Error';
  const message = messageOf(thrown);
  return message === undefined ? type : `${type}: ${message}`;
}
