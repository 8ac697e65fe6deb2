/**
 * Attributes that many spans have in common, such as those of all requests of one connection: looked at once, kept by
 * reference, encoded once. For instrumentations of this package; a tracer that is not ours never sees one.
 */

/** What needs no copy to be kept. */
export type TemplateValue = string | number | boolean;

export class AttributeTemplate {
  /** Keys at even, values at odd places; no key twice. Never changed. */
  readonly entries: readonly TemplateValue[];
  /** Characters of the longest value: under a limit that is shorter the template cannot be used as it is. */
  readonly longestValue: number;
  /** What an encoder made of the entries, and behind which tag; it is the encoder's. */
  encoded: Uint8Array | undefined;
  encodedTag: number;

  constructor(entries: readonly TemplateValue[]) {
    let longest = 0;
    for (let slot = 1; slot < entries.length; slot += 2) {
      const value = entries[slot];
      if (typeof value === 'string' && value.length > longest) longest = value.length;
    }
    this.entries = entries;
    this.longestValue = longest;
    this.encoded = undefined;
    this.encodedTag = 0;
  }

  has(key: string): boolean {
    const { entries } = this;
    for (let slot = 0; slot < entries.length; slot += 2) {
      if (entries[slot] === key) return true;
    }
    return false;
  }
}
