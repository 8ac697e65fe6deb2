/** SimpleFixedSizeExemplarReservoir: each measurement of an interval is kept with the same chance. */

import { shown } from '../../../internal/shown.ts';
import { FixedReservoir, NO_PLACE, nextKept } from './fixed-reservoir.ts';

/**
 * Uniform sampling of a fixed number of measurements (metrics/sdk.md#simplefixedsizeexemplarreservoir), by the
 * specification's algorithm: of n measurements the newest gets a place with the chance size / n.
 */
export class SimpleFixedSizeExemplarReservoir extends FixedReservoir {
  private readonly size: number;
  private seen = 0;
  /** With one place: which measurement is the next to be kept. */
  private next = 1;

  /**
   * @param size the most exemplars of one series and collection. Default 1.
   * @throws RangeError for something that is no whole number from 1 on
   */
  constructor(size = 1) {
    super();
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(
        `SimpleFixedSizeExemplarReservoir: size must be a whole number from 1 on, got ${shown(size)}`,
      );
    }
    this.size = size;
  }

  /** @internal */
  placeFor(_value: number): number {
    const seen = this.seen++;
    if (this.size === 1) {
      if (seen + 1 < this.next) return NO_PLACE;
      this.next = nextKept(seen + 1);
      return 0;
    }
    if (seen < this.size) return seen;
    const place = Math.floor(Math.random() * (seen + 1));
    return place < this.size ? place : NO_PLACE;
  }

  /** @internal */
  restart(): void {
    this.seen = 0;
    this.next = 1;
  }
}
