/** What keeps exemplars of a series, as views choose it (specification: metrics/sdk.md#exemplarreservoir). */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import type { Context } from '../../../api/context/context.ts';
import type { Exemplar } from '../metric-data.ts';

/** One per series. JavaScript runs one call at a time: it needs no lock. */
export interface ExemplarReservoir {
  /**
   * Offers a measurement that passed the exemplar filter, with all its attributes, also those that the view leaves out
   * of the series. The reservoir may keep it or not.
   */
  offer(value: number, timestamp: HrTime, attributes: Attributes, context: Context): void;
  /**
   * Gives what was kept since the last call, and forgets it. Attributes of the point, which an exemplar does not
   * repeat, are given.
   */
  collect(pointAttributes: Attributes): Exemplar[];
}

/** Makes the reservoir of one series. */
export type ExemplarReservoirFactory = () => ExemplarReservoir;
