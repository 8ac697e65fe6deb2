/** A tolerant reader of small protobuf messages, such as the answers of receivers. Nothing in it throws. */

/** Fields read of one message: answers of receivers have a handful. */
const MAX_FIELDS = 64;

/** One field of a message. */
export interface ProtobufField {
  readonly number: number;
  /** A varint, or the bytes of a length-delimited field. */
  readonly value: number | Uint8Array;
}

/** The fields of a protobuf message up to the first thing that is not one. */
export function readFields(bytes: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1, count = 0; count < 10; count++, scale *= 128) {
      const byte = bytes[position++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (position < bytes.byteLength && fields.length < MAX_FIELDS) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) {
      const value = varint();
      if (Number.isNaN(value)) break;
      fields.push({ number, value });
    } else if (wireType === 1) position += 8;
    else if (wireType === 5) position += 4;
    else if (wireType === 2) {
      const length = varint();
      if (!(position + length <= bytes.byteLength)) break;
      fields.push({ number, value: bytes.subarray(position, position + length) });
      position += length;
    } else break;
  }
  return fields;
}
