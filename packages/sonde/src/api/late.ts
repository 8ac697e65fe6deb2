/**
 * Things of an SDK that can be had before there is one: tracers, loggers, instruments. Each looks for its real thing at
 * every use until there is one, and again when the global provider changes.
 */
import { generation, isNothingRegistered, prepareGlobal } from './global.ts';

const NEVER = 0;

export abstract class Late<T> {
  // Not private, only left out of the declarations: two copies of the package must have the same type.
  /** @internal The thing that does nothing. */
  readonly nothing: T;
  /** @internal The real thing can only come from the global: no need to look when that is empty. */
  readonly isFromGlobal: boolean;
  /** @internal The real thing, found in generation `foundIn` of the global. */
  found: T;
  /** @internal */
  foundIn: number;

  constructor(nothing: T, isFromGlobal: boolean) {
    this.nothing = nothing;
    this.isFromGlobal = isFromGlobal;
    this.found = nothing;
    this.foundIn = NEVER;
    prepareGlobal();
  }

  /** @internal Looks for the real thing; undefined as long as nobody registered a provider. Never throws. */
  abstract find(): T | undefined;

  /** @internal The real thing or the one that does nothing. One comparison when it was found before. */
  real(): T {
    return this.foundIn === generation ? this.found : look(this);
  }
}

function look<T>(late: Late<T>): T {
  if (late.isFromGlobal && isNothingRegistered()) return late.nothing;
  const real = late.find();
  if (real === undefined) return late.nothing;
  late.found = real;
  late.foundIn = generation;
  return real;
}
