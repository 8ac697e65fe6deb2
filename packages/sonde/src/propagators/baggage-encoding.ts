/** Percent-encoding as the baggage header has it. Total in both directions: no text makes it throw. */

/** Names and values that are sent as they are: what encodeURIComponent leaves alone and a token (RFC 9110) may hold. */
const PLAIN: Uint8Array = plainCharacters();

function plainCharacters(): Uint8Array {
  const table = new Uint8Array(128);
  const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'";
  for (let at = 0; at < plain.length; at++) table[plain.charCodeAt(at)] = 1;
  return table;
}

/** The text as a token; everything else is percent-encoded, a lone surrogate as the replacement character. */
export function percentEncode(text: string): string {
  for (let at = 0; at < text.length; at++) {
    // Undefined, hence not 1, for codes beyond ASCII.
    if (PLAIN[text.charCodeAt(at)] !== 1) return encodeAll(text);
  }
  return text;
}

/**
 * With the u flag a surrogate that is half of a pair is no character of its own, so these are the lone ones. Written as a
 * range: for \p{Cs} V8 asks ICU about every character there is, as it parses the file (Node 26: 0.7 ms, 0.1 MB the first time).
 */
const LONE_SURROGATES = /[\ud800-\udfff]/gu;

function encodeAll(text: string): string {
  return encodeURIComponent(text.replace(LONE_SURROGATES, '\ufffd')).replace(/[()]/g, (bracket) =>
    bracket === '(' ? '%28' : '%29',
  );
}

/** The text without its encoding; octets that are not UTF-8 become the replacement character, `%zz` stays `%zz`. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeOctets);
  }
}

function decodeOctets(encoded: string): string {
  const octets = new Uint8Array(encoded.length / 3);
  for (let at = 0; at < octets.length; at++) {
    octets[at] = Number.parseInt(encoded.slice(at * 3 + 1, at * 3 + 3), 16);
  }
  // A byte order mark is part of the value, here as where decodeURIComponent reads it.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets);
}

/** The length in UTF-8 bytes: limits of headers are in bytes. A lone surrogate counts as its replacement, 3. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else if (code < 0xd800 || code > 0xdfff) bytes += 2;
    else bytes += isPairAt(text, at) ? 2 : isPairAt(text, at - 1) ? 0 : 2;
  }
  return bytes;
}

function isPairAt(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}
