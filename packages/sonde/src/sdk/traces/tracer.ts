/**
 * Starts spans. The order is that of trace/sdk.md#sdk-span-creation (trace id, sampler, span id, span), with what nobody
 * can observe left out: one of our samplers is asked with numbers, and a dropped span gets its ids when asked for them.
 */

import type { Context } from '../../api/context/context.ts';
import { activeContext, runInContext } from '../../api/context/context-api.ts';
import { isTracingSuppressed } from '../../api/context/suppression.ts';
import { INVALID_SPAN } from '../../api/trace/non-recording-span.ts';
import { activeSpanCall, NOOP_TRACER } from '../../api/trace/noop-tracer.ts';
import type { Span, SpanOptions, StartedSpan } from '../../api/trace/span.ts';
import { deleteSpan, getSpan, setSpan } from '../../api/trace/span-in-context.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { TemplatedSpanOptions } from '../../api/trace/templated-span-options.ts';
import { TraceFlags } from '../../api/trace/trace-flags.ts';
import type { TraceState } from '../../api/trace/trace-state.ts';
import type { Tracer, TracerEnabledOptions } from '../../api/trace/tracer.ts';
import { withSpan } from '../../api/trace/with-span.ts';
import { report } from '../common/diagnostics.ts';
import { parsedSpanId, parseSpanId, parseTraceId, type TraceId } from '../common/ids.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import type { Resource } from '../common/resource.ts';
import { textOf } from '../common/text.ts';
import { drawSpanId, drawTraceId } from './id-generator.ts';
import { ensureSpanId, ensureTraceId, LocalSpan } from './local-span.ts';
import { kindOf } from './named-value.ts';
import { RemoteSpan } from './remote-span.ts';
import { type Sampler, SamplingDecision, type SamplingResult } from './samplers/sampler.ts';
import { exactTimeOf, SpanImpl } from './span.ts';
import { NO_PARENT, PARENT_IS_REMOTE, type ParentFacts } from './span-record.ts';
import type { TracerSettings } from './tracer-settings.ts';
import { UnsampledSpan } from './unsampled-span.ts';

const NO_OPTIONS: SpanOptions = {};

/** Facts about the parent of the span being started: filled anew by each start, copied into the span. */
interface Parent extends ParentFacts {
  traceId: TraceId | undefined;
}

const parent: Parent = {
  flags: NO_PARENT,
  spanIdHigh: 0,
  spanIdLow: 0,
  traceState: undefined,
  traceId: undefined,
};

export class TracerImpl implements Tracer {
  readonly scope: InstrumentationScope;
  /** Those of the provider, or the disabled ones of a tracer that is switched off. */
  settings: TracerSettings;
  readonly resource: Resource;

  constructor(scope: InstrumentationScope, settings: TracerSettings) {
    this.scope = scope;
    this.settings = settings;
    this.resource = settings.resource;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): StartedSpan {
    try {
      return start(this, name, options ?? NO_OPTIONS, context ?? activeContext());
    } catch (error) {
      report('error', 'start_span', 'A span could not be started and is left out', error);
      return NOOP_TRACER.startSpan(name);
    }
  }

  startActiveSpan<F extends (span: StartedSpan) => unknown>(
    name: string,
    second: SpanOptions | F,
    third?: Context | F,
    fourth?: F,
  ): ReturnType<F> {
    const call = activeSpanCall(second, third, fourth);
    if (call === undefined) return undefined as ReturnType<F>;
    const context = call.context ?? activeContext();
    const span = this.startSpan(name, call.options, context);
    return runInContext(setSpan(context, span), call.fn as (span: StartedSpan) => ReturnType<F>, span);
  }

  withSpan<T>(
    name: string,
    second: SpanOptions | ((span: StartedSpan) => T),
    third?: Context | ((span: StartedSpan) => T),
    fourth?: (span: StartedSpan) => T,
  ): T {
    return withSpan(this, name, second as SpanOptions, third as Context, fourth as (span: StartedSpan) => T);
  }

  enabled(options?: TracerEnabledOptions): boolean {
    if (this.settings.isShutdown || !this.settings.hasProcessors) return false;
    return !isTracingSuppressed(options?.context ?? activeContext());
  }
}

// Functions and not private methods: a private method checks its receiver's brand on every call.

function start(tracer: TracerImpl, name: string, options: SpanOptions, givenContext: Context): StartedSpan {
  const { settings } = tracer;
  if (settings.isShutdown) return NOOP_TRACER.startSpan(name, options, givenContext);
  if (isTracingSuppressed(givenContext)) return INVALID_SPAN;
  const context = options.root === true ? deleteSpan(givenContext) : givenContext;
  readParent(getSpan(context));
  const fast = settings.fast;
  if (fast === undefined) return startAsked(tracer, name, options, context);
  let traceId = parent.traceId;
  if (traceId === undefined && fast.needsTraceId) traceId = drawTraceId(settings.idGenerator);
  const decision = fast.decide(
    parent.flags === NO_PARENT ? NO_PARENT : parent.flags & 0xff,
    parent.flags !== NO_PARENT && (parent.flags & PARENT_IS_REMOTE) !== 0,
    traceId === undefined ? 0 : traceId.word2,
    traceId === undefined ? 0 : traceId.word3,
  );
  if (decision === SamplingDecision.NOT_RECORD) return drop(settings, traceId, parent.traceState);
  return record(
    tracer,
    traceId ?? drawTraceId(settings.idGenerator),
    decision,
    parent.traceState,
    name,
    options,
    context,
  );
}

