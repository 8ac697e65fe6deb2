/**
 * Where winston 3 is changed. A logger is a stream: what is logged is written into it, goes through its format, and is
 * piped to transports, each with a level and perhaps a format of its own, now or when there is room.
 *
 *   logger.write ── _transform: format ── push ──▶ transport._write: level, silent, format ── transport.log
 *        │ context, trace fields           │ note                                                   │ sent, once
 *
 * So a record is sent when the first transport logs it, as that transport gets it: what no transport writes, and what the
 * formats take out, is not sent. The Context is that of the call, however much later the transport comes to it.
 */
import type { Context } from '../../api/context/context.ts';
import { activeContext } from '../../api/context/context-api.ts';
import { replaceMethod } from '../shared/bridged.ts';
import { type LogSender, whileWriting } from '../shared/log-sender.ts';
import { severityOfName } from '../shared/severity.ts';
import type { TraceFields } from '../shared/trace-fields.ts';
import { bodyAndAttributes, LEVEL, type WinstonInfo } from './record.ts';

/** What a patch of winston works with. */
export interface WinstonBridge {
  sender: LogSender;
  fields: TraceFields;
}

/** What is known of a record that is on its way through winston. */
interface Note {
  readonly context: Context;
  readonly time: number;
  readonly fields: Record<string, unknown> | undefined;
  isSent: boolean;
}

interface Transport {
  silent?: boolean;
  level?: string;
  levels?: Readonly<Record<string, number>>;
  log?: unknown;
  _write?: unknown;
  _writev?: unknown;
}

interface WinstonLogger {
  readonly transports: readonly Transport[];
}

interface Chunk {
  readonly chunk: WinstonInfo;
}

type Write = (this: WinstonLogger, info: WinstonInfo, ...rest: unknown[]) => unknown;
type Push = (this: WinstonLogger, info: unknown, ...rest: unknown[]) => unknown;
type TransportWrite = (this: Transport, info: WinstonInfo, ...rest: unknown[]) => unknown;
type TransportWriteMany = (
  this: Transport,
  chunks: readonly Chunk[],
  callback: (error?: unknown) => void,
) => unknown;
type TransportLog = (this: Transport, info: WinstonInfo, ...rest: unknown[]) => unknown;

/** Changes the loggers of one copy of winston 3. Undefined when that has been done already. */
export function patchWinston(prototype: object, bridge: WinstonBridge): (() => void) | undefined {
  const flow = new WinstonFlow(bridge);
  const undo = [
    replaceMethod<Write>(prototype, 'write', (original, state) => {
      return function write(info, ...rest) {
        if (!state.isOff) flow.onWrite(info);
        return original.call(this, info, ...rest);
      };
    }),
    replaceMethod<Write>(prototype, '_transform', (original, state) => {
      return function _transform(info, ...rest) {
        if (state.isOff) return original.call(this, info, ...rest);
        return flow.transform(this, info, () => original.call(this, info, ...rest));
      };
    }),
    replaceMethod<Push>(prototype, 'push', (original, state) => {
      return function push(info, ...rest) {
        if (!state.isOff) flow.onPush(info);
        return original.call(this, info, ...rest);
      };
    }),
  ].filter((each) => each !== undefined);
  if (undo.length === 0) return undefined;
  return () => {
    flow.isOff = true;
    for (const each of undo) each();
  };
}

class WinstonFlow {
  isOff = false;
  readonly #bridge: WinstonBridge;
  /** Notes by the object that is in the logger, before and after its format. */
  readonly #notes = new WeakMap<object, Note>();
  readonly #watched = new WeakSet<Transport>();
  /** Objects of the caller's that hold fields of ours from an earlier call: winston itself changes what it is given. */
  readonly #stamped = new WeakSet<object>();
  #transforming: Note | undefined;
  #written: Note | undefined;

  constructor(bridge: WinstonBridge) {
    this.#bridge = bridge;
  }

  onWrite(info: unknown): void {
    if (typeof info !== 'object' || info === null) return;
    const fields = this.#bridge.fields.active((info as WinstonInfo)[LEVEL]);
    try {
      this.#stamp(info as Record<string, unknown>, fields);
    } catch {
      // Frozen, or a setter that throws: winston will say what it has to say about it.
    }
    this.#notes.set(info, { context: activeContext(), time: Date.now(), fields, isSent: false });
  }

  transform(logger: WinstonLogger, info: WinstonInfo, transform: () => unknown): unknown {
    for (const transport of logger.transports) this.#watch(transport);
    const outer = this.#transforming;
    this.#transforming = this.#notes.get(info);
    try {
      return whileWriting(transform);
    } finally {
      this.#transforming = outer;
    }
  }

  onPush(info: unknown): void {
    if (this.#transforming !== undefined && typeof info === 'object' && info !== null)
      this.#notes.set(info, this.#transforming);
  }

  #stamp(info: Record<string, unknown>, fields: Record<string, unknown> | undefined): void {
    const isOurs = this.#stamped.has(info);
    if (fields === undefined) {
      if (isOurs) for (const name of this.#bridge.fields.names) delete info[name];
      return;
    }
    for (const key in fields) if (isOurs || !(key in info)) info[key] = fields[key];
    this.#stamped.add(info);
  }

  /** What a transport writes is seen at its own methods: it may be of another copy of winston-transport than the logger's. */
  #watch(transport: Transport): void {
    if (this.#watched.has(transport)) return;
    this.#watched.add(transport);
    const flow = this;
    replaceMethod<TransportWrite>(transport, '_write', (original) => {
      return function _write(info, ...rest) {
        return flow.#withNote(info, () => original.call(this, info, ...rest));
      };
    });
    if (typeof transport._writev === 'function') {
      replaceMethod<TransportWriteMany>(transport, '_writev', (original) => {
        return function _writev(chunks, callback) {
          if (flow.isOff || 'logv' in this) return original.call(this, chunks, callback);
          // One after the other, so that each is known when it is logged; the original does nothing else.
          for (const chunk of chunks)
            flow.#withNote(chunk.chunk, () => original.call(this, [chunk], () => {}));
          return callback(null);
        };
      });
    }
    if (typeof transport.log === 'function') {
      replaceMethod<TransportLog>(transport, 'log', (original) => {
        return function log(info, ...rest) {
          flow.#onLog(this, info);
          return whileWriting(() => original.call(this, info, ...rest));
        };
      });
    }
  }

  #withNote(info: WinstonInfo, write: () => unknown): unknown {
    if (this.isOff) return write();
    const outer = this.#written;
    this.#written = this.#notes.get(info);
    try {
      return write();
    } finally {
      this.#written = outer;
    }
  }

  #onLog(transport: Transport, info: WinstonInfo): void {
    const note = this.#written;
    if (this.isOff || note === undefined || note.isSent || transport.silent === true) return;
    note.isSent = true;
    const { sender } = this.#bridge;
    const level = info[LEVEL] ?? info.level;
    const severityNumber = severityOfName(level);
    if (!sender.wants(severityNumber)) return;
    sender.sendMade(() => ({
      timestamp: note.time,
      severityNumber,
      severityText: typeof level === 'string' ? level : undefined,
      context: note.context,
      ...bodyAndAttributes(info, note.fields),
    }));
  }
}
