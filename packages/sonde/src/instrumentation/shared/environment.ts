/**
 * The variables that instrumentations themselves obey. Not read through the table of the SDK: an instrumentation made by
 * hand also serves an SDK that is not ours. The only file of this layer that looks at the environment.
 */

/** The entries of a variable that is a list, without blanks; empty when it is unset. */
export function listFromEnvironment(name: string): string[] {
  return (process.env[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
