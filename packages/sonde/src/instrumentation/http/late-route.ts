/**
 * Requests of Next.js, which names the route by itself: on the span that it found active, and a few microtasks after the
 * response has closed (next.js#90832). Their exchange is completed when no microtask is left, with the time at which it was over.
 */
import type { IncomingMessage } from 'node:http';
import type { Attributes } from '../../api/common/attributes.ts';
import type { HrTime, TimeInput } from '../../api/common/time.ts';
import type { Span } from '../../api/trace/span.ts';
import { startTicksOf } from '../shared/http-duration.ts';

/** Where Next.js keeps what it knows of a request. */
const NEXT_REQUEST: unique symbol = Symbol.for('NextInternalRequestMeta');

/** What a span of an SDK shows of itself. */
interface ShownSpan {
  readonly startTime?: HrTime;
  readonly attributes?: Attributes;
}

export function isNamedLate(request: IncomingMessage & { [NEXT_REQUEST]?: unknown }): boolean {
  return request[NEXT_REQUEST] !== undefined;
}

/** How often all microtasks that there are may bring further ones by process.nextTick. Next.js needs one round. */
const ROUNDS = 3;

/** Calls `callback` when the route should be named: no timer, which would leave a process time to end before. */
export function whenNamed(callback: () => void, rounds: number = ROUNDS): void {
  // A tick that a microtask asks for comes when no microtask is left.
  queueMicrotask(() => process.nextTick(rounds > 1 ? () => whenNamed(callback, rounds - 1) : callback));
}

/** The time of a reading of performance.now(), by the clock that the span began with where it has one. */
export function timeOf(ticks: number, span: Span): TimeInput {
  const { startTime } = span as ShownSpan;
  const startTicks = startTicksOf(span);
  if (startTime === undefined || startTicks === undefined) return ticks;
  const nanos = startTime[1] + Math.round((ticks - startTicks) * 1e6);
  return [startTime[0] + Math.floor(nanos / 1e9), nanos % 1e9];
}

/** What was written as the route, for the metrics. */
export function writtenRoute(span: Span): unknown {
  return (span as ShownSpan).attributes?.['http.route'];
}
