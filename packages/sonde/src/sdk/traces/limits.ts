/** Limits of a span: what is over them is dropped and counted (trace/sdk.md#span-limits, common/README.md#attribute-limits). */
import type { AttributeLimits } from '../common/attributes.ts';
import { readEnv, readEnvIfSet } from '../common/environment.ts';
import { limitOf } from '../common/limits.ts';
import { OptionChecks } from '../common/option-checks.ts';

/** Limits as an application gives them; what is left out comes from the environment, then from the defaults. */
export interface SpanLimits {
  /** Characters of a string value, bytes of a byte array. Default no limit; `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`. */
  readonly attributeValueLengthLimit?: number;
  /** Nesting of arrays and maps in a value; what lies deeper becomes empty. Default 64. */
  readonly attributeValueDepthLimit?: number;
  /** Attributes of a span. Default 128; `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributeCountLimit?: number;
  /** Links of a span. Default 128; `OTEL_SPAN_LINK_COUNT_LIMIT`. */
  readonly linkCountLimit?: number;
  /** Events of a span. Default 128; `OTEL_SPAN_EVENT_COUNT_LIMIT`. */
  readonly eventCountLimit?: number;
  /** Attributes of one event. Default 128; `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributePerEventCountLimit?: number;
  /** Attributes of one link. Default 128; `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributePerLinkCountLimit?: number;
}

/** The limits a span works with: one object per attribute collection, so that setting one passes one reference. */
export interface ResolvedSpanLimits {
  readonly span: AttributeLimits;
  readonly event: AttributeLimits;
  readonly link: AttributeLimits;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
}

/**
 * Completes the limits an application gave.
 * @throws TypeError for a limit that is no non-negative integer (or Infinity), by name
 */
export function resolveSpanLimits(limits: SpanLimits = {}): ResolvedSpanLimits {
  const checks = new OptionChecks('TracerProvider', limits, 'spanLimits.');
  const general = {
    attributeValueLengthLimit:
      limitOf(checks, 'attributeValueLengthLimit') ??
      readEnvIfSet('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
      readEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    attributeValueDepthLimit: limitOf(checks, 'attributeValueDepthLimit') ?? 64,
  };
  const withCount = (attributeCountLimit: number): AttributeLimits => ({ ...general, attributeCountLimit });
  const resolved: ResolvedSpanLimits = {
    span: withCount(
      limitOf(checks, 'attributeCountLimit') ??
        readEnvIfSet('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ??
        readEnv('OTEL_ATTRIBUTE_COUNT_LIMIT'),
    ),
    event: withCount(
      limitOf(checks, 'attributePerEventCountLimit') ?? readEnv('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
    ),
    link: withCount(
      limitOf(checks, 'attributePerLinkCountLimit') ?? readEnv('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
    ),
    eventCountLimit: limitOf(checks, 'eventCountLimit') ?? readEnv('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: limitOf(checks, 'linkCountLimit') ?? readEnv('OTEL_SPAN_LINK_COUNT_LIMIT'),
  };
  checks.finish();
  return resolved;
}
