/**
 * Label sets: names and values in turn, in one flat array. No name comes twice, whatever the attributes were called
 * (specification: compatibility/prometheus_and_openmetrics.md, "Metric Attributes").
 */
import type { Attributes } from '../../api/common/attributes.ts';
import { attributeText } from '../../sdk/common/attribute-text.ts';
import type { InstrumentationScope } from '../../sdk/common/instrumentation-scope.ts';
import type { Naming } from './names.ts';

/** Name, value, name, value, … */
export type Labels = readonly string[];

export const NO_LABELS: Labels = [];

/** Of an attribute that is called as a label that the exporter itself sets; what Prometheus does to labels of a target. */
const EXPORTED = 'exported_';

const SCOPE = 'otel_scope_';

/** Scope attributes of these names would collide with what the scope itself is known by: they are left out. */
const SCOPE_FIELDS = /^(?:name|version|schema_url)$/;

/** The labels that every point of a scope has. */
export function scopeLabels(scope: InstrumentationScope, naming: Naming): Labels {
  const labels: string[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') labels.push(naming.label(`${SCOPE}${name}`), value);
  };
  add('name', scope.name);
  add('version', scope.version);
  add('schema_url', scope.schemaUrl);
  if (scope.attributes === undefined) return labels;
  const kept = Object.keys(scope.attributes).filter((key) => !SCOPE_FIELDS.test(naming.label(key)));
  const prefixed = Object.fromEntries(kept.map((key) => [`${SCOPE}${key}`, scope.attributes?.[key]]));
  return [...labels, ...labelsOf(prefixed, naming, labels, false)];
}

/**
 * The labels of attributes. Keys that come out with the same name give one label, their values joined by `;` in the
 * order of the keys. A value that is empty is the same as no label.
 * @param taken labels that stand beside these: what is called like one of them is renamed
 * @param hasBuckets whether `le` is taken too
 */
export function labelsOf(
  attributes: Attributes,
  naming: Naming,
  taken: Labels,
  hasBuckets: boolean,
): string[] {
  const labels: string[] = [];
  for (const key of Object.keys(attributes)) {
    const value = attributeText(attributes[key]);
    if (value === '') continue;
    const name = freeName(naming.label(key), taken, hasBuckets);
    if (indexOf(labels, name) >= 0) return joinedLabels(attributes, naming, taken, hasBuckets);
    labels.push(name, value);
  }
  return labels;
}

function joinedLabels(attributes: Attributes, naming: Naming, taken: Labels, hasBuckets: boolean): string[] {
  const values = new Map<string, string[]>();
  for (const key of Object.keys(attributes).sort()) {
    const value = attributeText(attributes[key]);
    if (value === '') continue;
    const name = freeName(naming.label(key), taken, hasBuckets);
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return [...values].flatMap(([name, all]) => [name, all.join(';')]);
}

function freeName(name: string, taken: Labels, hasBuckets: boolean): string {
  const isTaken = (hasBuckets && name === 'le') || name === '__name__' || indexOf(taken, name) >= 0;
  return isTaken ? freeName(`${EXPORTED}${name}`, taken, hasBuckets) : name;
}

/** The labels of `more` whose names are not among `labels`. */
export function othersOf(more: Labels, labels: Labels): string[] {
  const others: string[] = [];
  for (let index = 0; index < more.length; index += 2) {
    if (indexOf(labels, more[index]!) < 0) others.push(more[index]!, more[index + 1]!);
  }
  return others;
}

/** Where a label of this name stands, or -1. */
export function indexOf(labels: Labels, name: string): number {
  for (let index = 0; index < labels.length; index += 2) if (labels[index] === name) return index;
  return -1;
}
