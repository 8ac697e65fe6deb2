/** W3C Baggage: the `baggage` field (baggage/api.md, "Propagation"). What reads and writes it is loaded with the first one. */
import { getBaggage, setBaggage } from '../api/baggage/baggage-in-context.ts';
import type { Context } from '../api/context/context.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import { readList, reportPropagationFailure } from './carrier.ts';
import { loadHeaderBaggage } from './deferred-header-baggage.ts';

/** The name of the field. */
export const BAGGAGE_HEADER = 'baggage';

/**
 * Carries the baggage in the field `baggage`, within 180 members, 4096 bytes a member and 8192 bytes in all; what is
 * over is left out and reported.
 */
export class W3CBaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const baggage = getBaggage(context);
      if (baggage === undefined || isTracingSuppressed(context)) return;
      const header = loadHeaderBaggage().headerOf(baggage);
      if (header !== '') setter.set(carrier, BAGGAGE_HEADER, header);
    } catch (error) {
      reportPropagationFailure('inject the baggage', error);
    }
  }

  /** The context as it is when there is no valid member. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = readList(getter, carrier, BAGGAGE_HEADER);
      if (header === undefined || header === '') return context;
      const baggage = loadHeaderBaggage().baggageOf(header);
      return baggage === undefined ? context : setBaggage(context, baggage);
    } catch (error) {
      reportPropagationFailure('extract the baggage', error);
      return context;
    }
  }

  fields(): string[] {
    return [BAGGAGE_HEADER];
  }
}
