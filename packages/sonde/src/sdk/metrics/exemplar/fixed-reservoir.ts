/**
 * What both reservoirs of the specification are: a fixed number of places, and a rule for which place a measurement
 * gets. A place is written over, not replaced; nothing is made for a measurement that gets none.
 */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import type { Context } from '../../../api/context/context.ts';
import { isSpanContextValid, type SpanContext } from '../../../api/trace/span-context.ts';
import { getSpanContext } from '../../../api/trace/span-in-context.ts';
import { setOwn } from '../../common/attribute-value.ts';
import type { Exemplar } from '../metric-data.ts';
import type { ExemplarReservoir } from './reservoir.ts';

/** Of a measurement that gets no place. */
export const NO_PLACE = -1;

/**
 * One of all that are offered is kept, each with the same chance: the nth replaces the one before with the chance 1/n.
 * Which is the next to do so is drawn at once, with the same outcome, so that the others need no random number: that none
 * of the measurements after `kept`, up to m, is kept has the chance kept/m.
 */
export function nextKept(kept: number): number {
  return Math.floor(kept / (1 - Math.random())) + 1;
}

interface Place {
  value: number;
  timestamp: HrTime;
  attributes: Attributes | undefined;
  spanContext: SpanContext | undefined;
}

/** The built-in reservoirs. */
export abstract class FixedReservoir implements ExemplarReservoir {
  private readonly places: (Place | undefined)[] = [];
  private used = 0;

  /** @internal The place for this measurement, or NO_PLACE. Called once for each offer; `bucket` is where the series counted it. */
  abstract placeFor(value: number, bucket?: number): number;

  /** @internal Begins a new interval. */
  abstract restart(): void;

  /** @internal Puts a measurement that has a place there. */
  keep(
    at: number,
    value: number,
    timestamp: HrTime,
    attributes: Attributes | undefined,
    context: Context,
  ): void {
    const place = this.places[at];
    const spanContext = getSpanContext(context);
    if (place === undefined) {
      this.places[at] = { value, timestamp, attributes, spanContext };
      this.used++;
    } else {
      place.value = value;
      place.timestamp = timestamp;
      place.attributes = attributes;
      place.spanContext = spanContext;
    }
  }

  /** Keeps the measurement if it gets a place. */
  offer(value: number, timestamp: HrTime, attributes: Attributes, context: Context): void {
    const at = this.placeFor(value);
    if (at !== NO_PLACE) this.keep(at, value, timestamp, attributes, context);
  }

  /** What was kept since the last call; the places are free again. */
  collect(pointAttributes: Attributes): Exemplar[] {
    const exemplars: Exemplar[] = [];
    if (this.used > 0) {
      for (const place of this.places)
        if (place !== undefined) exemplars.push(exemplar(place, pointAttributes));
      this.places.length = 0;
      this.used = 0;
    }
    this.restart();
    return exemplars;
  }
}

function exemplar(place: Place, pointAttributes: Attributes): Exemplar {
  const { value, timestamp, spanContext } = place;
  const filteredAttributes = without(place.attributes, pointAttributes);
  // A span of nobody's has no ids that anyone could look for.
  if (spanContext === undefined || !isSpanContextValid(spanContext))
    return { filteredAttributes, value, timestamp };
  const { traceId, spanId } = spanContext;
  return { filteredAttributes, value, timestamp, spanId, traceId };
}

const NONE: Attributes = /* @__PURE__ */ Object.freeze({});

/** The attributes of a measurement that its point does not have. */
function without(attributes: Attributes | undefined, pointAttributes: Attributes): Attributes {
  if (attributes === undefined) return NONE;
  const left: Attributes = {};
  for (const key of Object.keys(attributes)) {
    if (!Object.hasOwn(pointAttributes, key)) setOwn(left, key, attributes[key]);
  }
  return left;
}
