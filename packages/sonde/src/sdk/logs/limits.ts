/** Limits of a log record's attributes (logs/sdk.md#logrecord-limits). The body has none. */
import type { AttributeLimits } from '../common/attributes.ts';
import { readEnv, readEnvIfSet } from '../common/environment.ts';
import { limitOf } from '../common/limits.ts';
import { OptionChecks } from '../common/option-checks.ts';

/** Limits as an application gives them; what is left out comes from the environment, then from the defaults. */
export interface LogRecordLimits {
  /** Characters of a string value, bytes of a byte array. Default no limit; `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`. */
  readonly attributeValueLengthLimit?: number | undefined;
  /** Nesting of arrays and maps in a value; what lies deeper becomes empty. Default 64. */
  readonly attributeValueDepthLimit?: number | undefined;
  /** Attributes of a record. Default 128; `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributeCountLimit?: number | undefined;
}

/**
 * Completes the limits an application gave.
 * @throws TypeError for a limit that is no non-negative integer (or Infinity), by name
 */
export function resolveLogRecordLimits(limits: LogRecordLimits = {}): AttributeLimits {
  const checks = new OptionChecks('LoggerProvider', limits, 'logRecordLimits.');
  const resolved: AttributeLimits = {
    attributeValueLengthLimit:
      limitOf(checks, 'attributeValueLengthLimit') ??
      readEnvIfSet('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
      readEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    attributeValueDepthLimit: limitOf(checks, 'attributeValueDepthLimit') ?? 64,
    attributeCountLimit:
      limitOf(checks, 'attributeCountLimit') ??
      readEnvIfSet('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT') ??
      readEnv('OTEL_ATTRIBUTE_COUNT_LIMIT'),
  };
  checks.finish();
  return resolved;
}
