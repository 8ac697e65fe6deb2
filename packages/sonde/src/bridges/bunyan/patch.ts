/**
 * Where bunyan is changed: `_emit`, which gets a record that is made whole (fields, child fields, serializers, message) and
 * gives it to the streams.
 */
import { replaceMethod } from '../shared/bridged.ts';
import { type LogSender, whileWriting } from '../shared/log-sender.ts';
import { severityOfNumber } from '../shared/severity.ts';
import type { TraceFields } from '../shared/trace-fields.ts';
import { type BunyanRecord, bodyAndAttributes } from './record.ts';

/** What a patch of bunyan works with. */
export interface BunyanBridge {
  sender: LogSender;
  fields: TraceFields;
}

interface BunyanLogger {
  readonly streams: readonly { readonly level: number }[];
}

type Emit = (this: BunyanLogger, record: BunyanRecord, isForProbe?: boolean) => unknown;

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Changes bunyan, or one logger. Undefined when that has been done already. */
export function patchBunyan(target: unknown, bridge: BunyanBridge): (() => void) | undefined {
  return replaceMethod<Emit>(
    ownerOf(target),
    '_emit',
    (original, state) =>
      function _emit(record, isForProbe) {
        // With the second argument it only makes the text, for a probe of the operating system.
        if (state.isOff || isForProbe === true) return original.call(this, record, isForProbe);
        const fields = bridge.fields.active(record.level);
        for (const key in fields) if (!Object.hasOwn(record, key)) record[key] = fields[key];
        const returned = whileWriting(() => original.call(this, record));
        send(this, record, fields, bridge.sender);
        return returned;
      },
  );
}

function ownerOf(target: unknown): object {
  const holder = target as {
    readonly prototype?: { readonly _emit?: unknown };
    readonly _emit?: unknown;
  } | null;
  if (typeof holder?.prototype?._emit === 'function') return holder.prototype;
  if (typeof holder?._emit === 'function') return holder;
  throw new TypeError('bridgeBunyan takes bunyan or a logger of bunyan');
}

function send(
  { streams }: BunyanLogger,
  record: BunyanRecord,
  fields: Record<string, unknown> | undefined,
  sender: LogSender,
): void {
  const { level } = record;
  const severityNumber = severityOfNumber(level);
  if (!streams.some((stream) => stream.level <= level) || !sender.wants(severityNumber)) return;
  const { time } = record;
  sender.sendMade(() => ({
    timestamp: time instanceof Date && !Number.isNaN(time.getTime()) ? time.getTime() : undefined,
    severityNumber,
    severityText: LEVEL_NAMES[level],
    ...bodyAndAttributes(record, fields),
  }));
}
