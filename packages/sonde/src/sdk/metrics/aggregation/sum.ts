/** Sum: the arithmetic sum of what was measured (metrics/sdk.md#sum-aggregation). */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import { takeExemplars } from '../exemplar/offer.ts';
import { DOUBLE_ZERO, Point, Series } from './series.ts';

export class SumSeries extends Series {
  sum: number;

  constructor(attributes: Attributes, startTime: HrTime) {
    super(attributes, startTime);
    this.sum = DOUBLE_ZERO;
  }

  record(value: number): number {
    this.sum += value;
    this.isTouched = true;
    return 0;
  }

  take(startTime: HrTime, endTime: HrTime, isReset: boolean): Point<number> {
    // Nothing but -0 was added: that is 0 for everybody else.
    const sum = this.sum + 0;
    if (isReset) this.sum = DOUBLE_ZERO;
    return new Point(startTime, endTime, this.attributes, sum, takeExemplars(this));
  }
}
