/**
 * Views: which instruments become which streams (specification: metrics/sdk.md#view). Checked when the provider is made;
 * afterwards a view never throws.
 */

import { shown } from '../../internal/shown.ts';
import { reportOnce } from '../common/diagnostics.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import { matcherOf as nameMatcher } from '../common/scope-configurator.ts';
import { problemOf } from './aggregation/check-option.ts';
import {
  type AggregationOption,
  AggregationType,
  InstrumentType,
  type ViewAggregationOption,
} from './aggregation-option.ts';
import { type AttributesProcessor, KeyListProcessor } from './attributes-processor.ts';
import type { ExemplarReservoirFactory } from './exemplar/reservoir.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { checkCardinalityLimit } from './limits.ts';

/**
 * A view: at least one criterion that selects instruments, all of which have to be met, and what becomes of them. An
 * instrument that several views select becomes several streams.
 */
export interface ViewOptions {
  /** The instrument's name, whatever its case; `*` stands for any number of characters, `?` for one. */
  readonly instrumentName?: string | undefined;
  readonly instrumentType?: InstrumentType | undefined;
  /** The unit, exactly. */
  readonly instrumentUnit?: string | undefined;
  /** Name of the meter, exactly. */
  readonly meterName?: string | undefined;
  /** Version of the meter, exactly; a meter without one is not selected. */
  readonly meterVersion?: string | undefined;
  /** Schema URL of the meter, exactly; a meter without one is not selected. */
  readonly meterSchemaUrl?: string | undefined;

  /** The stream's name. Only with an `instrumentName` without wildcards. Default: the instrument's. */
  readonly name?: string | undefined;
  /** Default: the instrument's. */
  readonly description?: string | undefined;
  /**
   * Change the attributes of each measurement, in this order. Default: the attributes that the instrument advises, else
   * all. What they drop may still appear on exemplars.
   */
  readonly attributesProcessors?: readonly AttributesProcessor[] | undefined;
  /** Default: what the reader chooses for the kind of instrument. */
  readonly aggregation?: ViewAggregationOption | undefined;
  /** The most series. Default: what the reader chooses, else 2000. */
  readonly aggregationCardinalityLimit?: number | undefined;
  /** Makes the exemplar reservoir of a series. Default: what fits the aggregation. */
  readonly exemplarReservoir?: ExemplarReservoirFactory | undefined;
}

/** A view that was checked. */
export interface View {
  /** Its place among the views. */
  readonly index: number;
  readonly options: ViewOptions;
  matches(descriptor: InstrumentDescriptor, scope: InstrumentationScope): boolean;
}

const CRITERIA = [
  'instrumentName',
  'instrumentType',
  'instrumentUnit',
  'meterName',
  'meterVersion',
  'meterSchemaUrl',
] as const;
const TEXTS = [
  'instrumentName',
  'instrumentUnit',
  'meterName',
  'meterVersion',
  'meterSchemaUrl',
  'name',
  'description',
] as const;

const SETTINGS = [
  'name',
  'description',
  'attributesProcessors',
  'aggregation',
  'aggregationCardinalityLimit',
  'exemplarReservoir',
] as const;

const hasWildcard = (pattern: string): boolean => /[*?]/.test(pattern);

/** @throws TypeError or RangeError naming the view, the option, what was given and what is allowed */
export function checkViews(views: readonly ViewOptions[] = []): readonly View[] {
  if (!Array.isArray(views)) throw new TypeError(`views must be a list of views, got ${shown(views)}`);
  return views.map((options, index) => {
    checkView(`views[${index}]`, options);
    return { index, options, matches: matcherOf(options) };
  });
}

