/**
 * One monotonic clock, tied to the epoch by an anchor.
 *
 * A record keeps its times as *ticks*: a double in milliseconds since the platform's monotonic zero, read once at start
 * and once at end (a read costs 44 ns), and a reference to the anchor that was valid when it began. Two things follow:
 * a duration is a difference of two ticks and can neither be negative nor be bent by a change of the wall clock, and
 * no record allocates a `[seconds, nanoseconds]` tuple until somebody asks for one.
 * Precision: 0.1 ns at 11 days of process life, 4 ns at a year; an epoch double would step by 244 ns.
 */
import { monotonicClock, timeOrigin, wallClock } from '#platform';
import type { HrTime, TimeInput } from '../../api/common/time.ts';

const TWO_32 = 0x1_0000_0000;
const NANOS_PER_SECOND = 1e9;
const NANOS_PER_MILLI = 1e6;

/** How often the anchor is compared with the wall clock, in milliseconds of monotonic time. */
const DRIFT_CHECK_INTERVAL = 1000;

/**
 * Numbers below this are readings of `performance.now()`, from it on epoch milliseconds: 1e11 is an uptime of three
 * years, or March 1973. The official SDK draws the line at the start of the process, which makes every epoch time from
 * before it one in the future.
 */
const MAX_UPTIME = 1e11;

/** A difference in milliseconds that is no jitter: the wall clock was set, or the machine slept. */
const DRIFT_LIMIT = 20;

/**
 * A 64-bit nanosecond time as two 32-bit halves, signed, because those stay small integers in V8; a scratch object,
 * valid until the next call that fills it.
 */
export interface U64 {
  high: number;
  low: number;
}

/** The epoch time of tick 0. Never changed after construction: records share it. */
export class ClockAnchor {
  readonly seconds: number;
  readonly nanos: number;
  /** The same instant as one unsigned 64-bit count of nanoseconds, so that encoding a time is one addition. */
  readonly high: number;
  readonly low: number;

  /** @param epochMillis epoch time of tick 0 in milliseconds, possibly fractional */
  constructor(epochMillis: number) {
    const wholeMillis = Math.floor(epochMillis);
    this.seconds = Math.floor(wholeMillis / 1000);
    this.nanos =
      (wholeMillis % 1000) * NANOS_PER_MILLI + Math.round((epochMillis - wholeMillis) * NANOS_PER_MILLI);
    const u64 = { high: 0, low: 0 };
    fillEpochNanos(this.seconds, this.nanos, u64);
    this.high = u64.high >>> 0;
    this.low = u64.low >>> 0;
  }
}

/** The anchor of a clock that has not been read: of no record. Its `low` is above 2^31, as those of others may be. */
const NO_ANCHOR = new ClockAnchor(4_000);

/** Where a clock reads the time; tests put a fake one here. */
export interface ClockSource {
  readonly now: () => number;
  readonly wallClock: () => number;
  readonly timeOrigin: number;
}

/** One literal for both sources below, so that V8 sees one kind of object where a tick is read. */
const sourceOf = (now: ClockSource['now'], wall: ClockSource['wallClock'], origin: number): ClockSource => ({
  now,
  wallClock: wall,
  timeOrigin: origin,
});

/** The platform's clock, from the first reading on. */
let platformSource: ClockSource | undefined;

/** Stands where a clock has not been read. Fractional, like a true origin. */
const UNREAD = sourceOf(wallClock, wallClock, 0.5);

/** Before any tick: the clock has not been read. */
const NEVER = Number.NEGATIVE_INFINITY;

/** On the platform's clock it reads nothing before the first `now()`: a program that only starts need not load what Node's clock consists of. */
export class Clock {
  /** Right from the first `now()` on: a caller reads the tick first. */
  anchor: ClockAnchor;
  #source: ClockSource;
  #anchorMillis = 0.5;
  #nextCheck: number = NEVER;

  constructor(source: ClockSource = UNREAD) {
    this.#source = source;
    this.anchor = NO_ANCHOR;
    if (source !== UNREAD) this.#start();
  }

  #start(): void {
    if (this.#source === UNREAD) {
      this.#source = platformSource ??= sourceOf(monotonicClock(), wallClock, timeOrigin());
    }
    this.#anchorMillis = this.#source.timeOrigin;
    this.anchor = new ClockAnchor(this.#anchorMillis);
    this.#reanchor(this.#source.now());
  }

