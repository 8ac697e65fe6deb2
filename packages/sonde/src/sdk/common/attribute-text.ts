/**
 * Attribute values where there is no OTLP: as text and as JSON (specification: common/README.md, "AnyValue
 * representation for non-OTLP protocols"). Used by consoles and by every exporter to a format that knows only text.
 */

/** The value as text: a string as it is, anything else as JSON; NaN and infinities bare; nothing as the empty text. */
export function attributeText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return '';
      if (value instanceof Uint8Array) return base64(value);
      return JSON.stringify(attributeJson(value)) ?? '';
    default:
      return '';
  }
}

/**
 * The value as something that JSON.stringify writes without loss of meaning: bytes in base64, numbers that JSON lacks
 * as their names, integers beyond 2^53 as decimal strings, nothing as null.
 */
export function attributeJson(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (value instanceof Uint8Array) return base64(value);
      if (Array.isArray(value)) return value.map(attributeJson);
      return attributesJson(value);
    default:
      return null;
  }
}

/** A collection of attributes as an object for JSON.stringify. A key such as `__proto__` stays a key. */
export function attributesJson(attributes: object): Record<string, unknown> {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, attributeJson(value)]));
}

const CHUNK = 0x2000;

/** Web-standard base64, in chunks because a call takes a bounded number of arguments. */
function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let index = 0; index < bytes.length; index += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(index, index + CHUNK));
  }
  return btoa(binary);
}
