/**
 * What the bridge knows of one logger of pino: its child bindings as fields, and whether anything of pino's changes fields
 * on their way to the line. Made once for each logger and again when one of these changes.
 */
import { liftException } from '../shared/exception-fields.ts';
import { LineRecorder, recordingFunctions, withRecorder } from './line-recorder.ts';

/** Functions of the user's or of pino's, by the key that they are for. */
export type ByKey = Record<string | symbol, ((...args: unknown[]) => unknown) | undefined>;

/** The symbols under which pino keeps what it does not show; those that a version lacks are in no logger. */
export interface PinoSymbols {
  readonly asJson: symbol;
  readonly chindings: symbol;
  readonly serializers: symbol;
  readonly stringifiers: symbol;
  readonly formatters: symbol;
  readonly messageKey: symbol;
  readonly errorKey: symbol;
  readonly nestedKey: symbol;
  /** False before pino 7, which puts the message into the caller's object. */
  readonly leavesObject: boolean;
}

/** A logger of pino. */
export interface PinoLogger {
  readonly levels: { readonly labels: Readonly<Record<number, string | undefined>> };
  [symbol: symbol]: unknown;
}

interface Formatters {
  readonly log?: ((object: object) => object) | undefined;
}

/** pino 5 has a serializer for the whole object. */
const WHOLE_OBJECT = Symbol.for('pino.*');
const WILDCARD = 'pino.wildcardFirst';

export class LoggerPlan {
  readonly serializers: ByKey;
  readonly stringifiers: ByKey;
  /** The stringifier of all keys that have none of their own. */
  readonly wildcard: ((...args: unknown[]) => unknown) | undefined;
  readonly messageKey: string;
  readonly errorKey: string;
  readonly nestedKey: string | undefined;
  /** Child bindings and those of the root, as pino wrote them: without pid and host, which the resource has. */
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly hasBindings: boolean;
  /** True when an object of strings, numbers and booleans can be taken for the attributes as it is. */
  readonly takesObject: boolean;
  /** True when some function may change any field: redaction, a formatter, a serializer for all. */
  readonly changesAnything: boolean;
  readonly #symbols: PinoSymbols;
  readonly #formatters: Formatters | undefined;
  readonly #chindings: string;
  #shadow: PinoLogger | undefined;

  constructor(logger: PinoLogger, symbols: PinoSymbols) {
    this.#symbols = symbols;
    this.serializers = logger[symbols.serializers] as ByKey;
    this.stringifiers = logger[symbols.stringifiers] as ByKey;
    this.#formatters = logger[symbols.formatters] as Formatters | undefined;
    this.#chindings = logger[symbols.chindings] as string;
    const wildcard = Object.getOwnPropertySymbols(this.stringifiers).find(
      ({ description }) => description === WILDCARD,
    );
    this.wildcard = wildcard === undefined ? undefined : this.stringifiers[wildcard];
    this.messageKey = textOr(logger[symbols.messageKey], 'msg');
    this.errorKey = textOr(logger[symbols.errorKey], 'err');
    this.nestedKey = textOr(logger[symbols.nestedKey], '') || undefined;
    this.bindings = bindingsIn(this.#chindings, this.errorKey);
    this.hasBindings = Object.keys(this.bindings).length > 0;
    this.takesObject = symbols.leavesObject && !this.hasBindings && this.nestedKey === undefined;
    this.changesAnything =
      this.wildcard !== undefined ||
      Object.keys(this.stringifiers).length > 0 ||
      typeof this.#formatters?.log === 'function' ||
      this.serializers[WHOLE_OBJECT] !== undefined;
  }

  /** False when the logger was given other bindings or functions since. */
  isOf(logger: PinoLogger): boolean {
    const symbols = this.#symbols;
    return (
      logger[symbols.chindings] === this.#chindings &&
      logger[symbols.serializers] === this.serializers &&
      logger[symbols.stringifiers] === this.stringifiers &&
      logger[symbols.formatters] === this.#formatters
    );
  }

  /** Lets pino write the line with functions that record what they return. What it throws passes through. */
  record(
    logger: PinoLogger,
    write: (shadow: PinoLogger) => string,
  ): { line: string; recorder: LineRecorder } {
    this.#shadow ??= this.#shadowOf(logger);
    const shadow = this.#shadow;
    const recorder = new LineRecorder();
    return { line: withRecorder(recorder, () => write(shadow)), recorder };
  }

  /** The logger with recording functions. The logger itself stays as it is. */
  #shadowOf(logger: PinoLogger): PinoLogger {
    const symbols = this.#symbols;
    const shadow = Object.create(logger) as PinoLogger;
    shadow[symbols.serializers] = recordingFunctions(this.serializers, 'serialized', WHOLE_OBJECT);
    shadow[symbols.stringifiers] = recordingFunctions(this.stringifiers, 'written');
    const { log } = this.#formatters ?? {};
    if (typeof log === 'function') {
      const recording = recordingFunctions({ log } as ByKey, 'object');
      shadow[symbols.formatters] = { ...this.#formatters, log: recording['log'] };
    }
    return shadow;
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/**
 * The bindings of a logger exist only as the text that pino made of them when the logger was made, with serializers and
 * redaction applied. It is read once for each logger, as pino's own `bindings()` does at each call.
 */
function bindingsIn(chindings: string, errorKey: string): Record<string, unknown> {
  const text = chindings.replace(/^\s*,/, '');
  const bindings = JSON.parse(`{${text}}`) as Record<string, unknown>;
  if (bindings['pid'] === process.pid) delete bindings['pid'];
  if (bindings['hostname'] === process.getBuiltinModule('node:os').hostname()) delete bindings['hostname'];
  liftException(bindings, errorKey);
  return bindings;
}
