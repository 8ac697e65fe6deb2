/** An event of log4js as body and attributes. */
import { exceptionAttributes } from '../../api/trace/exception.ts';
import { jsonValue, setOwn } from '../shared/json-value.ts';

/** What log4js gives to appenders; only passed on. */
export interface Log4jsEvent {
  readonly categoryName: string;
  readonly data: readonly unknown[];
}

/** The attribute with the category, by the name that the semantic conventions of Java's loggers have for it. */
const CATEGORY = 'log4js.category';

/**
 * The message as log4js formats it, the context of the logger and the first error as attributes. With `text`, which a
 * layout wrote that may have left something out, that is all there is.
 */
export function bodyAndAttributes(
  category: string,
  context: Readonly<Record<string, unknown>>,
  data: readonly unknown[],
  text: unknown,
): { body: unknown; attributes: Record<string, unknown> } {
  const attributes: Record<string, unknown> = { [CATEGORY]: category };
  if (text !== undefined) return { body: jsonValue(text), attributes };
  for (const key of Object.keys(context)) {
    const value = jsonValue(context[key], key);
    if (value !== undefined) setOwn(attributes, key, value);
  }
  const error = data.find((each) => each instanceof Error);
  if (error !== undefined) Object.assign(attributes, exceptionAttributes(error));
  return { body: formatted(data), attributes };
}

function formatted(data: readonly unknown[]): string {
  try {
    return process.getBuiltinModule('node:util').format(...data);
  } catch {
    return '[unable to format]';
  }
}
