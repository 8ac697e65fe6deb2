/**
 * Reads one answer out of the bytes of an HTTP/1.1 connection (RFC 9112), in whatever pieces they come. Nothing is taken
 * for granted and nothing grows without bound: what is not HTTP is a violation, a body that is cut off or too large a
 * problem of that answer.
 */
import { HEADER_NAME, HEADER_VALUE } from './http-fields.ts';
import { codeOf } from './node-error.ts';
import { process } from './node-process.ts';

/** Bytes of all headers of an answer, and of the trailers after it. Node's own default for its clients. */
const MAX_HEADER_BYTES = 16_384;
/** Interim answers (1xx) borne before the final one. */
const MAX_INTERIM = 16;
/** Bytes of the line before a chunk: its size, and extensions that nobody reads. */
const MAX_CHUNK_LINE_BYTES = 4_096;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const CHUNK_LINE = /^([0-9A-Fa-f]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
/** Half a line end, and what no line holds. */
const STRAY_CONTROL = /(?<!\r)\n|\r(?=[^\n])|[^\t\r\n\x20-\x7e\x80-\xff]/g;
/** Fifteen digits are a safe integer. */
const LENGTH = /^\d{1,15}$/;
/** What may begin an answer, whole: any other beginning is told at once, and not after the timeout. */
const BEGINNING = 'HTTP/1.';

const NO_BODY = new Uint8Array(0);

type State = 'head' | 'counted' | 'until-close' | 'chunk-line' | 'chunk' | 'chunk-end' | 'trailers' | 'whole';

export class HttpAnswerReader {
  /** Of the final answer; 0 until its headers are whole. */
  status: number = 0;
  /** Set when what came is not HTTP/1.1. */
  violation: string | undefined = undefined;
  /** Set when the headers are whole and the body will not be. */
  bodyProblem: 'too_large' | 'broken' | undefined = undefined;
  /** Whether the sender lets the connection be used again. */
  isPersistent: boolean = false;
  /** Whether anything followed the answer, which nobody has asked for. */
  hasMore: boolean = false;

  readonly #maxBodyBytes: number;
  readonly #headers = new Map<string, string>();
  #state: State = 'head';
  /** The head, the line before a chunk or the trailers, as far as they have come. */
  #text = '';
  /** Bytes of the body, or of its present chunk, that have still to come. */
  #left = 0;
  #received = 0;
  #interim = 0;
  readonly #pieces: Uint8Array[] = [];

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  get isWhole(): boolean {
    return this.#state === 'whole';
  }

  /** Whether there is nothing more to read: the answer is whole, or will never be. */
  get isOver(): boolean {
    return this.#state === 'whole' || this.bodyProblem !== undefined || this.violation !== undefined;
  }

  /** Whether a byte has come. */
  get hasBegun(): boolean {
    return this.status !== 0 || this.#text !== '' || this.#interim > 0;
  }

  /** By its lower-case name. */
  header(name: string): string | undefined {
    return this.#headers.get(name);
  }

  /** What came of the body. */
  body(): Uint8Array {
    const pieces = this.#pieces;
    if (pieces.length === 0) return NO_BODY;
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && !this.isOver) at = this.#read(bytes, at);
    if (at < bytes.length) this.hasMore = true;
  }

  /** Nothing follows any more: for a body without a length that is its end. */
  end(): void {
    if (this.#state === 'until-close') this.#state = 'whole';
    else if (this.status !== 0 && !this.isOver) this.bodyProblem = 'broken';
  }

  /** Reads on in the present state and returns where it has come to. */
  #read(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'chunk-line':
        return this.#readChunkLine(bytes, at);
      case 'chunk-end':
        return this.#readChunkEnd(bytes, at);
      case 'trailers':
        return this.#readTrailers(bytes, at);
      default:
        return this.#readBody(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const next = this.#readUntil('\r\n\r\n', bytes, at, MAX_HEADER_BYTES);
    if (next === undefined) {
      this.violation ??= `more than ${MAX_HEADER_BYTES} bytes of headers`;
      return at;
    }
    if (next > 0) {
      const text = this.#text;
      this.#text = '';
      this.#takeHead(text.split('\r\n'));
      return next;
    }
    const beginning = this.#text.slice(0, BEGINNING.length);
    if (!BEGINNING.startsWith(beginning)) this.violation = 'it does not begin as one';
    else if (hasStrayControl(this.#text, this.#text.length - (bytes.length - at)))
      this.violation = 'its headers hold a control character';
    return bytes.length;
  }

  /**
   * Adds to the text what comes before `end`, and returns the place after that; 0 where it has not come yet, undefined
   * where the text has grown over `maxBytes`.
   */
  #readUntil(end: string, bytes: Buffer, at: number, maxBytes: number): number | undefined {
    const before = this.#text.length;
    const limit = Math.min(bytes.length, at + maxBytes + end.length - before);
    const text = this.#text + bytes.toString('latin1', at, limit);
    const found = text.indexOf(end, Math.max(0, before - end.length + 1));
    if (found >= 0) {
      this.#text = text.slice(0, found);
      return at + found + end.length - before;
    }
    this.#text = text;
    return text.length >= maxBytes + end.length ? undefined : 0;
  }

  #takeHead(lines: readonly string[]): void {
    const status = STATUS_LINE.exec(lines[0]!);
    if (status === null) this.violation = 'its first line is no status line';
    else if (!this.#takeHeaders(lines)) this.violation = 'a line of its headers is none';
    else if (Number(status[2]) < 200 && status[2] !== '101') this.#skipInterim(status[1] === '1');
    else this.#takeFrame(Number(status[2]), status[1] === '1');
  }

  /** HTTP/1.0 has none (RFC 9110, section 15.2). */
  #skipInterim(isNewest: boolean): void {
    this.#headers.clear();
    if (!isNewest) this.violation = 'an interim answer (1xx) of HTTP/1.0';
    else if (++this.#interim > MAX_INTERIM) {
      this.violation = `more than ${MAX_INTERIM} interim answers (1xx) and no final one`;
    }
  }

  #takeHeaders(lines: readonly string[]): boolean {
    for (let index = 1; index < lines.length; index++) {
      const header = headerOf(lines[index]!);
      if (header === undefined) return false;
      this.#addHeader(header.name, header.value);
    }
    return true;
  }

  /** Of a header that may stand there once only the first counts, but two lengths are two answers (RFC 9112, section 6.3). */
  #addHeader(name: string, value: string): void {
    const known = this.#headers.get(name);
    if (known === undefined) this.#headers.set(name, value);
    else if (LISTS.has(name)) this.#headers.set(name, `${known}, ${value}`);
  }

  /** How long the body is, and what comes after it: RFC 9112, sections 6.3 and 9.3. */
  #takeFrame(status: number, isNewest: boolean): void {
    const coding = this.header('transfer-encoding');
    const length = this.header('content-length');
    const connection =
      this.header('connection')
        ?.toLowerCase()
        .split(/[\t ]*,[\t ]*/) ?? [];
    if (coding !== undefined && (length !== undefined || coding.toLowerCase() !== 'chunked' || !isNewest)) {
      this.violation = 'its transfer coding is not chunked alone';
      return;
    }
    if (length !== undefined && !LENGTH.test(length)) {
      this.violation = 'its length is no number';
      return;
    }
    this.status = status;
    this.isPersistent = isNewest ? !connection.includes('close') : connection.includes('keep-alive');
    if (status === 204 || status === 304 || status === 101) this.#state = 'whole';
    else if (coding !== undefined) this.#state = 'chunk-line';
    else if (length !== undefined) this.#expect(Number(length), 'counted');
    else this.#state = 'until-close';
    if (this.#state === 'until-close' || status === 101) this.isPersistent = false;
  }

  /** So many bytes follow; none are a whole body. */
  #expect(length: number, state: 'counted' | 'chunk'): void {
    this.#left = length;
    if (this.#received + length > this.#maxBodyBytes) this.bodyProblem = 'too_large';
    else this.#state = length === 0 ? 'whole' : state;
  }

  #readBody(bytes: Buffer, at: number): number {
    const isOpen = this.#state === 'until-close';
    const next = isOpen ? bytes.length : Math.min(bytes.length, at + this.#left);
    this.#received += next - at;
    this.#left -= next - at;
    if (this.#received > this.#maxBodyBytes) this.bodyProblem = 'too_large';
    else this.#pieces.push(bytes.subarray(at, next));
    if (!isOpen && this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk-end' : 'whole';
    return next;
  }

  #readChunkLine(bytes: Buffer, at: number): number {
    const next = this.#readUntil('\r\n', bytes, at, MAX_CHUNK_LINE_BYTES);
    if (next === 0) return bytes.length;
    const size = next === undefined ? null : CHUNK_LINE.exec(this.#text);
    this.#text = '';
    if (size === null) this.bodyProblem = 'broken';
    else if (Number.parseInt(size[1]!, 16) === 0) this.#awaitTrailers();
    else this.#expect(Number.parseInt(size[1]!, 16), 'chunk');
    return next ?? at;
  }

  /** The line end after a chunk. */
  #readChunkEnd(bytes: Buffer, at: number): number {
    const next = this.#readUntil('\r\n', bytes, at, 0);
    if (next === 0) return bytes.length;
    this.#text = '';
    if (next === undefined) this.bodyProblem = 'broken';
    else this.#state = 'chunk-line';
    return next ?? at;
  }

  #awaitTrailers(): void {
    this.#state = 'trailers';
    this.#left = MAX_HEADER_BYTES;
  }

  /** Nobody reads them; an empty line ends them. */
  #readTrailers(bytes: Buffer, at: number): number {
    const next = this.#readUntil('\r\n', bytes, at, this.#left);
    if (next === 0) return bytes.length;
    const line = this.#text;
    this.#text = '';
    this.#left -= line.length;
    if (next !== undefined && line === '') this.#state = 'whole';
    else if (next === undefined || headerOf(line) === undefined) this.bodyProblem = 'broken';
    return next ?? at;
  }
}

