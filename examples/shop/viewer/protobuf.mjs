// Reads protobuf by a table of fields: just enough for OTLP. The result has the shape of OTLP's JSON encoding.

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const decoder = new TextDecoder();

/** How a value of a scalar type is read from `{ bytes, view, at }`; `wire` is what it has to be on the wire. */
const scalars = {
  string: { wire: BYTES, read: ({ bytes }) => decoder.decode(bytes) },
  hex: { wire: BYTES, read: ({ bytes }) => Buffer.from(bytes).toString('hex') },
  base64: { wire: BYTES, read: ({ bytes }) => Buffer.from(bytes).toString('base64') },
  bool: { wire: VARINT, read: ({ number }) => number !== 0n },
  uint32: { wire: VARINT, read: ({ number }) => Number(number) },
  // 64-bit integers are strings in OTLP's JSON, because numbers of JavaScript cannot hold them.
  int64: { wire: VARINT, read: ({ number }) => String(BigInt.asIntN(64, number)) },
  fixed32: { wire: FIXED32, read: ({ view }) => view.getUint32(0, true) },
  fixed64: { wire: FIXED64, read: ({ view }) => String(view.getBigUint64(0, true)) },
  sfixed64: { wire: FIXED64, read: ({ view }) => String(view.getBigInt64(0, true)) },
  double: { wire: FIXED64, read: ({ view }) => view.getFloat64(0, true) },
};

/** Every field of a message as `{ field, wire, number | bytes, view }`, in order. Throws when the bytes are no protobuf. */
function* fieldsOf(bytes) {
  let position = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (position >= bytes.length) break;
      const byte = bytes[position++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a varint has no end');
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    const [field, wire] = [tag >>> 3, tag & 7];
    if (wire === VARINT) {
      yield { field, wire, number: varint() };
      continue;
    }
    const length = wire === BYTES ? Number(varint()) : { [FIXED64]: 8, [FIXED32]: 4 }[wire];
    if (length === undefined) throw new RangeError(`field ${field} has the wire type ${wire}`);
    if (position + length > bytes.length) throw new RangeError(`field ${field} is longer than its message`);
    yield piece(field, wire, bytes.subarray(position, position + length));
    position += length;
  }
}

function piece(field, wire, bytes) {
  return { field, wire, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Repeated numbers may be packed into one field. */
function unpacked(scalar, value) {
  const items = [];
  for (let at = 0; at < value.bytes.length; at += 8) {
    items.push(scalar.read(piece(value.field, scalar.wire, value.bytes.subarray(at, at + 8))));
  }
  return items;
}

/**
 * @param message field number -> [name, type]; the type is a word of `scalars`, a message, or a function that gives
 *   one, and `[type]` for a repeated field. Fields that the table does not name are passed over.
 */
export function decode(message, bytes) {
  const result = {};
  for (const value of fieldsOf(bytes)) {
    const [name, type] = message[value.field] ?? [];
    if (name === undefined) continue;
    const isRepeated = Array.isArray(type);
    const single = isRepeated ? type[0] : type;
    if (!isRepeated) result[name] = read(single, value);
    else {
      result[name] ??= [];
      const scalar = scalars[single];
      const isPacked = scalar?.wire === FIXED64 && value.wire === BYTES;
      result[name].push(...(isPacked ? unpacked(scalar, value) : [read(single, value)]));
    }
  }
  return result;
}

function read(type, value) {
  const scalar = scalars[type];
  const wire = scalar?.wire ?? BYTES;
  if (value.wire !== wire) throw new RangeError(`field ${value.field} has the wire type ${value.wire}`);
  if (scalar !== undefined) return scalar.read(value);
  return decode(typeof type === 'function' ? type() : type, value.bytes);
}
