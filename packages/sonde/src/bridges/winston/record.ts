/** A record of winston as body and attributes. */
import { exceptionAttributes } from '../../api/trace/exception.ts';
import { setException } from '../shared/exception-fields.ts';
import { jsonValue, setOwn } from '../shared/json-value.ts';

/** winston's own symbols (package triple-beam): the level before a format coloured it, and the arguments after the message. */
export const LEVEL: unique symbol = Symbol.for('level') as never;
const SPLAT: unique symbol = Symbol.for('splat') as never;

/** What goes through winston 3: the caller's object, or one that winston made. */
export interface WinstonInfo {
  level?: unknown;
  message?: unknown;
  stack?: unknown;
  cause?: unknown;
  [LEVEL]?: unknown;
  [SPLAT]?: unknown;
  [field: string]: unknown;
}

const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(['level', 'message', 'stack', 'cause']);

export interface BodyAndAttributes {
  body: unknown;
  attributes: Record<string, unknown>;
}

/** The fields as attributes, without those that link the line to a span: the log record has its own link. */
export function bodyAndAttributes(
  info: WinstonInfo,
  traceFields: Record<string, unknown> | undefined,
): BodyAndAttributes {
  const attributes = fieldsOf(info, traceFields);
  const { message, stack, cause } = info;
  const hasStack = typeof stack === 'string';
  if (message instanceof Error) {
    Object.assign(attributes, exceptionAttributes(message));
    return { body: message.message, attributes };
  }
  if (hasStack) exceptionOf(attributes, info, stack);
  else if (stack !== undefined) setIfAny(attributes, 'stack', stack);
  if (!hasStack && cause !== undefined) setIfAny(attributes, 'cause', cause);
  return { body: jsonValue(message), attributes };
}

function fieldsOf(
  info: Record<string, unknown>,
  traceFields: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const key of Object.keys(info)) {
    if (NOT_ATTRIBUTES.has(key) || (traceFields !== undefined && traceFields[key] === info[key])) continue;
    setIfAny(attributes, key, info[key]);
  }
  return attributes;
}

function setIfAny(attributes: Record<string, unknown>, key: string, value: unknown): void {
  const kept = jsonValue(value, key);
  if (kept !== undefined) setOwn(attributes, key, kept);
}

/**
 * The error of a record that has a stack: the record is the error itself, or winston put the stack of an error among the
 * arguments into it. Where a format has rewritten the message, the words of the error are not sent: they hold the old one.
 */
function exceptionOf(attributes: Record<string, unknown>, info: WinstonInfo, stack: string): void {
  const error = info instanceof Error ? info : errorIn(info[SPLAT], stack);
  const message: unknown = error?.message ?? info.message;
  const isAsThrown =
    typeof message === 'string' &&
    typeof info.message === 'string' &&
    stack.includes(message) &&
    info.message.includes(message);
  const type =
    error === undefined
      ? /^([\w$.]+)(?=:|\n|$)/.exec(stack)?.[1]
      : exceptionAttributes(error)['exception.type'];
  if (info instanceof Error && !isAsThrown) {
    setException(attributes, type, info.message, undefined);
    return;
  }
  const whole = exceptionAttributes({ stack, cause: info.cause })['exception.stacktrace'];
  setException(attributes, type, isAsThrown ? message : undefined, whole);
}

function errorIn(splat: unknown, stack: string): Error | undefined {
  if (!Array.isArray(splat)) return undefined;
  return splat.find((each): each is Error => each instanceof Error && each.stack === stack);
}

/** What winston 1 and 2 give to their transports. */
export function oldBodyAndAttributes(message: unknown, meta: unknown): BodyAndAttributes {
  if (meta instanceof Error) return { body: message, attributes: { ...exceptionAttributes(meta) } };
  const fields = jsonValue(meta);
  if (typeof fields !== 'object' || fields === null) return { body: message, attributes: {} };
  const attributes = Array.isArray(fields) ? { meta: fields } : (fields as Record<string, unknown>);
  if (typeof attributes['stack'] === 'string') {
    const { stack, ...rest } = attributes;
    setException(rest, undefined, undefined, stack);
    return { body: message, attributes: rest };
  }
  return { body: message, attributes };
}
