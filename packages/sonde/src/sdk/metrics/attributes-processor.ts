/** Which attributes of a measurement a view keeps, with the official SDK's names (metrics/sdk.md#stream-configuration). */
import type { Attributes } from '../../api/common/attributes.ts';
import type { Context } from '../../api/context/context.ts';
import { shown } from '../../internal/shown.ts';
import { setOwn } from '../common/attribute-value.ts';

/**
 * Chooses or changes the attributes of a measurement before its series is looked up. What is left out may still appear
 * on exemplars.
 */
export interface AttributesProcessor {
  /** @param context that of the measurement; undefined for observations */
  process(incoming: Attributes, context?: Context): Attributes;
}

/** A processor that looks at keys alone, so that the series look-up can do its work while it reads the attributes. */
export class KeyListProcessor implements AttributesProcessor {
  readonly #keys: ReadonlySet<string>;
  readonly #allows: boolean;

  constructor(keys: readonly string[], allows: boolean) {
    this.#keys = new Set(keys);
    this.#allows = allows;
  }

  keeps(key: string): boolean {
    return this.#keys.has(key) === this.#allows;
  }

  process(incoming: Attributes): Attributes {
    const kept: Attributes = {};
    for (const key of Object.keys(incoming)) if (this.keeps(key)) setOwn(kept, key, incoming[key]);
    return kept;
  }
}

/**
 * A processor that keeps the attributes named and drops all others. What it drops may still appear on exemplars.
 * @throws TypeError when the names are no list of strings
 */
export function createAllowListAttributesProcessor(
  attributeAllowList: readonly string[],
): AttributesProcessor {
  return new KeyListProcessor(checked('createAllowListAttributesProcessor', attributeAllowList), true);
}

/**
 * A processor that drops the attributes named and keeps all others. What it drops may still appear on exemplars.
 * @throws TypeError when the names are no list of strings
 */
export function createDenyListAttributesProcessor(attributeDenyList: readonly string[]): AttributesProcessor {
  return new KeyListProcessor(checked('createDenyListAttributesProcessor', attributeDenyList), false);
}

function checked(owner: string, keys: readonly string[]): readonly string[] {
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string')) return keys;
  throw new TypeError(`${owner}: the names of attributes must be a list of strings, got ${shown(keys)}`);
}
