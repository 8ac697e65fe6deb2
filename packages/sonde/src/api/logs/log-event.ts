/** Kinds of events with the types of their attributes, written down once where all who emit them find them. */
import type { Attributes } from '../common/attributes.ts';
import type { SeverityNumber } from './severity-number.ts';

/** A kind of event. `A` is the type of its attributes. */
export interface LogEvent<A extends Attributes = Attributes> {
  /** What identifies the kind: `order.placed`. */
  readonly name: string;
  /** Severity of such events; unspecified when absent. */
  readonly severityNumber?: SeverityNumber | undefined;
  /** A sentence for people, when there is one for all events of the kind. */
  readonly body?: string | undefined;
  /** Only for the compiler: never there. */
  readonly attributes?: A;
}

/** What all events of a kind have in common. */
export interface LogEventDefaults {
  readonly severityNumber?: SeverityNumber;
  readonly body?: string;
}

/**
 * Defines a kind of event.
 * @example
 * const ORDER_PLACED = defineEvent<{ 'order.id': string; 'order.total': number }>('order.placed');
 * levelLogger(logger).event(ORDER_PLACED, { 'order.id': 'A-1', 'order.total': 9.5 });
 */
export function defineEvent<A extends Attributes = Attributes>(
  name: string,
  defaults?: LogEventDefaults,
): LogEvent<A> {
  try {
    return { name, severityNumber: defaults?.severityNumber, body: defaults?.body };
  } catch {
    // Defaults that cannot be read are none.
    return { name };
  }
}
