/**
 * Keys of a Context, and the few that this package shares with `@opentelemetry/api` and its SDK.
 * The shared ones are registered symbols, so a Context written by either side is read by the other.
 */

export const SPAN_KEY: unique symbol = Symbol.for('OpenTelemetry Context Key SPAN') as never;
export const BAGGAGE_KEY: unique symbol = Symbol.for('OpenTelemetry Baggage Key') as never;
export const SUPPRESS_TRACING_KEY: unique symbol = Symbol.for(
  'OpenTelemetry SDK Context Key SUPPRESS_TRACING',
) as never;
export const RPC_METADATA_KEY: unique symbol = Symbol.for(
  'OpenTelemetry SDK Context Key RPC_METADATA',
) as never;
export const B3_DEBUG_FLAG_KEY: unique symbol = Symbol.for(
  'OpenTelemetry Context Key B3 Debug Flag',
) as never;

const SHARED_KEYS: ReadonlySet<symbol> = new Set<symbol>([
  SPAN_KEY,
  BAGGAGE_KEY,
  SUPPRESS_TRACING_KEY,
  RPC_METADATA_KEY,
  B3_DEBUG_FLAG_KEY,
]);

/**
 * Makes a key under which a value can be kept in a {@link Context}. Every call gives a different key, also for the
 * same description, so that no two owners can read or overwrite each other's values; keep it in a constant.
 *
 * The one exception are the five descriptions that the official packages share between their copies: these give the
 * shared key, or code written for those packages would lose its span.
 *
 * @param description helps in debugging, has no meaning otherwise
 * @see https://opentelemetry.io/docs/specs/otel/context/#create-a-key
 */
export function createContextKey(description: string): symbol {
  const name = typeof description === 'string' ? description : '';
  const shared = Symbol.for(name);
  return SHARED_KEYS.has(shared) ? shared : Symbol(name);
}