/** Headers that may stand in several lines, of those that are read here. */
const LISTS: ReadonlySet<string> = new Set([
  'connection',
  'transfer-encoding',
  'content-encoding',
  'content-length',
]);

/** A line of the headers or trailers, its name in lower case; undefined for what is none. */
function headerOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  const value = line.slice(colon + 1);
  return HEADER_NAME.test(name) && HEADER_VALUE.test(value)
    ? { name: name.toLowerCase(), value: withoutBlanks(value) }
    : undefined;
}

/** Without the blanks around it, of which HTTP knows two: `trim` would take others too. */
function withoutBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value, start)) start++;
  while (end > start && isBlank(value, end - 1)) end--;
  return value.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

/** Whether a character that no head can hold stands at `from` or after it. */
function hasStrayControl(text: string, from: number): boolean {
  STRAY_CONTROL.lastIndex = Math.max(0, from - 1);
  return STRAY_CONTROL.test(text);
}

/** The body as it was before gzip, or the problem that there is with it. `callback` may be called in this very call. */
export function unpackBody(
  body: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
  callback: (body: Uint8Array, problem: 'too_large' | 'broken' | undefined) => void,
): void {
  if (body.byteLength === 0 || encoding === undefined || !/^\s*(x-)?gzip\s*$/i.test(encoding)) {
    callback(body, undefined);
    return;
  }
  const { gunzip } = process.getBuiltinModule('node:zlib');
  gunzip(body, { maxOutputLength: maxBytes }, (error, unpacked) => {
    if (error === null) callback(unpacked, undefined);
    else callback(NO_BODY, codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'broken');
  });
}
