/**
 * What pino's functions return while it writes one line: serializers, the stringifiers of redaction, the formatter of the
 * object. Each is called once, by pino; the bridge takes down the result and never calls one itself, since a serializer
 * may count, take time or answer differently the second time.
 */
import type { ByKey } from './logger-plan.ts';

type Kind = 'serialized' | 'written' | 'object';

/** Takes down the results of one line, in order. */
export class LineRecorder {
  /** What serializers returned, with the key that the serializer is for. */
  readonly serialized: { readonly key: string | symbol; readonly value: unknown }[] = [];
  /** The JSON that stringifiers wrote; undefined where one leaves the field out. */
  readonly written: unknown[] = [];
  /** What the formatter or the serializer for the whole object returned. */
  object: object | undefined;

  note(kind: Kind, key: string | symbol, value: unknown): void {
    if (kind === 'serialized') this.serialized.push({ key, value });
    else if (kind === 'written') this.written.push(value);
    else this.object = value as object;
  }
}

/** The line that is being written; a serializer may log itself, which is another line in between. */
let current: LineRecorder | undefined;

export function withRecorder<R>(recorder: LineRecorder, write: () => R): R {
  const outer = current;
  current = recorder;
  try {
    return write();
  } finally {
    current = outer;
  }
}

const twins = new WeakMap<ByKey, ByKey>();

/** The same functions, which also note what they return. `whole` names the one that makes the whole object. */
export function recordingFunctions(functions: ByKey, kind: Kind, whole?: symbol): ByKey {
  const known = twins.get(functions);
  if (known !== undefined) return known;
  const twin = Object.create(functions) as ByKey;
  for (const key of Reflect.ownKeys(functions)) {
    const original = functions[key];
    if (typeof original === 'function')
      twin[key] = recording(functions, original, key === whole ? 'object' : kind, key);
  }
  twins.set(functions, twin);
  return twin;
}

function recording(
  functions: ByKey,
  original: (...args: unknown[]) => unknown,
  kind: Kind,
  key: string | symbol,
): (...args: unknown[]) => unknown {
  return (...args) => {
    const recorder = current;
    const value = original.apply(functions, args);
    recorder?.note(kind, key, value);
    return value;
  };
}
