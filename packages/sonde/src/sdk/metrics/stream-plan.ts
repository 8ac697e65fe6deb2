/** Which streams an instrument has for one reader (specification: metrics/sdk.md#measurement-processing). */

import { reportOnce } from '../common/diagnostics.ts';
import type { InstrumentationScope } from '../common/instrumentation-scope.ts';
import { isContradiction, makeAggregation } from './aggregation/aggregation.ts';
import { AggregationType, type ViewAggregationOption } from './aggregation-option.ts';
import type { MetricCollector } from './collector.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import type { MeterSettings } from './meter-settings.ts';
import type { StreamSettings } from './stream.ts';
import { attributeChoice, type View } from './view.ts';
import { composeViews } from './view-matching.ts';

/** A stream to be made, or shared with another instrument that comes to the same. */
export interface StreamPlan {
  /** The same for instruments that are aggregated together: made by the same view, with the same identity. */
  readonly key: string;
  readonly settings: StreamSettings;
}

/** One for each view that selects the instrument, else one by the reader's defaults; none where all drop it. */
export function planStreams(
  descriptor: InstrumentDescriptor,
  scope: InstrumentationScope,
  collector: MetricCollector,
  shared: MeterSettings,
): StreamPlan[] {
  const plan = (view: View | undefined): StreamPlan | undefined =>
    planStream(descriptor, view, collector, shared);
  const plans = viewsOf(descriptor, scope, collector, shared).map(plan);
  return plans.filter((each) => each !== undefined);
}

/** The views that make a stream each; undefined stands for the defaults where no view selects the instrument. */
function viewsOf(
  descriptor: InstrumentDescriptor,
  scope: InstrumentationScope,
  collector: MetricCollector,
  shared: MeterSettings,
): readonly (View | undefined)[] {
  const selecting = shared.views.filter((view) => view.matches(descriptor, scope));
  if (shared.viewMatchingMode === 'composable' && selecting.length > 0) {
    const sensible = selecting.map((view) =>
      isApplicable(view, descriptor, collector) ? view : withoutAggregation(view),
    );
    return composeViews(sensible, descriptor);
  }
  const applicable = selecting.filter((view) => isApplicable(view, descriptor, collector));
  return applicable.length === 0 ? [undefined] : applicable;
}

function withoutAggregation(view: View): View {
  return { ...view, options: { ...view.options, aggregation: undefined } };
}

function planStream(
  descriptor: InstrumentDescriptor,
  view: View | undefined,
  collector: MetricCollector,
  shared: MeterSettings,
): StreamPlan | undefined {
  const { type, unit, valueType, advice } = descriptor;
  const option = optionFor(view, descriptor, collector);
  const aggregation = makeAggregation(option, type, advice.boundaries);
  if (aggregation === undefined) return undefined;
  const name = view?.options.name ?? descriptor.name;
  const description = view?.options.description ?? descriptor.description;
  const settings: StreamSettings = {
    descriptor: { name, description, unit, valueType },
    instrumentType: type,
    aggregation,
    temporality: collector.selectAggregationTemporality(type),
    limit: view?.options.aggregationCardinalityLimit ?? collector.selectCardinalityLimit(type),
    ...attributeChoice(view, advice.attributes),
    makeReservoir: view?.options.exemplarReservoir ?? aggregation.makeReservoir,
    exemplars: shared.exemplars,
    clock: shared.clock,
    since: shared.since,
  };
  const identity = [view?.index, name.toLowerCase(), type, unit, valueType, description];
  return { key: JSON.stringify(identity), settings };
}

function optionFor(
  view: View | undefined,
  descriptor: InstrumentDescriptor,
  collector: MetricCollector,
): ViewAggregationOption {
  const option = view?.options.aggregation ?? collector.selectAggregation(descriptor.type);
  // Only a reader can still contradict: its default gives way to the specification's.
  return isContradiction(option, descriptor.type) ? { type: AggregationType.DEFAULT } : option;
}

/** A view that makes no sense for the instrument is said and counts as absent for it. */
function isApplicable(view: View, descriptor: InstrumentDescriptor, collector: MetricCollector): boolean {
  const option = view.options.aggregation;
  if (option === undefined || !isContradiction(option, descriptor.type)) return true;
  if (collector.index > 0) return false;
  reportOnce(
    'warn',
    'view_contradiction',
    `${view.index} ${descriptor.name} ${descriptor.type}`,
    `views[${view.index}] asks for a histogram of "${descriptor.name}", whose values are totals: the view is ignored for it`,
  );
  return false;
}
