/**
 * A network in memory between an exporter and a receiver, with the faults of a real one, drawn from a seed: latency,
 * requests and answers that get lost, resets, deliveries that come twice, receivers that are busy or refuse.
 * Its `send` has the shape of the one function through which the OTLP exporters reach the network.
 */
import type { FakeClock } from './fake-clock.ts';
import type { FakeReceiver } from './fake-receiver.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A request as the SDK's transports get it. */
export interface FakeSendRequest {
  /** The message, in pieces. */
  readonly body: readonly Uint8Array[];
  readonly byteLength: number;
  /** Bound of this attempt in milliseconds; 0 is none. */
  readonly timeoutMillis: number;
}

/** What became of a request, as the SDK's transports say it. */
export type FakeSendResult =
  | { readonly kind: 'accepted'; readonly rejected: number; readonly message?: string | undefined }
  | { readonly kind: 'retryable'; readonly message: string; readonly retryAfterMillis?: number | undefined }
  | { readonly kind: 'rejected'; readonly message: string };

/** How bad the network is. Probabilities are per request, from 0 to 1, and 0 by default. */
export interface NetworkFaults {
  /** Milliseconds from request to answer, drawn evenly between the two. Default 1 to 1. */
  readonly latencyMillis?: readonly [number, number] | undefined;
  /** The request never arrives and no answer comes. */
  readonly lostRequest?: number | undefined;
  /** The request arrives and the answer does not: the sender has to send again and the receiver sees it twice. */
  readonly lostAnswer?: number | undefined;
  /** The connection breaks before the request has arrived. */
  readonly reset?: number | undefined;
  /** The connection breaks after the request has arrived. */
  readonly resetAfter?: number | undefined;
  /** The request arrives twice. */
  readonly duplicate?: number | undefined;
  /** The answer takes `slowMillis` more. */
  readonly slow?: number | undefined;
  /** Default 5000. */
  readonly slowMillis?: number | undefined;
  /** The receiver answers 429 or 503, half of the times with Retry-After. */
  readonly busy?: number | undefined;
  /** What such a Retry-After says, in milliseconds, drawn evenly. Default 1000 to 3000. */
  readonly retryAfterMillis?: readonly [number, number] | undefined;
  /** The receiver answers 400: not to be sent again. */
  readonly refused?: number | undefined;
  /** The receiver accepts the request but for one record. */
  readonly partial?: number | undefined;
}

const FAULT_NAMES = [
  ...(['lostRequest', 'lostAnswer', 'reset', 'resetAfter', 'duplicate'] as const),
  ...(['slow', 'busy', 'refused', 'partial'] as const),
];
type FaultName = (typeof FAULT_NAMES)[number];

/** How long a request without an answer and without a bound of its own stays open. */
const UNBOUNDED_MILLIS = 60_000;

/** What a network stands on. */
export interface FakeNetworkOptions {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  readonly receiver: FakeReceiver;
  readonly faults?: NetworkFaults | undefined;
}

/** Carries messages to a receiver with faults drawn from a seed. */
export class FakeNetwork {
  readonly #clock: FakeClock;
  readonly #random: SeededRandom;
  readonly #receiver: FakeReceiver;
  #faults: NetworkFaults;
  #isDown = false;
  #inFlight = 0;
  #mostInFlight = 0;
  #requests = 0;

  constructor(options: FakeNetworkOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#receiver = options.receiver;
    this.#faults = options.faults ?? {};
  }

  /** Requests made so far. */
  get requests(): number {
    return this.#requests;
  }

  /** The most requests that were open at the same time. */
  get mostInFlight(): number {
    return this.#mostInFlight;
  }

  /** Changes the faults from now on. */
  setFaults(faults: NetworkFaults): void {
    this.#faults = faults;
  }

  /** Pulls the plug, or puts it back: while it is out every connection is refused at once. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
  }

  /** Sends a request. Resolves always. An arrow function: transports pass it on. */
  readonly send = async (request: FakeSendRequest): Promise<FakeSendResult> => {
    this.#requests++;
    this.#inFlight++;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    try {
      return await this.#attempt(request);
    } finally {
      this.#inFlight--;
    }
  };

  async #attempt(request: FakeSendRequest): Promise<FakeSendResult> {
    if (this.#isDown) return { kind: 'retryable', message: 'connection refused' };
    const fault = this.#drawFault();
    const bound = request.timeoutMillis > 0 ? request.timeoutMillis : UNBOUNDED_MILLIS;
    const [low, high] = this.#faults.latencyMillis ?? [1, 1];
    const extra = fault === 'slow' ? (this.#faults.slowMillis ?? 5_000) : 0;
    const latency = this.#random.integer(low, high) + extra;
    if (fault === 'lostRequest') return this.#noAnswer(bound);
    // The request is on the way for the first half of the time; what then happens at the receiver has happened.
    await this.#wait(Math.min(latency / 2, bound));
    if (fault === 'reset') return { kind: 'retryable', message: 'connection reset' };
    if (latency / 2 >= bound) return timedOut(bound);
    const answer = this.#arrive(request, fault);
    if (fault === 'lostAnswer') return this.#noAnswer(bound - latency / 2);
    if (fault === 'resetAfter') return { kind: 'retryable', message: 'connection reset' };
    if (latency >= bound) return this.#noAnswer(bound - latency / 2);
    await this.#wait(latency / 2);
    return answer;
  }

  #arrive(request: FakeSendRequest, fault: FaultName | undefined): FakeSendResult {
    if (fault === 'refused') return { kind: 'rejected', message: '400 Bad Request' };
    if (fault === 'busy') return this.#busyAnswer();
    const body = joined(request.body, request.byteLength);
    const answer = this.#receiver.take(body, fault === 'partial' ? 1 : 0);
    if (fault === 'duplicate') this.#receiver.take(body);
    return answer;
  }

  #busyAnswer(): FakeSendResult {
    const message = this.#random.pick(['429 Too Many Requests', '503 Service Unavailable']);
    if (this.#random.chance(0.5)) return { kind: 'retryable', message };
    const [low, high] = this.#faults.retryAfterMillis ?? [1_000, 3_000];
    return { kind: 'retryable', message, retryAfterMillis: this.#random.integer(low, high) };
  }

  #drawFault(): FaultName | undefined {
    for (const name of FAULT_NAMES) {
      const probability = this.#faults[name] ?? 0;
      // Nothing is drawn for faults that are off, so that switching one on leaves the others' sequence alone.
      if (probability > 0 && this.#random.chance(probability)) return name;
    }
    return undefined;
  }

  async #noAnswer(milliseconds: number): Promise<FakeSendResult> {
    await this.#wait(milliseconds);
    return timedOut(milliseconds);
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.setTimer(resolve, milliseconds));
  }
}

function timedOut(milliseconds: number): FakeSendResult {
  return { kind: 'retryable', message: `no answer within ${milliseconds} ms` };
}

function joined(pieces: readonly Uint8Array[], byteLength: number): Uint8Array {
  const whole = new Uint8Array(byteLength);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
