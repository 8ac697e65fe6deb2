/**
 * Slices of collections on their way into bytes: the first at once, each further one in a turn of the event loop of its
 * own, so that a large collection does not hold up the program. When the process ends the rest is encoded at once.
 */
import { nextTurn } from '#platform';
import { type ExitParticipant, registerForExit } from '../../sdk/pipeline/exit.ts';
import { type PointRun, pointsOf } from './point-run.ts';

/** Encodes one slice and sends it on. Never throws. */
type Work = () => void;

interface Waiting {
  readonly points: number;
  readonly work: Work;
}

export class SliceQueue implements ExitParticipant {
  #waiting: Waiting[] = [];
  #isTurning = false;
  #whenEmpty: (() => void)[] = [];

  constructor() {
    registerForExit(this);
  }

  /** Data points that are not encoded yet. */
  get queueLength(): number {
    return this.#waiting.reduce((sum, { points }) => sum + points, 0);
  }

  /** Takes the slices of one collection, behind what is waiting; `encode` is called with each, once. */
  add(slices: readonly PointRun[][], encode: (slice: PointRun[]) => void): void {
    for (const slice of slices) {
      this.#waiting.push({ points: pointsOf(slice, slice.length), work: () => encode(slice) });
    }
    if (!this.#isTurning) this.#turn();
  }

  encodeAllNow(): boolean {
    while (this.#waiting.length > 0) this.#next();
    return true;
  }

  /** Settles when everything that waits now is encoded. */
  forceFlush(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  #turn(): void {
    this.#isTurning = false;
    this.#next();
    if (this.#waiting.length === 0) return;
    this.#isTurning = true;
    nextTurn(() => this.#turn());
  }

  #next(): void {
    this.#waiting.shift()?.work();
    if (this.#waiting.length > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }
}
