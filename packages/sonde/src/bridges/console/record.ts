/** The arguments of a console's method as body and attributes. */
import type { ExceptionAttributes } from '../../api/trace/exception.ts';
import { exceptionAttributes } from '../../api/trace/exception.ts';

/** The text as the console prints it, and the first error among the arguments. */
export function bodyAndAttributes(args: readonly unknown[]): {
  body: string;
  attributes: ExceptionAttributes | undefined;
} {
  const error = args.find((each) => each instanceof Error);
  return { body: formatted(args), attributes: error === undefined ? undefined : exceptionAttributes(error) };
}

function formatted(args: readonly unknown[]): string {
  try {
    return process.getBuiltinModule('node:util').format(...args);
  } catch {
    return '[unable to format]';
  }
}
