/**
 * Tracers, meters and loggers by the identity of their scope: name, version, schema URL and attributes together
 * (trace/api.md#get-a-tracer, and the same words for meters and loggers). The same identity gives the same object.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { type AttributeLimits, AttributeList } from './attributes.ts';
import { report } from './diagnostics.ts';
import type { InstrumentationScope } from './instrumentation-scope.ts';

/** Beyond this many scopes new ones still work but are not remembered: somebody makes names up per request. */
const MAX_SCOPES = 10_000;

/** Scope attributes are exempt from the limits of records; only hostile depth is cut. */
const SCOPE_LIMITS: AttributeLimits = {
  attributeCountLimit: Infinity,
  attributeValueLengthLimit: Infinity,
  attributeValueDepthLimit: 64,
};

/** What callers may say about a scope beyond name and version. */
export interface ScopeOptions {
  readonly schemaUrl?: string | undefined;
  readonly attributes?: Attributes | undefined;
}

export class ScopeRegistry<T> {
  readonly #what: string;
  readonly #make: (scope: InstrumentationScope) => T;
  readonly #byName = new Map<string, T>();
  readonly #byIdentity = new Map<string, T>();

  /** @param what the word for one of them in messages, such as `tracer` */
  constructor(what: string, make: (scope: InstrumentationScope) => T) {
    this.#what = what;
    this.#make = make;
  }

  get(name: string, version?: string, options?: ScopeOptions | null): T {
    const known = version === undefined && !options ? this.#byName.get(name) : undefined;
    return known ?? this.#find(name, version, options ?? {});
  }

  /** Every one that was made and remembered. */
  values(): Iterable<T> {
    return this.#byIdentity.values();
  }

  #find(name: unknown, version: unknown, options: ScopeOptions): T {
    const scope = this.#scope(name, version, options);
    const identity = identityOf(scope);
    let made = this.#byIdentity.get(identity);
    if (made === undefined) {
      made = this.#make(scope);
      if (this.#byIdentity.size < MAX_SCOPES) {
        this.#byIdentity.set(identity, made);
      } else {
        report(
          'warn',
          'scope_count',
          `More than ${MAX_SCOPES} different ${this.#what}s were asked for: names are for libraries, not for requests`,
        );
      }
    }
    const isPlain = version === undefined && scope.schemaUrl === undefined && scope.attributes === undefined;
    if (isPlain && this.#byName.size < MAX_SCOPES) this.#byName.set(scope.name, made);
    return made;
  }

  #scope(name: unknown, version: unknown, given: ScopeOptions): InstrumentationScope {
    if (typeof name !== 'string' || name === '') {
      report(
        'warn',
        'scope_name',
        `A ${this.#what} was asked for without a name: it works, under an empty name`,
      );
    }
    const { schemaUrl, attributes: ofScope } = readOptions(given);
    const list = new AttributeList();
    list.setAll(ofScope, SCOPE_LIMITS);
    const attributes = list.size > 0 ? Object.freeze(list.toObject()) : undefined;
    return Object.freeze({
      name: typeof name === 'string' ? name : '',
      ...(typeof version === 'string' && version !== '' ? { version } : undefined),
      ...(typeof schemaUrl === 'string' && schemaUrl !== '' ? { schemaUrl } : undefined),
      ...(attributes === undefined ? undefined : { attributes }),
    });
  }
}

/** Options that cannot be read (a revoked proxy, a getter that throws) are none. */
function readOptions(given: ScopeOptions): ScopeOptions {
  try {
    return { schemaUrl: given.schemaUrl, attributes: given.attributes };
  } catch {
    return {};
  }
}

/** Attributes in the order of their keys, so that two objects with the same content are the same scope. */
function identityOf(scope: InstrumentationScope): string {
  const attributes = Object.entries(scope.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    [scope.name, scope.version ?? '', scope.schemaUrl ?? '', attributes],
    (_key, value) => (typeof value === 'bigint' ? `${value}n` : value),
  );
}
