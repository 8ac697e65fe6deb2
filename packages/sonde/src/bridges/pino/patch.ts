/**
 * Where pino is changed: the one method that makes a line of a record, `asJson`, on the prototype of all loggers or on one
 * logger. It is the last place where a record is still fields and the first where everything that pino does to fields
 * happens: level, hooks, mixin and message format are behind it; serializers, redaction and formatters are inside, and
 * seen through recording copies of them (line-recorder.ts). docs/design/bridges.md has what was decided against.
 */
import { diag } from '../../api/diag/diag.ts';
import type { LogSender } from '../shared/log-sender.ts';
import { severityOfNumber } from '../shared/severity.ts';
import type { TraceFields } from '../shared/trace-fields.ts';
import type { LineRecorder } from './line-recorder.ts';
import { LoggerPlan, type PinoLogger, type PinoSymbols } from './logger-plan.ts';
import { isUntouched, type LineFields, plainFields, recordedFields } from './record.ts';

/** What a patch of pino works with. */
export interface PinoBridge {
  sender: LogSender;
  fields: TraceFields;
}

/** Since pino 6 the message is an argument of its own: `(object, message, level, time)`. */
type AsJson = (this: PinoLogger, object: object, message: unknown, level: number, time: string) => string;
type OldAsJson = (this: PinoLogger, object: object, level: number, time: string) => string;

/** Two copies of this package must not send a record twice. */
const BRIDGED = Symbol.for('sonde.bridged');

interface BridgedFunction {
  [BRIDGED]?: true;
}

/** Changes pino, or one logger. Undefined when that has been done already. */
export function patchPino(target: unknown, bridge: PinoBridge): (() => void) | undefined {
  const { owner, symbols } = ownerOf(target);
  const original = owner[symbols.asJson] as (AsJson & BridgedFunction) | undefined;
  if (typeof original !== 'function') throw new TypeError('bridgePino takes pino or a logger of pino');
  if (original[BRIDGED] === true) return undefined;
  const hadOwn = Object.hasOwn(owner, symbols.asJson);
  const writer = new LineWriter(bridge, symbols, original);
  const bridged =
    original.length === 3 ? oldAsJson(writer, original as unknown as OldAsJson) : newAsJson(writer, original);
  Object.defineProperty(bridged, BRIDGED, { value: true });
  owner[symbols.asJson] = bridged;
  return () => {
    writer.isOff = true;
    if (owner[symbols.asJson] !== bridged) return;
    if (hadOwn) owner[symbols.asJson] = original;
    else delete owner[symbols.asJson];
  };
}

function newAsJson(writer: LineWriter, original: AsJson): AsJson {
  return function asJson(object, message, level, time) {
    if (writer.isOff) return original.call(this, object, message, level, time);
    return writer.write(this, object, message, level, time);
  };
}

function oldAsJson(writer: LineWriter, original: OldAsJson): OldAsJson {
  writer.original = function (object, _message, level, time) {
    return original.call(this, object, level, time);
  };
  return function asJson(object, level, time) {
    if (writer.isOff) return original.call(this, object, level, time);
    return writer.write(this, object, undefined, level, time);
  };
}

interface Owner {
  readonly owner: Record<symbol, unknown>;
  readonly symbols: PinoSymbols;
}

/** The object that holds `asJson`: the logger itself, or for the function pino the prototype of all its loggers. */
function ownerOf(target: unknown): Owner {
  if (typeof target === 'function') {
    const probe: object = target({ level: 'silent' }, { write() {} });
    const symbols = symbolsIn(probe);
    let owner = probe;
    while (!Object.hasOwn(owner, symbols.asJson)) owner = Object.getPrototypeOf(owner) as object;
    return { owner: owner as Record<symbol, unknown>, symbols };
  }
  if (typeof target !== 'object' || target === null)
    throw new TypeError('bridgePino takes pino or a logger of pino');
  return { owner: target as Record<symbol, unknown>, symbols: symbolsIn(target) };
}

