/**
 * Options for a span most of whose attributes are those of the span before. Our tracer takes the template and asks for
 * the rest; every other tracer, and every sampler, reads `attributes`, which is all of them as one object.
 */
import type { AttributeTemplate } from '../common/attribute-template.ts';
import type { Attributes, AttributeValue } from '../common/attributes.ts';
import type { SpanOptions } from './span.ts';
import type { SpanKind } from './span-kind.ts';

/** Where attributes are set: a span, or an object that is about to become some. */
export interface AttributeTarget {
  setAttribute(key: string, value: AttributeValue): unknown;
}

export abstract class TemplatedSpanOptions implements SpanOptions {
  abstract readonly kind: SpanKind;
  /** The attributes in common; undefined when there are none. Called before `fill`. */
  abstract template(): AttributeTemplate | undefined;

  /** Sets the attributes that are not in the template. */
  abstract fill(target: AttributeTarget): void;

  /** All attributes, made anew by each read. */
  get attributes(): Attributes {
    const collector = new Collector();
    const entries = this.template()?.entries ?? [];
    for (let slot = 0; slot < entries.length; slot += 2) {
      collector.setAttribute(entries[slot] as string, entries[slot + 1]!);
    }
    this.fill(collector);
    return collector.attributes;
  }
}

class Collector implements AttributeTarget {
  readonly attributes: Attributes = {};

  setAttribute(key: string, value: AttributeValue): void {
    this.attributes[key] = value;
  }
}
