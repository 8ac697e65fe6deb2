/**
 * One connection of HTTP/1.1: a POST at a time, written in one go, and its answer. Written by hand over a socket, not over
 * node:http: an export then costs a third less, and Node's own HTTP functions keep to the application's requests, which
 * makes these faster too (docs/design/otlp.md, "The exchange").
 */
import type { Socket } from 'node:net';
import { failure, type HttpAnswer, type HttpFailure, type HttpRequest } from './http-client.ts';
import { describeError, isUnreachable } from './node-error.ts';
import { HttpAnswerReader, unpackBody } from './node-http-answer.ts';

export type HttpOutcome = HttpAnswer | HttpFailure;

/**
 * Told once for each request. `isStale` says that a kept connection was closed before anything came back: the server had
 * let go of it while it was idle, which says nothing about the server.
 */
export type OutcomeListener = (outcome: HttpOutcome, isStale: boolean) => void;

export interface ConnectionOwner {
  readonly maxResponseBytes: number;
  readonly keepAlive: boolean;
  /** The connection may carry another request. */
  onIdle(connection: HttpConnection): void;
  onClosed(connection: HttpConnection): void;
}

/** How long before the end of its patience, which a server may announce, a connection is not used any more. */
const KEEP_ALIVE_MARGIN_MILLIS = 1_000;

export class HttpConnection {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  #reader: HttpAnswerReader | undefined = undefined;
  #listener: OutcomeListener | undefined = undefined;
  #error: Error | undefined = undefined;
  #isReused = false;
  /** By performance.now(). */
  #usableUntil = Infinity;

  /** Takes over a socket, which may still be connecting, and does not keep the process alive with it. */
  constructor(socket: Socket, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#owner = owner;
    socket.unref();
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('end', () => this.#onEnd());
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.on('close', () => {
      this.#onEnd();
      owner.onClosed(this);
    });
  }

  /** Whether an idle connection is still good for a request. */
  isUsable(nowMillis: number): boolean {
    return !this.#socket.destroyed && nowMillis < this.#usableUntil;
  }

  /** Sends the head, in Latin-1, and the body after it. */
  send(head: string, { body }: HttpRequest, listener: OutcomeListener): void {
    this.#listener = listener;
    this.#reader = new HttpAnswerReader(this.#owner.maxResponseBytes);
    const socket = this.#socket;
    socket.cork();
    socket.write(head, 'latin1');
    for (const piece of body) if (piece.byteLength > 0) socket.write(piece);
    socket.uncork();
  }

  /** What came of the answer so far, when its time is over, and then no more. */
  expire(message: string): void {
    const reader = this.#reader;
    if (reader === undefined || reader.status === 0) {
      this.abandon(failure('timeout', message));
      return;
    }
    reader.bodyProblem ??= 'broken';
    this.#answer(reader);
  }

  /** Ends the request with `outcome`, and the connection. */
  abandon(outcome: HttpOutcome, isStale: boolean = false): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#reader = undefined;
    this.#socket.destroy();
    listener?.(outcome, isStale);
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(bytes: Buffer): void {
    const reader = this.#reader;
    if (reader === undefined) {
      // Nobody has asked for it.
      this.#socket.destroy();
      return;
    }
    reader.push(bytes);
    if (reader.violation !== undefined) {
      this.abandon(failure('protocol', `the answer is not HTTP/1.1 (${reader.violation})`));
    } else if (reader.isOver) this.#answer(reader);
  }

  #onEnd(): void {
    const reader = this.#reader;
    if (reader === undefined) {
      this.#socket.destroy();
      return;
    }
    reader.end();
    if (reader.isOver) this.#answer(reader);
    else this.abandon(this.#brokenConnection(), this.#isReused && !reader.hasBegun);
  }

  #brokenConnection(): HttpFailure {
    const error = this.#error;
    if (error === undefined) return failure('connection', 'the connection was closed without an answer');
    return failure('connection', describeError(error), isUnreachable(error));
  }

  #answer(reader: HttpAnswerReader): void {
    if (reader.status === 101) {
      this.abandon(
        failure('connection', 'the receiver switched to another protocol, which nobody asked for'),
      );
      return;
    }
    const listener = this.#listener!;
    const isRequestSent = this.#socket.writableLength === 0;
    this.#listener = undefined;
    this.#reader = undefined;
    if (isRequestSent && this.#mayBeKept(reader)) this.#keep(reader);
    else this.#socket.destroy();
    const { status, bodyProblem } = reader;
    const header = (name: string): string | undefined => reader.header(name);
    const settle = (body: Uint8Array, problem: HttpAnswer['bodyProblem']): void =>
      listener({ kind: 'answer', status, header, body, bodyProblem: problem, isRequestSent }, false);
    if (bodyProblem !== undefined) settle(NO_BODY, bodyProblem);
    else unpackBody(reader.body(), header('content-encoding'), this.#owner.maxResponseBytes, settle);
  }

  #mayBeKept(reader: HttpAnswerReader): boolean {
    return this.#owner.keepAlive && reader.isWhole && reader.isPersistent && !reader.hasMore;
  }

  #keep(reader: HttpAnswerReader): void {
    const seconds = /(?:^|[ ,])timeout=(\d{1,9})(?:$|[ ,])/i.exec(reader.header('keep-alive') ?? '')?.[1];
    if (seconds !== undefined) {
      this.#usableUntil = performance.now() + Number(seconds) * 1_000 - KEEP_ALIVE_MARGIN_MILLIS;
    }
    this.#isReused = true;
    this.#owner.onIdle(this);
  }
}

const NO_BODY = new Uint8Array(0);
