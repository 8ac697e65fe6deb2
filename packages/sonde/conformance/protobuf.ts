/** Reads any protobuf message by field numbers: an eye of its own on what the encoders write. */

/** The values of a message by field number: numbers, doubles' bytes, or the bytes of a length-delimited field. */
export type Fields = Map<number, (bigint | Buffer)[]>;

export function readMessage(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error('a varint does not end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('a field is longer than its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const type = tag & 7;
    const value = type === 0 ? varint() : take(type === 1 ? 8 : type === 5 ? 4 : Number(varint()));
    const number = tag >>> 3;
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

/** The messages at the end of a path of field numbers. */
export function messagesAt(bytes: Buffer, ...path: number[]): Fields[] {
  return path.reduce(
    (messages, field) =>
      messages.flatMap((message) => (message.get(field) ?? []).map((inner) => readMessage(inner as Buffer))),
    [readMessage(bytes)],
  );
}

/** An AnyValue as JavaScript has it; `undefined` for one that is empty. */
export function readAnyValue(fields: Fields): unknown {
  const [[field, values] = []] = fields;
  const value = values?.[0];
  switch (field) {
    case 1:
      return String(value);
    case 2:
      return value === 1n;
    case 3:
      return BigInt.asIntN(64, value as bigint);
    case 4:
      return (value as Buffer).readDoubleLE();
    case 5:
      return messagesAt(value as Buffer, 1).map(readAnyValue);
    case 6:
      return new Map(messagesAt(value as Buffer, 1).map(readKeyValue));
    case 7:
      return new Uint8Array(value as Buffer);
    default:
      return undefined;
  }
}

/** Key and value of a KeyValue. */
export function readKeyValue(fields: Fields): [string, unknown] {
  return [String(fields.get(1)?.[0]), readAnyValue(readMessage(fields.get(2)?.[0] as Buffer))];
}
