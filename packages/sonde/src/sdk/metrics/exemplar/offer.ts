/** What passes between a series and its reservoir, which is one of the built-in ones or anybody's, and may throw. */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { Context } from '../../../api/context/context.ts';
import { type Clock, ticksToHrTime } from '../../common/clock.ts';
import { report } from '../../common/diagnostics.ts';
import type { Exemplar } from '../metric-data.ts';
import { FixedReservoir, NO_PLACE } from './fixed-reservoir.ts';
import type { ExemplarReservoir } from './reservoir.ts';

/**
 * Offers a measurement that passed the filter. A time is read, and attributes are copied, only for what is kept.
 * @param bucket where the measurement fell, in a series that has buckets
 * @param isFiltered whether the series may lack attributes of the measurement
 */
export function offerTo(
  reservoir: ExemplarReservoir,
  value: number,
  bucket: number,
  attributes: Attributes | undefined,
  isFiltered: boolean,
  context: Context,
  clock: Clock,
): void {
  if (!(reservoir instanceof FixedReservoir)) {
    offerForeign(reservoir, value, attributes, context, clock);
    return;
  }
  const place = reservoir.placeFor(value, bucket);
  if (place === NO_PLACE) return;
  const kept = isFiltered && attributes !== undefined ? copyOf(attributes) : undefined;
  reservoir.keep(place, value, ticksToHrTime(clock.anchor, clock.now()), kept, context);
}

function offerForeign(
  reservoir: ExemplarReservoir,
  value: number,
  attributes: Attributes | undefined,
  context: Context,
  clock: Clock,
): void {
  try {
    reservoir.offer(value, ticksToHrTime(clock.anchor, clock.now()), attributes ?? {}, context);
  } catch (error) {
    report('error', 'exemplar_reservoir', 'An exemplar was left out: its reservoir threw', error);
  }
}

/** What the reservoir of a series kept since the last collection, if it kept anything. */
export function takeExemplars(series: {
  readonly reservoir: ExemplarReservoir | undefined;
  readonly attributes: Attributes;
}): Exemplar[] | undefined {
  if (series.reservoir === undefined) return undefined;
  try {
    const exemplars = series.reservoir.collect(series.attributes);
    if (!(series.reservoir instanceof FixedReservoir) && !exemplars.every(isExemplar)) {
      throw new TypeError('collect() must give a list of { value, timestamp, filteredAttributes }');
    }
    return exemplars.length > 0 ? exemplars : undefined;
  } catch (error) {
    report('error', 'exemplar_reservoir', 'Exemplars were left out: their reservoir threw', error);
    return undefined;
  }
}

/** Whether something from elsewhere is an exemplar that exporters can do something with. */
export function isExemplar(given: unknown): given is Exemplar {
  if (typeof given !== 'object' || given === null) return false;
  const { value, timestamp, filteredAttributes, traceId, spanId } = given as Partial<Exemplar>;
  const isId = (id: unknown): boolean => id === undefined || typeof id === 'string';
  return (
    typeof value === 'number' &&
    Array.isArray(timestamp) &&
    timestamp.length === 2 &&
    typeof filteredAttributes === 'object' &&
    filteredAttributes !== null &&
    isId(traceId) &&
    isId(spanId)
  );
}

/** The caller may change its object after the call; an object that cannot be read has no attributes. */
function copyOf(attributes: Attributes): Attributes | undefined {
  try {
    return { ...attributes };
  } catch {
    return undefined;
  }
}
