/** Reads both encodings of Thrift into plain objects by field ids, strictly: what is left over or cut off throws. */

/** A struct: field id -> value. Numbers of 64 bits are bigints, binary and strings are Buffers. */
export interface ThriftStruct {
  [id: number]: ThriftValue;
}
export type ThriftValue = ThriftStruct | ThriftValue[] | Buffer | bigint | number | boolean;

interface Reader {
  field(last: number): { type: number; id: number } | undefined;
  value(type: number): ThriftValue;
}

function struct(reader: Reader): ThriftStruct {
  const fields: ThriftStruct = {};
  for (let last = 0; ; ) {
    const field = reader.field(last);
    if (field === undefined) return fields;
    if (field.id in fields) throw new Error(`field ${field.id} twice`);
    fields[field.id] = reader.value(field.type);
    last = field.id;
  }
}

class Cursor {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes);
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Error('cut off');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.take(1)[0]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  zigzag(): bigint {
    const value = this.varint();
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  }
}

function binary(cursor: Cursor): Reader {
  const reader: Reader = {
    field() {
      const type = cursor.take(1)[0]!;
      return type === 0 ? undefined : { type, id: cursor.take(2).readInt16BE() };
    },
    value(type) {
      if (type === 2) return cursor.take(1)[0] === 1;
      if (type === 4) return cursor.take(8).readDoubleBE();
      if (type === 8) return cursor.take(4).readInt32BE();
      if (type === 10) return cursor.take(8).readBigInt64BE();
      if (type === 11) return cursor.take(cursor.take(4).readInt32BE());
      if (type === 12) return struct(reader);
      if (type !== 15) throw new Error(`type ${type}`);
      const element = cursor.take(1)[0]!;
      return Array.from({ length: cursor.take(4).readInt32BE() }, () => reader.value(element));
    },
  };
  return reader;
}

function compact(cursor: Cursor): Reader {
  const reader: Reader = {
    field(last) {
      const byte = cursor.take(1)[0]!;
      if (byte === 0) return undefined;
      const difference = byte >> 4;
      return { type: byte & 15, id: difference > 0 ? last + difference : Number(cursor.zigzag()) };
    },
    value(type) {
      if (type === 1 || type === 2) return type === 1;
      if (type === 5) return Number(cursor.zigzag());
      if (type === 6) return cursor.zigzag();
      if (type === 7) return cursor.take(8).readDoubleLE();
      if (type === 8) return cursor.take(Number(cursor.varint()));
      if (type === 12) return struct(reader);
      if (type !== 9) throw new Error(`type ${type}`);
      const byte = cursor.take(1)[0]!;
      const size = byte >> 4 === 15 ? Number(cursor.varint()) : byte >> 4;
      return Array.from({ length: size }, () => reader.value(byte & 15));
    },
  };
  return reader;
}

/** The Batch of a message in one of the three forms. */
export function readBatch(
  message: Uint8Array,
  form: 'binary' | 'call-binary' | 'call-compact',
): ThriftStruct {
  const cursor = new Cursor(message);
  if (form === 'call-binary') {
    if (cursor.take(4).readUInt32BE() !== 0x80010004) throw new Error('no oneway call');
    if (cursor.take(cursor.take(4).readInt32BE()).toString() !== 'emitBatch') throw new Error('another call');
    cursor.take(4);
  } else if (form === 'call-compact') {
    if (cursor.take(2).readUInt16BE() !== 0x8281) throw new Error('no oneway call');
    cursor.varint();
    if (cursor.take(Number(cursor.varint())).toString() !== 'emitBatch') throw new Error('another call');
  }
  const read = struct(form === 'call-compact' ? compact(cursor) : binary(cursor));
  if (cursor.at !== cursor.bytes.length)
    throw new Error(`${cursor.bytes.length - cursor.at} bytes behind the message`);
  return form === 'binary' ? read : (read[1] as ThriftStruct);
}
