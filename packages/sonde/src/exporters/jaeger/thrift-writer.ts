/**
 * What the two encodings of Thrift have in common: the shape of a writer, and the cursor in the shared buffer. It knows no
 * struct of Jaeger's. A message is written in one go, front to back, and taken as one piece.
 */
import { allocateBytes } from '#platform';
import { buffer, reserve, take } from '../../otlp/wire/protobuf-writer.ts';

/** Writes fields in the order of their ids. Lists have structs in them; nothing else is needed here. */
export abstract class ThriftWriter {
  /** Where the next byte goes. */
  position: number = 0;

  /** Begins a new piece. */
  start(): void {
    this.position = 0;
    reserve(0, 0);
  }

  /** Goes back to a position at which no struct was open, whatever is open now. */
  rewind(position: number): void {
    this.position = position;
  }

  /** What was written since `start`; the caller's own. */
  finish(): Uint8Array {
    return take(0, this.position);
  }

  /**
   * A part of what was written since `start`, in memory of its own: messages are acknowledged one by one, and what one of
   * them gives back must not be another's.
   */
  part(start: number, end: number): Uint8Array {
    const bytes = allocateBytes(end - start);
    bytes.set(buffer.subarray(start, end));
    return bytes;
  }

  /** The head of a call that nobody answers; a struct with its arguments follows. */
  abstract oneway(name: string): void;
  abstract structBegin(): void;
  abstract structEnd(): void;
  /** A field that is a struct, begun with it; its content follows, then `structEnd`. */
  abstract structField(id: number): void;
  /** A field that is a list of so many structs, each to be begun and ended. */
  abstract structsField(id: number, size: number): void;
  abstract boolField(id: number, value: boolean): void;
  abstract i32Field(id: number, value: number): void;
  /** By its two halves. */
  abstract i64Field(id: number, high: number, low: number): void;
  abstract doubleField(id: number, value: number): void;
  abstract stringField(id: number, text: string): void;
  abstract bytesField(id: number, bytes: Uint8Array): void;
}
