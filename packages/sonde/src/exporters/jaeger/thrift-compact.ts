/**
 * Thrift's compact protocol: varints, and field ids as differences.
 *
 *   field   difference of ids (1..15) and type in one byte, or type byte and zigzag id; a bool's value is its type
 *   stop    0                               list     size (0..14) and element type in one byte, or 0xf_, varint size
 *   string  varint length, bytes            call     0x82, type and version, sequence number, name
 */
import {
  reserve,
  view,
  writeByte,
  writeBytes,
  writeString,
  writeVarint,
} from '../../otlp/wire/protobuf-writer.ts';
import { ThriftWriter } from './thrift-writer.ts';

const TRUE = 1;
const FALSE = 2;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const STRING = 8;
const LIST = 9;
const STRUCT = 12;

const PROTOCOL = 0x82;
/** Version 1 in the lower five bits, the type in the upper three. */
const ONEWAY_VERSION_1 = 0x81;

export class ThriftCompactWriter extends ThriftWriter {
  /** The id of the last field of the struct that is open, and of those around it. */
  #last = 0;
  readonly #outer: number[] = [];

  override start(): void {
    super.start();
    this.#last = 0;
    this.#outer.length = 0;
  }

  override rewind(position: number): void {
    super.rewind(position);
    this.#last = 0;
    this.#outer.length = 0;
  }

  oneway(name: string): void {
    reserve(this.position, 0);
    this.position = writeByte(writeByte(this.position, PROTOCOL), ONEWAY_VERSION_1);
    this.position = writeString(writeByte(this.position, 0), name);
  }

  structBegin(): void {
    reserve(this.position, 0);
    this.#outer.push(this.#last);
    this.#last = 0;
  }

  structEnd(): void {
    reserve(this.position, 0);
    this.position = writeByte(this.position, 0);
    this.#last = this.#outer.pop() ?? 0;
  }

  structField(id: number): void {
    this.#field(STRUCT, id);
    this.structBegin();
  }

  structsField(id: number, size: number): void {
    this.#field(LIST, id);
    this.position =
      size < 15
        ? writeByte(this.position, (size << 4) | STRUCT)
        : writeVarint(writeByte(this.position, 0xf0 | STRUCT), size);
  }

  boolField(id: number, value: boolean): void {
    this.#field(value ? TRUE : FALSE, id);
  }

  i32Field(id: number, value: number): void {
    this.#field(I32, id);
    this.position = writeVarint(this.position, ((value << 1) ^ (value >> 31)) >>> 0);
  }

  i64Field(id: number, high: number, low: number): void {
    this.#field(I64, id);
    // Zigzag: shifted left by one, all bits turned over for a negative number.
    const sign = high >> 31;
    let upper = (((high << 1) | (low >>> 31)) ^ sign) >>> 0;
    let lower = ((low << 1) ^ sign) >>> 0;
    let p = this.position;
    while (upper !== 0 || lower > 0x7f) {
      p = writeByte(p, (lower & 0x7f) | 0x80);
      lower = ((upper << 25) | (lower >>> 7)) >>> 0;
      upper >>>= 7;
    }
    this.position = writeByte(p, lower);
  }

  doubleField(id: number, value: number): void {
    this.#field(DOUBLE, id);
    // Against the first text of the protocol, all implementations write the least significant byte first.
    view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  stringField(id: number, text: string): void {
    this.#field(STRING, id);
    this.position = writeString(this.position, text);
    reserve(this.position, 0);
  }

  bytesField(id: number, bytes: Uint8Array): void {
    this.#field(STRING, id);
    this.position = writeBytes(this.position, bytes);
    reserve(this.position, 0);
  }

  #field(type: number, id: number): void {
    reserve(this.position, 0);
    const difference = id - this.#last;
    this.#last = id;
    this.position =
      difference > 0 && difference < 16
        ? writeByte(this.position, (difference << 4) | type)
        : writeVarint(writeByte(this.position, type), id << 1);
  }
}
