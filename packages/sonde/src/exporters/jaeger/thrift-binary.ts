/**
 * Thrift's binary protocol: everything has a fixed width, most significant byte first.
 *
 *   field   type byte, id i16, value        string   length i32, bytes
 *   stop    0                               list     element type byte, size i32
 *   call    0x8001 and its type, name, sequence number
 */
import {
  buffer,
  reserve,
  view,
  writeByte,
  writeRaw,
  writeText,
  writeWord,
} from '../../otlp/wire/protobuf-writer.ts';
import { ThriftWriter } from './thrift-writer.ts';

const BOOL = 2;
const DOUBLE = 4;
const I32 = 8;
const I64 = 10;
const STRING = 11;
const STRUCT = 12;
const LIST = 15;

const VERSION_1 = 0x80010000;
const ONEWAY = 4;

export class ThriftBinaryWriter extends ThriftWriter {
  oneway(name: string): void {
    reserve(this.position, 0);
    this.position = writeWord(this.position, VERSION_1 | ONEWAY);
    this.#string(name);
    this.position = writeWord(this.position, 0);
  }

  structBegin(): void {
    reserve(this.position, 0);
  }

  structEnd(): void {
    reserve(this.position, 0);
    this.position = writeByte(this.position, 0);
  }

  structField(id: number): void {
    this.#field(STRUCT, id);
  }

  structsField(id: number, size: number): void {
    this.#field(LIST, id);
    this.position = writeWord(writeByte(this.position, STRUCT), size);
  }

  boolField(id: number, value: boolean): void {
    this.#field(BOOL, id);
    this.position = writeByte(this.position, value ? 1 : 0);
  }

  i32Field(id: number, value: number): void {
    this.#field(I32, id);
    this.position = writeWord(this.position, value);
  }

  i64Field(id: number, high: number, low: number): void {
    this.#field(I64, id);
    this.position = writeWord(writeWord(this.position, high), low);
  }

  doubleField(id: number, value: number): void {
    this.#field(DOUBLE, id);
    view.setFloat64(this.position, value);
    this.position += 8;
  }

  stringField(id: number, text: string): void {
    this.#field(STRING, id);
    this.#string(text);
  }

  bytesField(id: number, bytes: Uint8Array): void {
    this.#field(STRING, id);
    this.position = writeRaw(writeWord(this.position, bytes.length), bytes);
    reserve(this.position, 0);
  }

  #field(type: number, id: number): void {
    reserve(this.position, 0);
    const p = writeByte(this.position, type);
    this.position = writeByte(writeByte(p, id >>> 8), id & 0xff);
  }

  /** The length is written once it is known. */
  #string(text: string): void {
    const start = this.position + 4;
    reserve(start, text.length * 3);
    const length = text.length;
    let end = start;
    const target = buffer;
    // Keys and most values are short and ASCII: a loop copies those faster than a call into C++.
    if (length < 24) {
      while (end < start + length) {
        const code = text.charCodeAt(end - start);
        if (code > 127) break;
        target[end++] = code;
      }
    }
    if (end - start < length) end = writeText(start, text);
    writeWord(this.position, end - start);
    this.position = end;
    reserve(end, 0);
  }
}
