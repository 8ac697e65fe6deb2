/**
 * Hosts as URLs and lists of hosts write them. Read without regular expressions, because a start reads some: each one is
 * compiled by its first use.
 */

/** Without the brackets of an IPv6 address; what follows them stays. */
export function bare(host: string): string {
  const end = host.startsWith('[') ? host.lastIndexOf(']') : -1;
  return end < 0 ? host : host.slice(1, end) + host.slice(end + 1);
}

/** In lower case, without the dot that ends a full name. */
export function plainName(host: string): string {
  const name = host.toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** The bytes of an IPv4 or IPv6 address; an IPv4 one inside IPv6 (::ffff:1.2.3.4) is the IPv4 one. */
export function addressOf(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length === 4 && parts.every(isByte)) return Uint8Array.from(parts, Number);
  if (!text.includes(':')) return undefined;
  let canonical: string;
  try {
    canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
  const [head = '', tail] = canonical.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - first.length - last.length).fill('0');
  const bytes = [...first, ...zeros, ...last].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return Uint8Array.from(isMapped ? bytes.slice(12) : bytes);
}

/** One to three digits, of up to 255. */
function isByte(text: string): boolean {
  if (text.length === 0 || text.length > 3) return false;
  for (let at = 0; at < text.length; at++) if (text[at]! < '0' || text[at]! > '9') return false;
  return Number(text) <= 255;
}
