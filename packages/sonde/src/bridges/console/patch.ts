/**
 * Where a console is changed: its methods that print a message. What a logging library prints on the console is that
 * library's record, and what is printed while a record is handed over would make another without end: neither is sent.
 */
import { replaceMethod } from '../shared/bridged.ts';
import { isLibraryWriting, type LogSender } from '../shared/log-sender.ts';
import { severityOfName } from '../shared/severity.ts';
import { bodyAndAttributes } from './record.ts';

/** What a patch of a console works with. */
export interface ConsoleBridge {
  sender: LogSender;
}

type Print = (this: unknown, ...args: unknown[]) => unknown;

/** Methods that print a message. The others draw tables, count, or measure time. */
const METHODS = ['trace', 'debug', 'log', 'info', 'warn', 'error'] as const;

/** Changes a console. Methods that one of ours has replaced already stay. */
export function patchConsole(target: object, bridge: ConsoleBridge): () => void {
  const undo = METHODS.map((name) =>
    replaceMethod<Print>(target, name, (original, state) => {
      const severityNumber = severityOfName(name);
      return function (...args) {
        const returned = original.apply(this, args);
        if (state.isOff || isLibraryWriting() || !bridge.sender.wants(severityNumber)) return returned;
        bridge.sender.sendMade(() => ({
          timestamp: Date.now(),
          severityNumber,
          severityText: name,
          ...bodyAndAttributes(args),
        }));
        return returned;
      };
    }),
  );
  return () => {
    for (const each of undo) each?.();
  };
}
