/**
 * A receiver in memory that keeps the books on what reaches it: every record once under its identity, however often it
 * was delivered. What a record is, only `decode` knows.
 */

/** How a receiver reads a message. */
export interface FakeReceiverOptions {
  /** The identities of the records in a message. What it throws is answered like a message that cannot be read. */
  readonly decode: (body: Uint8Array) => readonly string[];
}

/** What a receiver makes of one message. */
export type ReceiverAnswer =
  | { readonly kind: 'accepted'; readonly rejected: number }
  | { readonly kind: 'rejected'; readonly message: string };

/** Counts what arrives, each record once under its identity. */
export class FakeReceiver {
  readonly #decode: (body: Uint8Array) => readonly string[];
  readonly #deliveries = new Map<string, number>();
  readonly #refused = new Set<string>();
  #messages = 0;

  constructor(options: FakeReceiverOptions) {
    this.#decode = options.decode;
  }

  /** Messages that could be read, repeated ones included. */
  get messages(): number {
    return this.#messages;
  }

  /** Records that were accepted, each counted once. */
  get unique(): number {
    return this.#deliveries.size;
  }

  /** Accepted deliveries beyond the first of a record: the price of sending again when an answer was lost. */
  get duplicates(): number {
    let total = 0;
    for (const count of this.#deliveries.values()) total += count - 1;
    return total;
  }

  /** The identities of accepted records, in the order of their first delivery. */
  get records(): string[] {
    return [...this.#deliveries.keys()];
  }

  /** Whether a record was accepted. */
  has(record: string): boolean {
    return this.#deliveries.has(record);
  }

  /** Takes a message; `refuse` is how many of its records a partial success leaves out, the last ones. */
  take(body: Uint8Array, refuse = 0): ReceiverAnswer {
    let records: readonly string[];
    try {
      records = this.#decode(body);
    } catch (error) {
      return { kind: 'rejected', message: `cannot be read: ${String(error)}` };
    }
    this.#messages++;
    const kept = Math.max(0, records.length - refuse);
    for (const [index, record] of records.entries()) {
      if (index >= kept) this.#refused.add(record);
      else this.#deliveries.set(record, (this.#deliveries.get(record) ?? 0) + 1);
    }
    return { kind: 'accepted', rejected: records.length - kept };
  }

  /** Records that a partial success left out and no later message brought. */
  get refused(): number {
    let total = 0;
    for (const record of this.#refused) if (!this.#deliveries.has(record)) total++;
    return total;
  }
}
