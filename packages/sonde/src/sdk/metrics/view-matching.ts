/**
 * What becomes of an instrument that several views select (specification: metrics/sdk.md#view-matching-mode). Independent:
 * each makes a stream. Composable: those that name the same stream make one together.
 */

import { shown } from '../../internal/shown.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import type { View, ViewOptions } from './view.ts';

/** How views that select the same instrument go together. */
export type ViewMatchingMode = 'independent' | 'composable';

/** @throws TypeError naming the option, what was given and what is allowed */
export function checkViewMatchingMode(mode: unknown = 'independent'): ViewMatchingMode {
  if (mode === 'independent' || mode === 'composable') return mode;
  throw new TypeError(`viewMatchingMode must be 'independent' or 'composable', got ${shown(mode)}`);
}

/**
 * One view for each stream name, in the order in which the names come first. Of each setting the last view that has it
 * counts; attributes pass the processors of all. The views given make sense for the instrument: a setting of one that
 * did not has been left out, so that the one before it counts.
 */
export function composeViews(views: readonly View[], descriptor: InstrumentDescriptor): View[] {
  const byName = new Map<string, View>();
  for (const view of views) {
    const name = (view.options.name ?? descriptor.name).toLowerCase();
    const before = byName.get(name);
    byName.set(
      name,
      before === undefined ? view : { ...before, options: over(before.options, view.options) },
    );
  }
  return [...byName.values()];
}

function over(before: ViewOptions, after: ViewOptions): ViewOptions {
  const processors = [...(before.attributesProcessors ?? []), ...(after.attributesProcessors ?? [])];
  const filters = before.attributesProcessors ?? after.attributesProcessors;
  return {
    name: after.name ?? before.name,
    description: after.description ?? before.description,
    aggregation: after.aggregation ?? before.aggregation,
    aggregationCardinalityLimit: after.aggregationCardinalityLimit ?? before.aggregationCardinalityLimit,
    exemplarReservoir: after.exemplarReservoir ?? before.exemplarReservoir,
    attributesProcessors: filters === undefined ? undefined : processors,
  };
}