  /** The current tick. At most once a second it also compares the anchor with the wall clock. */
  now(): number {
    if (this.#nextCheck === NEVER) this.#start();
    const ticks = this.#source.now();
    if (ticks >= this.#nextCheck) this.#reanchor(ticks);
    return ticks;
  }

  /** Takes a new anchor when the wall clock moved away from the monotonic one; records made before keep theirs. */
  #reanchor(ticks: number): void {
    this.#nextCheck = ticks + DRIFT_CHECK_INTERVAL;
    // The wall clock shows whole milliseconds: on average half a millisecond has passed since.
    const epochMillis = this.#source.wallClock() + 0.5 - ticks;
    if (Math.abs(epochMillis - this.#anchorMillis) < DRIFT_LIMIT) return;
    this.#anchorMillis = epochMillis;
    this.anchor = new ClockAnchor(epochMillis);
  }
}

/** The epoch time of a tick as the tuple that users of the official API know. */
export function ticksToHrTime(anchor: ClockAnchor, ticks: number): HrTime {
  const total = Math.round(ticks * NANOS_PER_MILLI);
  const seconds = Math.floor(total / NANOS_PER_SECOND);
  const nanos = anchor.nanos + (total - seconds * NANOS_PER_SECOND);
  const carry = nanos >= NANOS_PER_SECOND ? 1 : 0;
  return [anchor.seconds + seconds + carry, nanos - carry * NANOS_PER_SECOND];
}

/** The epoch time of a tick in whole microseconds, cut off: exact until the year 2255. */
export function ticksToMicros(anchor: ClockAnchor, ticks: number): number {
  const nanos = anchor.nanos + Math.round(ticks * NANOS_PER_MILLI);
  return anchor.seconds * 1e6 + Math.floor(nanos / 1000);
}

/** An epoch time or a duration in whole microseconds, cut off; 0 for what is no time or negative. */
export function hrTimeToMicros([seconds, nanos]: HrTime): number {
  const micros = Math.floor(seconds * 1e6 + Math.floor(nanos / 1000));
  return micros > 0 && micros <= Number.MAX_SAFE_INTEGER ? micros : 0;
}

/** A span of ticks as a tuple; never negative. */
export function ticksToDuration(ticks: number): HrTime {
  const nanos = Math.max(0, Math.round(ticks * NANOS_PER_MILLI));
  const seconds = Math.floor(nanos / NANOS_PER_SECOND);
  return [seconds, nanos - seconds * NANOS_PER_SECOND];
}

/** `end - start`, or zero when `end` lies before `start`. */
export function hrTimeDifference(start: HrTime, end: HrTime): HrTime {
  let seconds = end[0] - start[0];
  let nanos = end[1] - start[1];
  if (nanos < 0) {
    seconds -= 1;
    nanos += NANOS_PER_SECOND;
  }
  return seconds < 0 ? [0, 0] : [seconds, nanos];
}

/** Writes the epoch time of a tick into `target` as nanoseconds. */
export function fillTicks(anchor: ClockAnchor, ticks: number, target: U64): void {
  const nanos = Math.round(ticks * NANOS_PER_MILLI);
  const high = Math.floor(nanos / TWO_32);
  const low = anchor.low + (nanos - high * TWO_32);
  target.high = (anchor.high + high + (low >= TWO_32 ? 1 : 0)) | 0;
  target.low = low | 0;
}

/**
 * Writes `seconds * 1e9 + nanos` into `target`, exactly: the product passes 2^53, so the seconds are taken in two
 * 16-bit steps whose products stay below it.
 */
export function fillEpochNanos(seconds: number, nanos: number, target: U64): void {
  const upper = Math.floor(seconds / 65536) * NANOS_PER_SECOND;
  const high = Math.floor(upper / 65536);
  const low = (upper - high * 65536) * 65536 + (seconds % 65536) * NANOS_PER_SECOND + nanos;
  const carry = Math.floor(low / TWO_32);
  target.high = (high + carry) | 0;
  target.low = (low - carry * TWO_32) | 0;
}

/**
 * A time given by a caller, kept exactly: a `[seconds, nanoseconds]` tuple, a Date, epoch milliseconds, or a reading of
 * `performance.now()`. Returns undefined for anything that is no time.
 */
export function hrTimeFromInput(time: TimeInput): HrTime | undefined {
  if (typeof time === 'number') {
    if (!Number.isFinite(time) || time < 0) return undefined;
    return millisToHrTime(time < MAX_UPTIME ? timeOrigin() + time : time);
  }
  if (Array.isArray(time)) {
    const [seconds, nanos] = time;
    const valid =
      time.length === 2 &&
      Number.isSafeInteger(seconds) &&
      Number.isSafeInteger(nanos) &&
      seconds >= 0 &&
      nanos >= 0;
    if (!valid) return undefined;
    const carry = Math.floor(nanos / NANOS_PER_SECOND);
    return [seconds + carry, nanos - carry * NANOS_PER_SECOND];
  }
  if (time instanceof Date) {
    const millis = time.getTime();
    return Number.isNaN(millis) || millis < 0 ? undefined : millisToHrTime(millis);
  }
  return undefined;
}

/** Epoch milliseconds, possibly fractional, as a tuple. */
export function millisToHrTime(millis: number): HrTime {
  const wholeMillis = Math.floor(millis);
  const nanos = (wholeMillis % 1000) * NANOS_PER_MILLI + Math.round((millis - wholeMillis) * NANOS_PER_MILLI);
  const carry = nanos >= NANOS_PER_SECOND ? 1 : 0;
  return [Math.floor(wholeMillis / 1000) + carry, nanos - carry * NANOS_PER_SECOND];
}
