/** What is said about streams that a backend cannot tell apart (metrics/sdk.md#duplicate-instrument-registration). */
import { ValueType } from '../../api/metrics/instrument.ts';
import { reportOnce } from '../common/diagnostics.ts';
import type { StreamSettings } from './stream.ts';

/** Says that a new stream has the name of another one in its meter, and how a view could mend it. */
export function reportConflict(meter: string, held: StreamSettings, added: StreamSettings): void {
  const differences = differencesOf(held, added);
  const { name } = added.descriptor;
  const what =
    differences.length === 0
      ? 'the same name; both are exported'
      : `the same name and different ${differences.join(', ')}; both are exported`;
  reportOnce(
    'warn',
    'metric_conflict',
    JSON.stringify([meter, name, identityOf(held), identityOf(added)]),
    `Two metrics of meter "${meter}" have ${what}: ${describe(held)} and ${describe(added)}. ${recipe(held, added)}`,
  );
}

function identityOf({ descriptor, instrumentType }: StreamSettings): string {
  return JSON.stringify([instrumentType, descriptor]);
}

function differencesOf(held: StreamSettings, added: StreamSettings): string[] {
  const differences: string[] = [];
  if (held.instrumentType !== added.instrumentType) differences.push('kinds');
  if (held.descriptor.unit !== added.descriptor.unit) differences.push('units');
  if (held.descriptor.valueType !== added.descriptor.valueType) differences.push('value types');
  if (held.descriptor.description !== added.descriptor.description) differences.push('descriptions');
  return differences;
}

function describe({ descriptor, instrumentType }: StreamSettings): string {
  const { name, unit, valueType, description } = descriptor;
  const type = valueType === ValueType.INT ? 'INT' : 'DOUBLE';
  return `${instrumentType} "${name}" (unit "${unit}", ${type}, description "${description}")`;
}

/** The view that resolves it, where a view can. */
function recipe(held: StreamSettings, added: StreamSettings): string {
  const { name, unit } = added.descriptor;
  const selector = { instrumentName: name, instrumentType: added.instrumentType, instrumentUnit: unit };
  if (held.instrumentType !== added.instrumentType || held.descriptor.unit !== unit) {
    return `A view renames one of them: ${JSON.stringify({ ...selector, name: `${name}.other` })}`;
  }
  if (held.descriptor.description !== added.descriptor.description) {
    const description = held.descriptor.description;
    return `A view gives them one description: ${JSON.stringify({ instrumentName: name, description })}`;
  }
  return 'Give one of them another name';
}
