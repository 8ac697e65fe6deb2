/**
 * An error that a library has turned into plain fields, as the attributes `exception.*`. Taken from what the library's
 * serializer made and not from the error itself: what the serializer leaves out stays out.
 */
import { setOwn } from './json-value.ts';

/** Where a stack trace is cut, in characters: as in api/trace/exception.ts. */
const MAX_STACK_LENGTH = 32_768;

/**
 * Moves type, message and stack of the serialized error under `key` to `exception.*`; its other members stay where they
 * are. Attributes of those names that are there already win.
 */
export function liftException(attributes: Record<string, unknown>, key: string): void {
  const error = attributes[key];
  if (typeof error !== 'object' || error === null || !isError(error as Record<string, unknown>)) return;
  const { type, name, message, stack, ...rest } = error as Record<string, unknown>;
  setException(attributes, type ?? name, message, stack);
  if (typeof type === 'string' && name !== undefined && name !== type) rest['name'] = name;
  if (Object.keys(rest).length > 0) setOwn(attributes, key, rest);
  else delete attributes[key];
}

/** Sets those of the three that are text and not there yet. */
export function setException(
  attributes: Record<string, unknown>,
  type: unknown,
  message: unknown,
  stack: unknown,
): void {
  if (typeof type === 'string' && type !== '') attributes['exception.type'] ??= type;
  if (typeof message === 'string') attributes['exception.message'] ??= message;
  if (typeof stack === 'string') attributes['exception.stacktrace'] ??= stack.slice(0, MAX_STACK_LENGTH);
}

function isError({ message, stack, type, name }: Record<string, unknown>): boolean {
  return (
    typeof message === 'string' &&
    (typeof stack === 'string' || typeof type === 'string' || typeof name === 'string')
  );
}
