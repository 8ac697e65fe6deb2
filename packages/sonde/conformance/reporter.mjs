/**
 * Turns the events of node:test into one JSON line per finished test. The built-in reporters differ between Node's
 * lines in how they show skipped tests; the events do not.
 */
import { inspect } from 'node:util';

/** Skipped and todo tests arrive as passed, with a mark: they show nothing. */
function outcome(type, data) {
  if (data.skip !== undefined && data.skip !== false) return 'skipped';
  if (data.todo !== undefined && data.todo !== false) return 'todo';
  return type === 'test:pass' ? 'passed' : 'failed';
}

function reason(error) {
  const cause = error?.cause ?? error ?? '';
  // What a test throws may be anything: an object without a prototype is no text.
  return typeof cause?.message === 'string' ? cause.message : inspect(cause);
}

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const result = { title: data.name, file: data.file ?? '', outcome: outcome(type, data) };
    if (result.outcome === 'failed') result.reason = reason(data.details?.error);
    yield `${JSON.stringify(result)}\n`;
  }
}
