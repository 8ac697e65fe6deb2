/**
 * Where winston 1 and 2 are changed: a logger calls its transports one after the other, with what rewriters and filters
 * have left, and only those whose level lets the record through. The first that is called is where the record is sent.
 */
import { replaceMethod } from '../shared/bridged.ts';
import { whileWriting } from '../shared/log-sender.ts';
import { severityOfName } from '../shared/severity.ts';
import type { WinstonBridge } from './patch.ts';
import { oldBodyAndAttributes } from './record.ts';

interface OldTransport {
  readonly silent?: boolean;
}

interface OldLogger {
  readonly transports: Readonly<Record<string, OldTransport>>;
}

/** One call of a logger. */
interface Call {
  readonly fields: Record<string, unknown> | undefined;
  isSent: boolean;
}

type Log = (this: OldLogger, ...args: unknown[]) => unknown;
type TransportLog = (
  this: OldTransport,
  level: string,
  message: unknown,
  meta: unknown,
  ...rest: unknown[]
) => unknown;

/** Changes the loggers of one copy of winston 1 or 2. Undefined when that has been done already. */
export function patchOldWinston(prototype: object, bridge: WinstonBridge): (() => void) | undefined {
  const calls = new OldWinstonCalls(bridge);
  const undo = replaceMethod<Log>(prototype, 'log', (original, state) => {
    return function log(...args) {
      if (state.isOff) return original.apply(this, args);
      return calls.run(this, () => original.apply(this, args), args[0]);
    };
  });
  if (undo === undefined) return undefined;
  return () => {
    calls.current = undefined;
    undo();
  };
}

class OldWinstonCalls {
  current: Call | undefined;
  readonly #bridge: WinstonBridge;
  readonly #watched = new WeakSet<OldTransport>();

  constructor(bridge: WinstonBridge) {
    this.#bridge = bridge;
  }

  run(logger: OldLogger, log: () => unknown, level: unknown): unknown {
    for (const transport of Object.values(logger.transports)) this.#watch(transport);
    const outer = this.current;
    this.current = { fields: this.#bridge.fields.active(level), isSent: false };
    try {
      return whileWriting(log);
    } finally {
      this.current = outer;
    }
  }

  #watch(transport: OldTransport): void {
    if (this.#watched.has(transport)) return;
    this.#watched.add(transport);
    const calls = this;
    replaceMethod<TransportLog>(transport, 'log', (original) => {
      return function log(level, message, meta, ...rest) {
        const call = calls.current;
        if (call === undefined) return original.call(this, level, message, meta, ...rest);
        const written = original.call(this, level, message, withFields(meta, call.fields), ...rest);
        if (!call.isSent && this.silent !== true) calls.#send(call, level, message, meta);
        return written;
      };
    });
  }

  #send(call: Call, level: string, message: unknown, meta: unknown): void {
    call.isSent = true;
    const { sender } = this.#bridge;
    const severityNumber = severityOfName(level);
    if (!sender.wants(severityNumber)) return;
    sender.sendMade(() => ({
      timestamp: Date.now(),
      severityNumber,
      severityText: level,
      ...oldBodyAndAttributes(message, meta),
    }));
  }
}

/** The fields in a copy: what the caller gave stays the caller's. An error or a list is left as it is. */
function withFields(meta: unknown, fields: Record<string, unknown> | undefined): unknown {
  if (fields === undefined || meta instanceof Error || Array.isArray(meta)) return meta;
  if (meta !== undefined && meta !== null && typeof meta !== 'object') return meta;
  return { ...fields, ...meta };
}
