/** The reservoir of one series as the SDK drives it: one of the built-in ones, or anybody's, which may throw. */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { Context } from '../../../api/context/context.ts';
import { type Clock, ticksToHrTime } from '../../common/clock.ts';
import { report } from '../../common/diagnostics.ts';
import type { Exemplar } from '../metric-data.ts';
import { FixedReservoir, NO_PLACE } from './fixed-reservoir.ts';
import type { ExemplarReservoir } from './reservoir.ts';

export class SeriesReservoir {
  readonly built: FixedReservoir | undefined;
  readonly foreign: ExemplarReservoir | undefined;

  constructor(reservoir: ExemplarReservoir) {
    const isBuiltIn = reservoir instanceof FixedReservoir;
    this.built = isBuiltIn ? reservoir : undefined;
    this.foreign = isBuiltIn ? undefined : reservoir;
  }

  /** A time is read and attributes are copied only for what is kept. */
  offer(
    value: number,
    attributes: Attributes | undefined,
    isFiltered: boolean,
    context: Context,
    clock: Clock,
  ): void {
    const { built } = this;
    if (built === undefined) {
      this.#offerForeign(value, attributes, context, clock);
      return;
    }
    const place = built.placeFor(value);
    if (place === NO_PLACE) return;
    const kept = isFiltered && attributes !== undefined ? copyOf(attributes) : undefined;
    built.keep(place, value, ticksToHrTime(clock.anchor, clock.now()), kept, context);
  }

  take(pointAttributes: Attributes): readonly Exemplar[] | undefined {
    try {
      const exemplars = (this.built ?? this.foreign!).collect(pointAttributes);
      return exemplars.length > 0 ? exemplars : undefined;
    } catch (error) {
      report('error', 'exemplar_reservoir', 'Exemplars were left out: their reservoir threw', error);
      return undefined;
    }
  }

  #offerForeign(value: number, attributes: Attributes | undefined, context: Context, clock: Clock): void {
    try {
      const time = ticksToHrTime(clock.anchor, clock.now());
      this.foreign!.offer(value, time, attributes ?? {}, context);
    } catch (error) {
      report('error', 'exemplar_reservoir', 'An exemplar was left out: its reservoir threw', error);
    }
  }
}

/** The caller may change its object after the call; an object that cannot be read has no attributes. */
function copyOf(attributes: Attributes): Attributes | undefined {
  try {
    return { ...attributes };
  } catch {
    return undefined;
  }
}
