/**
 * What all tracers and spans of one provider share. The provider owns it; a change (a processor added, shutdown) is seen
 * by every tracer at once (trace/sdk.md#configuration).
 */
import { TraceFlags } from '../../api/trace/trace-flags.ts';
import type { Clock } from '../common/clock.ts';
import type { Resource } from '../common/resource.ts';
import { type IdGenerator, RandomIdGenerator } from './id-generator.ts';
import type { ResolvedSpanLimits } from './limits.ts';
import { combineSpanProcessors, type SpanProcessor, wantsOnEnding } from './processor.ts';
import { type FastSampler, fastSampler, readsFlagBits, type Sampler } from './samplers/sampler.ts';
import type { SpanCounts } from './self-metrics.ts';

export class TracerSettings {
  readonly resource: Resource;
  readonly limits: ResolvedSpanLimits;
  readonly clock: Clock;
  readonly sampler: Sampler;
  readonly counts: SpanCounts;
  /** The sampler when it is one of ours: asked without context, hex strings or result objects. */
  readonly fast: FastSampler | undefined;
  /** A generator of the user's own; undefined for the built-in one, whose ids never become strings here. */
  readonly idGenerator: IdGenerator | undefined;
  /** The random flag where root spans may carry it, else 0. */
  readonly randomFlagOfRoots: number;
  /** The random flag where spans keep that of their parent, else 0. */
  readonly randomFlagKept: number;
  /** One processor in the place of all; it never throws. */
  processor!: SpanProcessor;
  hasProcessors!: boolean;
  /** Whether anybody wants to see a span between its end and its becoming immutable. */
  wantsOnEnding!: boolean;
  isShutdown: boolean;

  constructor(
    resource: Resource,
    limits: ResolvedSpanLimits,
    clock: Clock,
    sampler: Sampler,
    idGenerator: IdGenerator | undefined,
    counts: SpanCounts,
    processors: readonly SpanProcessor[],
  ) {
    this.resource = resource;
    this.limits = limits;
    this.clock = clock;
    this.sampler = sampler;
    this.counts = counts;
    this.fast = fastSampler(sampler);
    this.idGenerator = isBuiltIn(idGenerator) ? undefined : idGenerator;
    this.randomFlagKept = readsFlagBits(sampler) ? TraceFlags.RANDOM : 0;
    const isRandom = idGenerator === undefined || idGenerator.generatesRandomTraceIds === true;
    this.randomFlagOfRoots = isRandom ? this.randomFlagKept : 0;
    this.isShutdown = false;
    this.setProcessors(processors);
  }

  setProcessors(processors: readonly SpanProcessor[]): void {
    this.processor = combineSpanProcessors(processors);
    this.hasProcessors = processors.length > 0;
    this.wantsOnEnding = wantsOnEnding(this.processor);
  }
}

/**
 * The settings of a tracer that its configuration switched off: as after shutdown, so that starting a span asks one
 * question for both; spans that have begun go on with all the rest.
 */
export function disabledSettings(settings: TracerSettings): TracerSettings {
  return Object.create(settings, { isShutdown: { value: true } }) as TracerSettings;
}

/** A subclass may have overridden a method, so only the class itself counts. */
function isBuiltIn(idGenerator: IdGenerator | undefined): boolean {
  return idGenerator === undefined || Object.getPrototypeOf(idGenerator) === RandomIdGenerator.prototype;
}
