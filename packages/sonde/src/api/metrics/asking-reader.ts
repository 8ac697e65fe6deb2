/**
 * Which reader a callback is called for. A value of the time since the collection before, such as a share of the processor,
 * is one since that reader's: several readers must not shorten each other's time. Sonde's SDK says it, under a registered
 * symbol that other copies know; the specification has no way to.
 */

export const READER: unique symbol = Symbol.for('sonde.reader.1') as never;

/** The same for all calls for one reader of a provider; undefined where the SDK does not say. */
export function readerOf(result: object): unknown {
  return (result as { readonly [READER]?: unknown })[READER];
}
