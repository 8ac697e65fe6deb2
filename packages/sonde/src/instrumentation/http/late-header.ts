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

/** Adds a header to a request that is not sent yet. False where the caller has set one, which is left alone. */
export function setRequestHeader(request: ClientRequest, key: string, value: string): boolean {
  if (!request.headersSent) {
    if (request.hasHeader(key)) return false;
    request.setHeader(key, value);
    return true;
  }
  const text = headOf(request, key, value);
  if (text === undefined) return true;
  if (placeOf(text, key) >= 0) return false;
  exchangeHead(request, text, `${text.slice(0, -2)}${key}: ${value}${END}`);
  return true;
}

/** Sets a header that the caller has set to something else. */
export function replaceRequestHeader(request: ClientRequest, key: string, value: string): void {
  if (!request.headersSent) return void request.setHeader(key, value);
  const text = headOf(request, key, value);
  const at = text === undefined ? -1 : placeOf(text, key);
  if (at < 0) return;
  const rest = text!.slice(text!.indexOf('\r\n', at + 2));
  exchangeHead(request, text!, `${text!.slice(0, at + 2)}${key}: ${value}${rest}`);
}

/** The head as it is, where it can be changed and this header stand in it. */
function headOf(request: ClientRequest, key: string, value: string): string | undefined {
  const text = (request as unknown as Head)._header;
  const isHead = typeof text === 'string' && text.endsWith(END);
  return isHead && NAME.test(key) && VALUE.test(value) ? text : undefined;
}

/** Where the line before a header ends; negative where there is no such header. */
function placeOf(text: string, key: string): number {
  return text.toLowerCase().indexOf(`\r\n${key.toLowerCase()}:`);
}

function exchangeHead(request: ClientRequest, text: string, other: string): void {
  const head = request as unknown as Head;
  if (head._headerSent !== true || replaceWaiting(head, text, other)) head._header = other;
}

/** With `Expect` the head is handed over at once; until there is a connection it waits at the front. */
function replaceWaiting(head: Head, text: string, other: string): boolean {
  const first = head.outputData?.[0];
  if (first === undefined || typeof first.data !== 'string' || !first.data.startsWith(text)) return false;
  first.data = other + first.data.slice(text.length);
  if (typeof head.outputSize === 'number') head.outputSize += other.length - text.length;
  return true;
}

/** A header of a request, sent or not. */
export function requestHeader(request: ClientRequest, key: string): string | undefined {
  const value = request.getHeader(key);
  if (value !== undefined) return String(value);
  const text = (request as unknown as Head)._header;
  if (typeof text !== 'string') return undefined;
  const at = placeOf(text, key);
  if (at < 0) return undefined;
  const from = at + key.length + 3;
  return text.slice(from, text.indexOf('\r\n', from)).trim();
}
