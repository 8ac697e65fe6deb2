/**
 * Adds a header to a request whose head Node has put together already, but not sent: requests made with a list of headers
 * or with `Expect` get theirs in the constructor, after which `setHeader` throws.
 */
import type { ClientRequest } from 'node:http';

/** Where Node keeps the head, and what waits for a connection. Both have been there since Node 0.x; absent, nothing is done. */
interface Head {
  _header?: unknown;
  _headerSent?: boolean;
  outputData?: { data: unknown }[];
  outputSize?: number;
}

const END = '\r\n\r\n';
/** What may stand in a header's value (RFC 9110, section 5.5), as Node checks it. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Sets a header of a request that is not sent yet. One that the caller set is left alone. */
export function setRequestHeader(request: ClientRequest, key: string, value: string): void {
  if (!request.headersSent) {
    if (!request.hasHeader(key)) request.setHeader(key, value);
    return;
  }
  const head = request as unknown as Head;
  const text = head._header;
  if (typeof text !== 'string' || !text.endsWith(END) || !NAME.test(key) || !VALUE.test(value)) return;
  if (text.toLowerCase().includes(`\r\n${key.toLowerCase()}:`)) return;
  const longer = `${text.slice(0, -2)}${key}: ${value}${END}`;
  if (head._headerSent !== true) head._header = longer;
  else if (replaceWaiting(head, text, longer)) head._header = longer;
}

/** With `Expect` the head is handed over at once; until there is a connection it waits at the front. */
function replaceWaiting(head: Head, text: string, longer: string): boolean {
  const first = head.outputData?.[0];
  if (first === undefined || typeof first.data !== 'string' || !first.data.startsWith(text)) return false;
  first.data = longer + first.data.slice(text.length);
  if (typeof head.outputSize === 'number') head.outputSize += longer.length - text.length;
  return true;
}

/** A header of a request, sent or not. */
export function requestHeader(request: ClientRequest, key: string): string | undefined {
  const value = request.getHeader(key);
  if (value !== undefined) return String(value);
  const text = (request as unknown as Head)._header;
  if (typeof text !== 'string') return undefined;
  const at = text.toLowerCase().indexOf(`\r\n${key.toLowerCase()}:`);
  if (at < 0) return undefined;
  const from = at + key.length + 3;
  return text.slice(from, text.indexOf('\r\n', from)).trim();
}
