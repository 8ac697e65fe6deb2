/**
 * Reads the protobuf wire format without knowing any message: the tests' own eyes on what the writer wrote. It shares
 * no code with the writer, and throws on everything that is not well-formed.
 */

/** Values by field number, in the order in which they came: bigint for varints, bytes for everything else. */
export type Fields = Record<number, (bigint | Uint8Array)[]>;

export function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Fields = {};
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined || shift > 63n) throw new Error('a varint has no end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const raw = (length: number): Uint8Array => {
    if (position + length > bytes.length) throw new Error('a field is longer than its message');
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    const type = tag & 7;
    const number = tag >>> 3;
    if (number === 0) throw new Error('field number 0');
    let value: bigint | Uint8Array;
    if (type === 0) value = varint();
    else if (type === 1) value = raw(8);
    else if (type === 2) value = raw(Number(varint()));
    else if (type === 5) value = raw(4);
    else throw new Error(`wire type ${type}`);
    const values = fields[number] ?? [];
    values.push(value);
    fields[number] = values;
  }
  return fields;
}

/** A text that begins with a byte order mark keeps it: to a protobuf string it is a character like every other. */
export function textOf(value: bigint | Uint8Array | undefined): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value as Uint8Array);
}

export function uint64Of(value: bigint | Uint8Array | undefined): bigint {
  return Buffer.from(value as Uint8Array).readBigUInt64LE();
}

/** An AnyValue as a JavaScript value: int64 as bigint, double as number. */
export function anyValueOf(bytes: Uint8Array): unknown {
  const fields = fieldsOf(bytes);
  const [number] = Object.keys(fields);
  if (number === undefined) return null;
  const value = fields[Number(number)]![0]!;
  if (number === '1') return textOf(value);
  if (number === '2') return value === 1n;
  if (number === '3') return BigInt.asIntN(64, value as bigint);
  if (number === '4') return Buffer.from(value as Uint8Array).readDoubleLE();
  if (number === '5')
    return (fieldsOf(value as Uint8Array)[1] ?? []).map((item) => anyValueOf(item as Uint8Array));
  if (number === '6') return attributesOf(fieldsOf(value as Uint8Array)[1]);
  if (number === '7') return new Uint8Array(value as Uint8Array);
  throw new Error(`AnyValue has no field ${number}`);
}

export function attributesOf(pairs: readonly (bigint | Uint8Array)[] | undefined): Record<string, unknown> {
  const entries = (pairs ?? []).map((pair) => {
    const fields = fieldsOf(pair as Uint8Array);
    const key = fields[1]?.[0];
    return [
      key === undefined ? '' : textOf(key),
      anyValueOf((fields[2]?.[0] ?? new Uint8Array(0)) as Uint8Array),
    ];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}