/** pino's symbols by their descriptions: each copy of pino has its own. Those that a version lacks are never found on a logger. */
function symbolsIn(logger: object): PinoSymbols {
  const found = new Map<string | undefined, symbol>();
  for (let at: object | null = logger; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    for (const symbol of Object.getOwnPropertySymbols(at)) found.set(symbol.description, symbol);
  }
  const find = (name: string): symbol => found.get(`pino.${name}`) ?? Symbol(name);
  const leavesObject = found.has('pino.nestedKeyStr');
  return {
    leavesObject,
    asJson: find('asJson'),
    chindings: find('chindings'),
    serializers: find('serializers'),
    stringifiers: find('stringifiers'),
    formatters: find('formatters'),
    messageKey: find('messageKey'),
    errorKey: find('errorKey'),
    // pino 6 has already put the fields under the key when it makes the line.
    nestedKey: leavesObject ? find('nestedKey') : Symbol('nestedKey'),
  };
}

/** Writes lines by pino's own function, and sends what is in them. */
class LineWriter {
  isOff = false;
  original: AsJson;
  readonly #bridge: PinoBridge;
  readonly #symbols: PinoSymbols;
  readonly #plans = new WeakMap<PinoLogger, LoggerPlan>();
  #lastTime = '';
  #lastMillis: number | undefined;

  constructor(bridge: PinoBridge, symbols: PinoSymbols, original: AsJson) {
    this.#bridge = bridge;
    this.#symbols = symbols;
    this.original = original;
  }

  write(logger: PinoLogger, object: object, message: unknown, level: number, time: string): string {
    const { sender, fields: traceFields } = this.#bridge;
    // Members come in the order time, child bindings, fields: what the application calls trace_id wins.
    const timed = time + traceFields.activeText(level);
    const severityNumber = severityOfNumber(level);
    if (!sender.wants(severityNumber)) return this.original.call(logger, object, message, level, timed);
    const plan = this.#planOf(logger);
    if (plan === undefined) return this.original.call(logger, object, message, level, timed);
    // pino first: what it throws is thrown as without us, and a value that can be read once is pino's.
    let line: string;
    let recorder: LineRecorder | undefined;
    if (isUntouched(object, plan)) line = this.original.call(logger, object, message, level, timed);
    else {
      const write = (shadow: PinoLogger): string => this.original.call(shadow, object, message, level, timed);
      ({ line, recorder } = plan.record(logger, write));
    }
    try {
      const fields =
        recorder === undefined
          ? plainFields(object, message, plan)
          : recordedFields(object, message, plan, recorder);
      this.#send(logger, fields, level, severityNumber, time);
    } catch (error) {
      diag.warn('A line of pino could not be read a second time; its record is left out', error);
    }
    return line;
  }

  #send(
    logger: PinoLogger,
    { body, attributes }: LineFields,
    level: number,
    severityNumber: ReturnType<typeof severityOfNumber>,
    time: string,
  ): void {
    const severityText = logger.levels.labels[level];
    this.#bridge.sender.send({
      timestamp: this.#millisOf(time),
      severityNumber,
      severityText,
      body,
      attributes,
    });
  }

  /** What pino wrote as the time, where that is a number of milliseconds or a date; else the record has none. */
  #millisOf(time: string): number | undefined {
    if (time === this.#lastTime) return this.#lastMillis;
    this.#lastTime = time;
    this.#lastMillis = millisIn(time);
    return this.#lastMillis;
  }

  /** Undefined when the logger is not as we know them: pino writes, we send nothing. */
  #planOf(logger: PinoLogger): LoggerPlan | undefined {
    const known = this.#plans.get(logger);
    if (known?.isOf(logger)) return known;
    try {
      const plan = new LoggerPlan(logger, this.#symbols);
      this.#plans.set(logger, plan);
      return plan;
    } catch (error) {
      diag.warn('A logger of pino could not be read; its records are not sent', error);
      return undefined;
    }
  }
}

/** `,"time":1700000000000`, or with seconds, or with an ISO date; anything else tells no time. */
function millisIn(time: string): number | undefined {
  const match = /^\s*,?\s*"[^"]*"\s*:\s*"?([^"]+?)"?\s*$/.exec(time);
  if (match === null) return undefined;
  const text = match[1]!;
  const number = Number(text);
  if (Number.isNaN(number)) {
    const date = Date.parse(text);
    return Number.isNaN(date) ? undefined : date;
  }
  // Seconds until the year 5138, milliseconds since 1973.
  return number < 100_000_000_000 ? number * 1_000 : number;
}
