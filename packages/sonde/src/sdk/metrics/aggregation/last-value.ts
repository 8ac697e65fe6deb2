/** Last value: of what was measured, only the newest (metrics/sdk.md#last-value-aggregation). */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import { takeExemplars } from '../exemplar/offer.ts';
import { DOUBLE_ZERO, Point, Series } from './series.ts';

export class LastValueSeries extends Series {
  last: number;

  constructor(attributes: Attributes, startTime: HrTime) {
    super(attributes, startTime);
    this.last = DOUBLE_ZERO;
  }

  record(value: number): number {
    this.last = value;
    this.isTouched = true;
    return 0;
  }

  take(startTime: HrTime, endTime: HrTime): Point<number> {
    return new Point(startTime, endTime, this.attributes, this.last + 0, takeExemplars(this));
  }
}
