/**
 * Environment variables as a carrier (context/env-carriers.md): how a program hands its context to a child process, or
 * takes it from whoever started it. Values are passed on as they are; what they mean is up to the propagator.
 *
 * A program reads its environment once, at start, since it does not change afterwards. For a child it copies the
 * environment, injects into the copy and starts the child with it: the own environment is shared by all that runs in
 * the process. A context in the environment can be read by everyone who can see the process: no secrets in baggage.
 *
 *     const parent = propagator.extract(ROOT_CONTEXT, undefined, new EnvironmentGetter());
 *     const env = { ...process.env };
 *     propagator.inject(context.active(), env, new EnvironmentSetter());
 *     spawn('job', { env });
 */
import { environment } from '#platform';
import type { TextMapGetter, TextMapSetter } from '../api/propagation/text-map.ts';

/** An environment: `process.env`, one's copy of it, `Deno.env.toObject()`, `Bun.env`. */
export type EnvironmentCarrier = Record<string, string | undefined>;

const NORMALIZED = /^[A-Z_][A-Z0-9_]*$/;

/**
 * The name of the variable for a key: upper case, `_` for whatever is no letter, digit or underscore of ASCII, and
 * before a leading digit; an empty key is `_`.
 */
export function normalizeEnvironmentKey(key: string): string {
  // Letters beyond ASCII must not become ASCII ones: 'ı'.toUpperCase() is 'I'.
  const name = key.replace(/[a-z]/g, (letter) => letter.toUpperCase()).replace(/[^A-Z0-9_]/g, '_');
  return name === '' || /^[0-9]/.test(name) ? `_${name}` : name;
}

/** Reads an environment: the one it is made with, else the carrier it is called with, else that of the process. */
export class EnvironmentGetter implements TextMapGetter<EnvironmentCarrier | undefined> {
  /** @internal */
  readonly source: EnvironmentCarrier | undefined;

  constructor(source?: EnvironmentCarrier) {
    this.source = source;
  }

  /** The names that are normalized already: no others can have been written by a setter. */
  keys(carrier?: EnvironmentCarrier): string[] {
    return Object.keys(this.read(carrier)).filter((name) => NORMALIZED.test(name));
  }

  get(carrier: EnvironmentCarrier | undefined, key: string): string | undefined {
    const variables = this.read(carrier);
    const name = normalizeEnvironmentKey(key);
    return Object.hasOwn(variables, name) ? variables[name] : undefined;
  }

  getAll(carrier: EnvironmentCarrier | undefined, key: string): string[] {
    const value = this.get(carrier, key);
    return value === undefined ? [] : [value];
  }

  /** @internal */
  read(carrier: EnvironmentCarrier | undefined): Readonly<EnvironmentCarrier> {
    return this.source ?? carrier ?? environment();
  }
}

/** Writes to an environment: the one it is made with, else the carrier it is called with; never that of the process. */
export class EnvironmentSetter implements TextMapSetter<EnvironmentCarrier | undefined> {
  /** @internal */
  readonly target: EnvironmentCarrier | undefined;

  constructor(target?: EnvironmentCarrier) {
    this.target = target;
  }

  set(carrier: EnvironmentCarrier | undefined, key: string, value: string): void {
    const variables = this.target ?? carrier;
    if (variables !== undefined && variables !== null) variables[normalizeEnvironmentKey(key)] = value;
  }
}
