/** TraceState: the values that tracing systems attach to a trace, an ordered list of at most 32 keys. */

/**
 * The W3C `tracestate` list. Immutable: every change returns a new list, which is valid whatever was given.
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
export interface TraceState {
  /**
   * A list with `value` under `key`, at the front, where the newest entry belongs. An invalid key or value returns
   * this list; an entry more than 32 pushes the last one out.
   */
  set(key: string, value: string): TraceState;
  /** A list without `key`. */
  unset(key: string): TraceState;
  /** The value under `key`, or undefined. */
  get(key: string): string | undefined;
  /** The list as the header carries it, empty when there are no entries. */
  serialize(): string;
}
