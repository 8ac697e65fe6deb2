/**
 * Attributes as a caller gave them, read once with care: getters that throw, values that are no attributes, keys that
 * the stream leaves out. The slow side of the series look-up.
 */
import type { Attributes, AttributeValue } from '../../api/common/attributes.ts';
import {
  type AttributeValueLimits,
  copyAttributeValue,
  INVALID_VALUE,
  setOwn,
} from '../common/attribute-value.ts';
import { report } from '../common/diagnostics.ts';

/** Attributes of metrics are exempt from the limits of records (metrics/sdk.md#attribute-limits); only hostile depth is cut. */
const LIMITS: AttributeValueLimits = { attributeValueLengthLimit: Infinity, attributeValueDepthLimit: 64 };

/** One step through the trie. */
export interface Step {
  readonly key: string;
  /** A primitive, or what stands for the content of a list or map. */
  readonly value: unknown;
  /** The stream leaves the key out, whatever its value. */
  readonly isSkipped: boolean;
}

export class GivenAttributes {
  /** The keys that the stream keeps, as they came. */
  readonly keys: string[] = [];
  /** The steps of `keys`. */
  readonly steps: Step[] = [];
  /** What a walk along the object meets; undefined when such a walk cannot lead anywhere. */
  path: Step[] | undefined = [];
  readonly #values: unknown[] = [];

  /** Takes an attribute that the stream keeps. */
  add(key: string, given: unknown): void {
    if (given === undefined) {
      this.path?.push({ key, value: undefined, isSkipped: false });
      return;
    }
    const copied = copyAttributeValue(given, LIMITS);
    if (copied === INVALID_VALUE || key === '') {
      this.path = undefined;
      reportInvalid(key, given);
      return;
    }
    const step = { key, value: stepValue(copied), isSkipped: false };
    if (copied === given && !isObject(given)) this.path?.push(step);
    else this.path = undefined;
    this.keys.push(key);
    this.steps.push(step);
    this.#values.push(copied);
  }

  skip(key: string): void {
    this.path?.push({ key, value: undefined, isSkipped: true });
  }

  /** A copy that is the SDK's own, with the keys in this order. */
  toAttributes(order: KeyOrder): Attributes {
    const attributes = order.blank();
    for (const key of order.keys) {
      setOwn(attributes, key, this.#values[this.keys.indexOf(key)] as AttributeValue);
    }
    return attributes;
  }
}

/** The order in which a set of keys is kept. */
export class KeyOrder {
  readonly keys: readonly string[];
  readonly #blank: Attributes;

  constructor(keys: readonly string[]) {
    this.keys = keys;
    this.#blank = JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:null`).join()}}`);
  }

  /**
   * An object with these keys and no values yet. A copy of one that was parsed has room for exactly its keys; one that
   * begins as `{}` grows, and wastes 8 bytes with 3 keys, 32 with 5, 670 with 20.
   */
  blank(): Attributes {
    return { ...this.#blank };
  }
}

/** Reads the attributes once. Never throws: what cannot be read is said and left out. */
export function readAttributes(
  attributes: unknown,
  keeps: ((key: string) => boolean) | undefined,
): GivenAttributes {
  const given = new GivenAttributes();
  for (const key of keysOf(attributes)) {
    try {
      if (keeps !== undefined && !keeps(key)) given.skip(key);
      else given.add(key, (attributes as Attributes)[key]);
    } catch (error) {
      given.path = undefined;
      report(
        'warn',
        'attributes_unreadable',
        `Attribute "${key}" of a measurement threw: it is left out`,
        error,
      );
    }
  }
  return given;
}

function keysOf(attributes: unknown): string[] {
  if (typeof attributes !== 'object' || attributes === null) return [];
  try {
    return Object.keys(attributes);
  } catch (error) {
    report(
      'warn',
      'attributes_unreadable',
      'The attributes of a measurement threw: they are left out',
      error,
    );
    return [];
  }
}

/** The steps of attributes that were copied before. */
export function stepsOf(attributes: Attributes): Step[] {
  return Object.keys(attributes).map((key) => ({
    key,
    value: stepValue(attributes[key]),
    isSkipped: false,
  }));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

let salt = '';

/** A list or map as a text that is the same for the same content, and that no caller can know. */
function stepValue(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (salt === '') salt = `${Math.random()} ${Math.random()} `;
  return salt + contentText(value);
}

function contentText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return String(value);
  }
}

function objectText(value: object): string {
  if (value instanceof Uint8Array) return `bytes ${value.join()}`;
  if (Array.isArray(value)) return `[${value.map(contentText).join()}]`;
  const entries = Object.entries(value).map(([key, held]) => `${JSON.stringify(key)}:${contentText(held)}`);
  return `{${entries.sort().join()}}`;
}

function reportInvalid(key: string, given: unknown): void {
  const what =
    key === '' ? 'An attribute with an empty key' : `Attribute "${key}", a value of type ${typeof given}`;
  report('warn', 'attribute_value', `${what}, was left out of a measurement`);
}
