/**
 * The fields of a line as body and attributes. Follows the rules of pino's `asJson`, which are the same from 5 to 10: own
 * members, the serializer of the key, the stringifier of the key or of all, and no member that comes out undefined.
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { liftException, setException } from '../shared/exception-fields.ts';
import { jsonValue, setOwn } from '../shared/json-value.ts';
import type { LineRecorder } from './line-recorder.ts';
import type { LoggerPlan } from './logger-plan.ts';

/** What a line tells. */
export interface LineFields {
  body: unknown;
  readonly attributes: Record<string, unknown>;
}

/** Whether pino writes all fields of the line as they are. Looks at the keys alone: values are pino's to read first. */
export function isUntouched(object: object, plan: LoggerPlan): boolean {
  const { serializers, errorKey } = plan;
  if (plan.changesAnything || serializers[plan.messageKey] !== undefined) return false;
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    if (serializers[key] !== undefined || (key === errorKey && serializers['err'] !== undefined))
      return false;
  }
  return true;
}

/** The fields of a line that pino has written as they are. */
export function plainFields(object: object, message: unknown, plan: LoggerPlan): LineFields {
  const { messageKey } = plan;
  if (plan.takesObject && isFlat(object, plan)) return { body: message, attributes: object as Attributes };
  const isNested = plan.nestedKey !== undefined;
  const fields: Record<string, unknown> = isNested || !plan.hasBindings ? {} : { ...plan.bindings };
  let body = message;
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    const value = (object as Record<string, unknown>)[key];
    const kept = typeof value === 'string' || typeof value === 'number' ? value : jsonValue(value, key);
    if (kept === undefined || typeof value === 'function') continue;
    if (key === messageKey) body ??= kept;
    else setOwn(fields, key, kept);
  }
  return { body, attributes: finished(fields, body, plan, isNested) };
}

/** The usual line: own members that are strings, numbers and booleans, and none that has a meaning of its own. */
function isFlat(object: object, { errorKey, messageKey }: LoggerPlan): boolean {
  for (const key in object) {
    if (!Object.hasOwn(object, key)) return false;
    if (key === errorKey || key === messageKey || key === 'type') return false;
    const type = typeof (object as Record<string, unknown>)[key];
    if (type !== 'string' && type !== 'number' && type !== 'boolean') return false;
  }
  return true;
}

/** The fields of a line that was written with recording functions. */
export function recordedFields(
  object: object,
  message: unknown,
  plan: LoggerPlan,
  recorder: LineRecorder,
): LineFields {
  const isNested = plan.nestedKey !== undefined;
  const fields: Record<string, unknown> = isNested ? {} : { ...plan.bindings };
  const reader = new RecordReader(plan, recorder);
  let body: unknown;
  const seen = (recorder.object ?? object) as Record<string, unknown>;
  for (const key in seen) {
    if (!Object.hasOwn(seen, key) || seen[key] === undefined) continue;
    const value = reader.fieldOf(key, seen[key]);
    if (value === undefined) continue;
    if (key === plan.messageKey) body = value;
    else setOwn(fields, key, value);
  }
  // Since pino 7 the message comes after the fields, before as one of them.
  if (message !== undefined && (body === undefined || reader.hasMore))
    body = reader.messageOf(message) ?? body;
  return { body, attributes: finished(fields, body, plan, isNested) };
}

function finished(
  fields: Record<string, unknown>,
  body: unknown,
  plan: LoggerPlan,
  isNested: boolean,
): Record<string, unknown> {
  if (fields[plan.errorKey] !== undefined) liftException(fields, plan.errorKey);
  // pino 5 spreads the fields of an error over the record.
  else if (fields['type'] === 'Error' && typeof fields['stack'] === 'string') {
    const type = /^([\w$.]+)(?=:|\n|$)/.exec(fields['stack'])?.[1] ?? 'Error';
    setException(fields, type, body, fields['stack']);
    delete fields['type'];
    delete fields['stack'];
  }
  if (!isNested) return fields;
  const { nestedKey = '' } = plan;
  const attributes = { ...plan.bindings };
  for (const key of ['exception.type', 'exception.message', 'exception.stacktrace']) {
    if (fields[key] === undefined) continue;
    attributes[key] = fields[key];
    delete fields[key];
  }
  if (Object.keys(fields).length > 0) setOwn(attributes, nestedKey, fields);
  return attributes;
}

/** Takes results from a recorder in the order in which pino's loop made them. Where they don't fit, the field is left out. */
class RecordReader {
  readonly #plan: LoggerPlan;
  readonly #recorder: LineRecorder;
  #serialized = 0;
  #written = 0;
  #isLost = false;

  constructor(plan: LoggerPlan, recorder: LineRecorder) {
    this.#plan = plan;
    this.#recorder = recorder;
  }

  /** True while there is something recorded that no field has taken. */
  get hasMore(): boolean {
    return (
      this.#serialized < this.#recorder.serialized.length || this.#written < this.#recorder.written.length
    );
  }

  fieldOf(key: string, given: unknown): unknown {
    const { serializers, errorKey } = this.#plan;
    let value = given;
    if (serializers[key]) value = this.#nextSerialized(key);
    else if (key === errorKey && serializers['err']) value = this.#nextSerialized('err');
    return this.#lineValue(key, value);
  }

  messageOf(message: unknown): unknown {
    const { serializers, messageKey } = this.#plan;
    return this.#lineValue(messageKey, serializers[messageKey] ? this.#nextSerialized(messageKey) : message);
  }

  #nextSerialized(key: string): unknown {
    const next = this.#recorder.serialized[this.#serialized];
    if (next?.key !== key) {
      this.#isLost = true;
      return undefined;
    }
    this.#serialized++;
    return next.value;
  }

  #lineValue(key: string, value: unknown): unknown {
    if (value === undefined || typeof value === 'function' || this.#isLost) return undefined;
    const { stringifiers, wildcard } = this.#plan;
    if (!stringifiers[key] && wildcard === undefined) return jsonValue(value, key);
    if (this.#written >= this.#recorder.written.length) {
      this.#isLost = true;
      return undefined;
    }
    return parsed(this.#recorder.written[this.#written++]);
  }
}

/** What a stringifier wrote of one field: the only form in which the redacted value exists. */
function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
