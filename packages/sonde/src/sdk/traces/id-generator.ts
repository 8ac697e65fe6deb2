/** Generators of trace ids and span ids (trace/sdk.md#id-generators). */
import { report } from '../common/diagnostics.ts';
import {
  hex16,
  parsedSpanId,
  parseSpanId,
  parseTraceId,
  randomInt32,
  randomTraceId,
  type TraceId,
} from '../common/ids.ts';

/** Makes ids. A generator of your own is called for every root span (trace id) and every span (span id). */
export interface IdGenerator {
  /** 32 lower-case hex digits, not all zero. */
  generateTraceId(): string;
  /** 16 lower-case hex digits, not all zero. */
  generateSpanId(): string;
  /**
   * Declares that the last 56 bits of every trace id are random as W3C Trace Context level 2 defines it, so that root
   * spans may carry the random flag. Absent means no (trace/sdk.md#idgenerator-randomness).
   */
  readonly generatesRandomTraceIds?: boolean;
}

/** The default: uniformly random ids. */
export class RandomIdGenerator implements IdGenerator {
  readonly generatesRandomTraceIds: boolean = true;

  generateTraceId(): string {
    return randomTraceId().hex;
  }

  generateSpanId(): string {
    const high = randomInt32();
    const low = randomInt32();
    return (high | low) === 0 ? this.generateSpanId() : hex16(high, low);
  }
}

/** A new trace id; a random one where there is no generator, or where it threw or gave something invalid. */
export function drawTraceId(generator: IdGenerator | undefined): TraceId {
  if (generator === undefined) return randomTraceId();
  try {
    const traceId = parseTraceId(generator.generateTraceId());
    if (traceId !== undefined) return traceId;
    reportGenerator('gave an invalid trace id');
  } catch (error) {
    reportGenerator('threw', error);
  }
  return randomTraceId();
}

/** A new span id, left in `parsedSpanId`; random as in drawTraceId. */
export function drawSpanId(generator: IdGenerator | undefined): void {
  if (generator !== undefined && isSpanIdDrawn(generator)) return;
  do {
    parsedSpanId.high = randomInt32();
    parsedSpanId.low = randomInt32();
  } while ((parsedSpanId.high | parsedSpanId.low) === 0);
}

function isSpanIdDrawn(generator: IdGenerator): boolean {
  try {
    if (parseSpanId(generator.generateSpanId())) return true;
    reportGenerator('gave an invalid span id');
  } catch (error) {
    reportGenerator('threw', error);
  }
  return false;
}

function reportGenerator(what: string, error?: unknown): void {
  report('error', 'id_generator', `The id generator ${what}: a random id is used instead`, error);
}