/** The way over a sampler of the user's own, which sees the official arguments. */
function startAsked(tracer: TracerImpl, name: string, options: SpanOptions, context: Context): StartedSpan {
  const { settings } = tracer;
  const traceId = parent.traceId ?? drawTraceId(settings.idGenerator);
  const saved = { ...parent };
  const result = ask(settings.sampler, traceId, name, options, context);
  // The sampler may have started spans itself.
  Object.assign(parent, saved);
  const traceState = result.traceState ?? parent.traceState;
  if (result.decision === SamplingDecision.NOT_RECORD) return drop(settings, traceId, traceState);
  return record(tracer, traceId, result.decision, traceState, name, options, context, result);
}

function ask(
  sampler: Sampler,
  traceId: TraceId,
  name: string,
  options: SpanOptions,
  context: Context,
): SamplingResult {
  try {
    const kind = kindOf(options.kind);
    const attributes = options.attributes ?? {};
    const result = sampler.shouldSample(context, traceId.hex, name, kind, attributes, options.links ?? []);
    if (typeof result?.decision === 'number') return result;
    report('error', 'sampler', `Sampler ${textOf(sampler)} gave no decision: the span is dropped`);
  } catch (error) {
    report('error', 'sampler', 'A sampler threw: the span is dropped', error);
  }
  return { decision: SamplingDecision.NOT_RECORD };
}

/** Its ids are made later if at all, unless a generator of the user's own has to be asked in the order of the spans. */
function drop(
  settings: TracerSettings,
  traceId: TraceId | undefined,
  traceState: TraceState | undefined,
): StartedSpan {
  settings.counts.start(parent.flags, SamplingDecision.NOT_RECORD);
  const span = new UnsampledSpan(traceId, 0, 0, randomFlag(settings), traceState);
  if (settings.idGenerator !== undefined) {
    if (span.traceId === undefined) span.traceId = drawTraceId(settings.idGenerator);
    drawSpanId(settings.idGenerator);
    span.spanIdHigh = parsedSpanId.high;
    span.spanIdLow = parsedSpanId.low;
  }
  return span;
}

function record(
  tracer: TracerImpl,
  traceId: TraceId,
  decision: SamplingDecision,
  traceState: TraceState | undefined,
  name: string,
  options: SpanOptions,
  context: Context,
  result?: SamplingResult,
): StartedSpan {
  const { settings } = tracer;
  const sampled = decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : 0;
  settings.counts.start(parent.flags, decision);
  drawSpanId(settings.idGenerator);
  const given = options.startTime;
  const span = new SpanImpl(
    tracer,
    traceId,
    parsedSpanId.high,
    parsedSpanId.low,
    randomFlag(settings) | sampled,
    traceState,
    parent,
    typeof name === 'string' ? name : textOf(name),
    options.kind === undefined ? SpanKind.INTERNAL : kindOf(options.kind),
    settings.clock.now(),
    given === undefined ? undefined : exactTimeOf(given, 'startSpan'),
  );
  if (options instanceof TemplatedSpanOptions) {
    const template = options.template();
    if (template !== undefined) span.attributeList.share(template, settings.limits.span);
    options.fill(span);
  } else {
    // Read once: a getter may make them when they are asked for.
    const { attributes } = options;
    if (attributes !== undefined) span.setAttributes(attributes);
  }
  if (result?.attributes !== undefined) span.setAttributes(result.attributes);
  if (options.links !== undefined) span.addLinks(options.links);
  settings.processor.onStart(span, context);
  return span;
}

/** A child keeps its parent's random flag; a root has it when the generator's ids deserve it; see readsFlagBits. */
function randomFlag(settings: TracerSettings): number {
  return parent.flags === NO_PARENT ? settings.randomFlagOfRoots : parent.flags & settings.randomFlagKept;
}

/** Fills `parent` from the span in the context: by fields when it is ours, through its SpanContext otherwise. */
function readParent(span: Span | undefined): void {
  if (span === undefined || span === null) {
    clearParent();
  } else if (span instanceof LocalSpan) {
    ensureSpanId(span);
    parent.flags = span instanceof RemoteSpan ? span.traceFlags | PARENT_IS_REMOTE : span.traceFlags;
    parent.spanIdHigh = span.spanIdHigh;
    parent.spanIdLow = span.spanIdLow;
    parent.traceState = span.traceState;
    parent.traceId = ensureTraceId(span);
  } else {
    readForeignParent(span);
  }
}

function readForeignParent(span: Span): void {
  const spanContext = span.spanContext();
  const traceId = parseTraceId(spanContext.traceId);
  if (traceId === undefined || !parseSpanId(spanContext.spanId)) {
    clearParent();
    return;
  }
  parent.flags = (spanContext.traceFlags & 0xff) | (spanContext.isRemote === true ? PARENT_IS_REMOTE : 0);
  parent.spanIdHigh = parsedSpanId.high;
  parent.spanIdLow = parsedSpanId.low;
  parent.traceState = spanContext.traceState;
  parent.traceId = traceId;
}

function clearParent(): void {
  parent.flags = NO_PARENT;
  parent.spanIdHigh = 0;
  parent.spanIdLow = 0;
  parent.traceState = undefined;
  parent.traceId = undefined;
}