function checkView(view: string, options: ViewOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${view} must be an object, got ${shown(options)}`);
  }
  for (const option of TEXTS) checkText(`${view}.${option}`, options[option]);
  const known: readonly string[] = [...CRITERIA, ...SETTINGS];
  const unknown = Object.keys(options).filter((option) => !known.includes(option));
  if (unknown.length > 0) {
    const text = `${view} has ${unknown.join(', ')}, which no view has: it is ignored; views have ${known.join(', ')}`;
    reportOnce('warn', 'view_option', text, text);
  }
  if (CRITERIA.every((criterion) => options[criterion] === undefined)) {
    throw new TypeError(`${view} selects nothing: it must have one of ${CRITERIA.join(', ')}`);
  }
  const { instrumentName, instrumentType } = options;
  if (options.name === '')
    throw new TypeError(`${view}.name must not be empty; leave it out to keep the instrument's`);
  if (options.name !== undefined && (instrumentName === undefined || hasWildcard(instrumentName))) {
    throw new TypeError(
      `${view}.name needs an instrumentName without wildcards, or several instruments would get the same name; got ${shown(instrumentName)}`,
    );
  }
  if (instrumentType !== undefined && !Object.hasOwn(InstrumentType, instrumentType)) {
    const allowed = Object.keys(InstrumentType).join(', ');
    throw new TypeError(`${view}.instrumentType must be one of ${allowed}, got ${shown(instrumentType)}`);
  }
  checkStream(view, options);
}

function checkText(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'string') return;
  throw new TypeError(`${option} must be a string, got ${shown(value)}`);
}

function checkStream(view: string, options: ViewOptions): void {
  const { attributesProcessors, aggregation, aggregationCardinalityLimit, exemplarReservoir } = options;
  const areProcessors =
    attributesProcessors === undefined ||
    (Array.isArray(attributesProcessors) &&
      attributesProcessors.every((processor) => typeof processor?.process === 'function'));
  if (!areProcessors)
    throw new TypeError(`${view}.attributesProcessors must be a list of objects with process()`);
  if (aggregation !== undefined) {
    const problem = problemOf(aggregation);
    if (problem !== undefined) throw new RangeError(`${view}.aggregation: ${problem}`);
  }
  if (aggregationCardinalityLimit !== undefined) {
    checkCardinalityLimit(`${view}.aggregationCardinalityLimit`, aggregationCardinalityLimit);
  }
  if (exemplarReservoir !== undefined && typeof exemplarReservoir !== 'function') {
    throw new TypeError(`${view}.exemplarReservoir must be a function, got ${shown(exemplarReservoir)}`);
  }
}

function matcherOf(options: ViewOptions): View['matches'] {
  const { instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl } = options;
  const nameMatches = instrumentName === undefined ? undefined : nameMatcher(instrumentName.toLowerCase());
  const holds = (wanted: string | undefined, actual: string | undefined): boolean =>
    wanted === undefined || wanted === actual;
  return (descriptor, scope) =>
    (nameMatches === undefined || nameMatches(descriptor.name.toLowerCase())) &&
    (instrumentType === undefined || instrumentType === descriptor.type) &&
    holds(instrumentUnit, descriptor.unit) &&
    holds(meterName, scope.name) &&
    holds(meterVersion, scope.version) &&
    holds(meterSchemaUrl, scope.schemaUrl);
}

/** Which attributes a stream keeps: the view's choice, else the instrument's advice, else all. */
export interface AttributeChoice {
  readonly keeps: ((key: string) => boolean) | undefined;
  readonly processor: AttributesProcessor | undefined;
}

const ALL: AttributeChoice = { keeps: undefined, processor: undefined };

export function attributeChoice(
  view: View | undefined,
  advised: readonly string[] | undefined,
): AttributeChoice {
  const processors = view?.options.attributesProcessors;
  if (processors === undefined) {
    if (advised === undefined) return ALL;
    const list = new KeyListProcessor(advised, true);
    return { keeps: (key) => list.keeps(key), processor: undefined };
  }
  if (processors.length === 0) return ALL;
  if (processors.every((processor) => processor instanceof KeyListProcessor)) {
    const lists = processors as readonly KeyListProcessor[];
    return { keeps: (key) => lists.every((list) => list.keeps(key)), processor: undefined };
  }
  const inOrder: AttributesProcessor['process'] = (incoming, context) =>
    processors.reduce((attributes, processor) => processor.process(attributes, context), incoming);
  return { keeps: undefined, processor: { process: inOrder } };
}

export const NO_CHOICE: AggregationOption = { type: AggregationType.DEFAULT };
