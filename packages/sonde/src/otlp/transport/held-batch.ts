/** One batch in the send buffer: its bytes, its accounts and where it is on its way. */
import type { Timer } from '#platform';
import type { Ledger } from '../../sdk/pipeline/direct-export.ts';
import type { EncodedBatch } from '../signal-codec.ts';
import type { SendRequest } from './send.ts';

export type BatchState = 'settling' | 'ready' | 'sending' | 'waiting' | 'done';

/** What a batch costs beside its bytes, so that a flood of tiny ones is bounded as well. */
const OVERHEAD_BYTES = 512;

const NOTHING: readonly Uint8Array[] = [];

export class HeldBatch {
  readonly sequence: number;
  readonly count: number;
  readonly ledger: Ledger;
  /** When it was taken over. */
  readonly takenAt: number;
  /** Given up once the message is put together. */
  encoded: EncodedBatch | undefined;
  body: readonly Uint8Array[] | undefined;
  byteLength: number;
  contentEncoding: 'gzip' | undefined = undefined;
  /** What the batch is charged with in the process-wide account. */
  bytes: number;
  state: BatchState = 'settling';
  attempts: number = 0;
  /** True when the answer came after all of the body had gone out, at the first attempt: nothing reads it any more. */
  isBodySent: boolean = false;
  /** When a waiting batch may be tried again. */
  dueAt: number = 0;
  /** Whether `dueAt` is the receiver's word (Retry-After) or our own. */
  waitsForReceiver: boolean = false;
  /** When it is given up; Infinity until the first attempt where the timeout covers all attempts. */
  expiresAt: number = Infinity;
  /** Set when somebody waits for the outcome. */
  timer: Timer | undefined = undefined;

  constructor(
    sequence: number,
    encoded: EncodedBatch,
    body: readonly Uint8Array[] | undefined,
    ledger: Ledger,
    takenAt: number,
  ) {
    this.sequence = sequence;
    this.count = encoded.count;
    this.ledger = ledger;
    this.takenAt = takenAt;
    this.encoded = body === undefined ? encoded : undefined;
    this.body = body;
    this.byteLength = body === undefined ? encoded.scopes.byteLength : lengthOf(body);
    this.bytes = this.byteLength + OVERHEAD_BYTES;
  }

  request(timeoutMillis: number): SendRequest {
    const { body = NOTHING, byteLength, contentEncoding } = this;
    return { body, byteLength, contentEncoding, timeoutMillis, onBodySent: this.#onBodySent };
  }

  /** Takes the whole message and returns by how many bytes the batch has grown. */
  completeWith(body: readonly Uint8Array[]): number {
    this.encoded = undefined;
    return this.#replaceBody(body);
  }

  /** Takes the compressed message in place of the plain one and returns by how many bytes the batch has grown. */
  packWith(body: readonly Uint8Array[]): number {
    this.contentEncoding = 'gzip';
    return this.#replaceBody(body);
  }

  release(): void {
    this.state = 'done';
    this.encoded = undefined;
    this.body = NOTHING;
    this.timer = undefined;
  }

  /** After several attempts an earlier connection may not have let go of the bytes yet. */
  readonly #onBodySent = (): void => {
    this.isBodySent = this.attempts === 1;
  };

  #replaceBody(body: readonly Uint8Array[]): number {
    const before = this.bytes;
    this.body = body;
    this.byteLength = lengthOf(body);
    this.bytes = this.byteLength + OVERHEAD_BYTES;
    return this.bytes - before;
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.byteLength;
  return length;
}
