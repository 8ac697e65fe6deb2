/**
 * Sum: the arithmetic sum of what was measured (metrics/sdk.md#sum-aggregation). Last value: of what was measured, only the
 * newest (metrics/sdk.md#last-value-aggregation). Both are a number, and one class: what finds a series meets all
 * classes that a program has, and V8 looks at four kinds of objects quickly, at five no longer.
 */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { HrTime } from '../../../api/common/time.ts';
import { takeExemplars } from '../exemplar/offer.ts';
import { DOUBLE_ZERO, Point, REPLACES, Series, TOUCHED } from './series.ts';

/** A number that is written in place. As a field of the series each new one would be an object of its own. */
class DoubleBox {
  value: number;

  constructor() {
    this.value = DOUBLE_ZERO;
  }
}

export class NumberSeries extends Series {
  /**
   * A whole number of 31 bits, which is most counters and takes no memory beside the field; from the first other value
   * on, a box.
   */
  number: number | DoubleBox;

  /** @param marks REPLACES for the last value, 0 for the sum */
  constructor(attributes: Attributes, startTime: HrTime, marks: number) {
    super(attributes, startTime, marks);
    this.number = 0;
  }

  record(value: number): number {
    const { marks, number } = this;
    this.marks = marks | TOUCHED;
    if (typeof number === 'number') {
      const result = (marks & REPLACES) === 0 ? number + value : value;
      if ((result | 0) === result) this.number = result;
      else intoBox(this, result);
    } else if ((marks & REPLACES) === 0) {
      number.value += value;
    } else {
      number.value = value;
    }
    return 0;
  }

  take(startTime: HrTime, endTime: HrTime, isReset: boolean): Point<number> {
    const { number } = this;
    // A last value of -0 is 0 for everybody else.
    const value = (typeof number === 'number' ? number : number.value) + 0;
    if (isReset && (this.marks & REPLACES) === 0) {
      if (typeof number === 'number') this.number = 0;
      else number.value = DOUBLE_ZERO;
    }
    return new Point(startTime, endTime, this.attributes, value, takeExemplars(this));
  }
}

function intoBox(series: NumberSeries, value: number): void {
  const box = new DoubleBox();
  box.value = value;
  series.number = box;
}
