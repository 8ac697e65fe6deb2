/** What an instrument was made with, checked (specification: metrics/sdk.md#instrument-name and what follows). */
import { type MetricOptions, ValueType } from '../../api/metrics/instrument.ts';
import { shown } from '../../internal/shown.ts';
import { report } from '../common/diagnostics.ts';
import { textOf } from '../common/text.ts';
import { boundariesProblem } from './aggregation/bucket.ts';
import type { InstrumentType } from './aggregation-option.ts';
import type { MetricDescriptor } from './metric-data.ts';

/** An instrument as its author described it. */
export interface InstrumentDescriptor extends MetricDescriptor {
  readonly type: InstrumentType;
  readonly advice: InstrumentAdvice;
}

/** Advisory parameters; what was invalid is left out. */
export interface InstrumentAdvice {
  readonly boundaries: readonly number[] | undefined;
  readonly attributes: readonly string[] | undefined;
}

/** metrics/api.md#instrument-name-syntax. */
const NAME = /^[a-z][a-z0-9_.\-/]{0,254}$/i;

/** The descriptor. What is wrong is said, and the instrument works all the same. */
export function describeInstrument(
  type: InstrumentType,
  givenName: unknown,
  options: MetricOptions | undefined,
): InstrumentDescriptor {
  const name = textOf(givenName);
  if (typeof givenName !== 'string' || !NAME.test(name)) {
    report(
      'error',
      'instrument_name',
      `The instrument name ${shown(name)} breaks the rules: a letter, then up to 254 letters, digits, "_", ".", "-" or "/". It works, but a backend may refuse it`,
    );
  }
  const given = readOptions(options);
  return {
    name,
    type,
    description: given.description === undefined ? '' : textOf(given.description),
    unit: given.unit === undefined ? '' : textOf(given.unit),
    valueType: given.valueType === ValueType.INT ? ValueType.INT : ValueType.DOUBLE,
    advice: adviceOf(name, given.advice),
  };
}

/** Options that cannot be read are none. */
function readOptions(options: MetricOptions | undefined): MetricOptions {
  try {
    if (typeof options !== 'object' || options === null) return {};
    const { description, unit, valueType, advice } = options;
    return { description, unit, valueType, advice } as MetricOptions;
  } catch {
    return {};
  }
}

function adviceOf(name: string, advice: MetricOptions['advice']): InstrumentAdvice {
  const { boundaries, attributes } = readAdvice(advice);
  const problem = boundariesProblem(boundaries);
  if (problem !== undefined) reportAdvice(name, `explicitBucketBoundaries: ${problem}`);
  const isKeyList =
    attributes === undefined ||
    (Array.isArray(attributes) && attributes.every((key) => typeof key === 'string'));
  if (!isKeyList) reportAdvice(name, `attributes must be a list of strings, got ${shown(attributes)}`);
  return {
    boundaries: problem === undefined ? (boundaries as readonly number[] | undefined)?.slice() : undefined,
    attributes: isKeyList ? (attributes as readonly string[] | undefined)?.slice() : undefined,
  };
}

function readAdvice(advice: MetricOptions['advice']): { boundaries: unknown; attributes: unknown } {
  try {
    return {
      boundaries: advice?.explicitBucketBoundaries ?? undefined,
      attributes: advice?.attributes ?? undefined,
    };
  } catch {
    return { boundaries: undefined, attributes: undefined };
  }
}

function reportAdvice(name: string, problem: string): void {
  report('error', 'instrument_advice', `Advice of "${name}" is ignored: ${problem}`);
}

/** Whether two instruments of the same name, whatever its case, are the same one. */
export function isSameInstrument(a: InstrumentDescriptor, b: InstrumentDescriptor): boolean {
  return (
    a.type === b.type && a.unit === b.unit && a.valueType === b.valueType && a.description === b.description
  );
}

export function isSameAdvice(a: InstrumentAdvice, b: InstrumentAdvice): boolean {
  return isSameList(a.boundaries, b.boundaries) && isSameList(a.attributes, b.attributes);
}

function isSameList(a: readonly unknown[] | undefined, b: readonly unknown[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((item, at) => item === b[at]);
}
