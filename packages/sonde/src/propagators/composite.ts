/** Several propagators as one (api-propagators.md, "Composite Propagator"). */
import type { Context } from '../api/context/context.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import { shown } from '../internal/shown.ts';
import { reportPropagationFailure } from './carrier.ts';

/** The half of a propagator that writes. */
export type TextMapInjector = Pick<TextMapPropagator, 'inject' | 'fields'>;
/** The half of a propagator that reads. */
export type TextMapExtractor = Pick<TextMapPropagator, 'extract'>;

/** What a composite propagator is made of. */
export interface CompositePropagatorConfig {
  /** Take part in both directions. Of two that write the same field or context value, the later wins. */
  propagators?: TextMapPropagator[];
  /** Only inject, after `propagators`. */
  injectors?: TextMapInjector[];
  /** Only extract, after `propagators`. */
  extractors?: TextMapExtractor[];
}

/** Runs propagators in the order given. One that throws is reported, and the others still run. */
export class CompositePropagator implements TextMapPropagator {
  /** @internal */
  readonly injectors: readonly TextMapInjector[];
  /** @internal */
  readonly extractors: readonly TextMapExtractor[];
  /** @internal */
  readonly fieldNames: readonly string[];

  /** @throws TypeError if a member lacks the methods of its role */
  constructor(config: CompositePropagatorConfig = {}) {
    const { propagators = [], injectors = [], extractors = [] } = config;
    this.injectors = [...propagators, ...injectors];
    this.extractors = [...propagators, ...extractors];
    for (const member of this.injectors) check(member, 'inject');
    for (const member of this.extractors) check(member, 'extract');
    this.fieldNames = [...new Set(this.injectors.flatMap((member) => member.fields?.() ?? []))];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const injector of this.injectors) {
      try {
        injector.inject(context, carrier, setter);
      } catch (error) {
        reportPropagationFailure(`inject with ${nameOf(injector)}`, error);
      }
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    let extracted = context;
    for (const extractor of this.extractors) {
      try {
        extracted = extractor.extract(extracted, carrier, getter) ?? extracted;
      } catch (error) {
        reportPropagationFailure(`extract with ${nameOf(extractor)}`, error);
      }
    }
    return extracted;
  }

  fields(): string[] {
    return [...this.fieldNames];
  }
}

function check(member: TextMapInjector | TextMapExtractor, method: 'inject' | 'extract'): void {
  if (typeof (member as Partial<TextMapPropagator> | undefined)?.[method] === 'function') return;
  throw new TypeError(
    `A member of a CompositePropagator must have a method ${method}; ${nameOf(member)} has none.`,
  );
}

function nameOf(member: unknown): string {
  try {
    const name: unknown = (member as object | null | undefined)?.constructor?.name;
    return typeof name === 'string' && name !== '' ? name : shown(member);
  } catch {
    return 'a propagator without a name';
  }
}
