/** From a collection to the body of an answer, in whichever format was negotiated. */
import type { ResourceMetrics } from '../../sdk/metrics/metric-data.ts';
import type { ExpositionFormat } from './accept.ts';
import { familiesOf, TARGET, targetLabels } from './families.ts';
import { LabelTexts } from './label-texts.ts';
import { type Labels, labelsOf, NO_LABELS } from './labels.ts';
import { type EscapingScheme, Naming, type TranslationStrategy } from './names.ts';
import { expositionProtobuf } from './protobuf.ts';
import { expositionText } from './text.ts';

/** What an exporter's options say about what is exposed. */
export interface ExpositionSettings {
  readonly prefix: string;
  readonly strategy: TranslationStrategy;
  readonly appendTimestamp: boolean;
  readonly withoutScopeInfo: boolean;
  readonly withoutTargetInfo: boolean;
  /** Which attributes of the resource become labels of every series. */
  readonly isConstantLabel: ((key: string) => boolean) | undefined;
}

/** Writes collections by one exporter's settings. */
export class Exposition {
  readonly #settings: ExpositionSettings;
  readonly #namings = new Map<EscapingScheme, Naming>();
  readonly #labelTexts = new LabelTexts();

  constructor(settings: ExpositionSettings) {
    this.#settings = settings;
  }

  body(metrics: ResourceMetrics, format: ExpositionFormat): Uint8Array {
    const { prefix, appendTimestamp, withoutScopeInfo, withoutTargetInfo } = this.#settings;
    const naming = this.#naming(format.escaping);
    const target = withoutTargetInfo ? NO_LABELS : targetLabels(metrics.resource, naming);
    const hasTarget = target.length > 0;
    const reserved = !hasTarget ? [] : format.kind === 'openmetrics' ? [TARGET, 'target'] : [TARGET];
    const mapping = { naming, format, prefix, hasScopeLabels: !withoutScopeInfo };
    const families = familiesOf(metrics, mapping, reserved);
    const constantLabels = this.#constantLabels(metrics, naming);
    const options = { naming, format, constantLabels, appendTimestamp, labelTexts: this.#labelTexts };
    const shown = hasTarget ? target : undefined;
    if (format.kind === 'protobuf') return expositionProtobuf(families, shown, options);
    return new TextEncoder().encode(expositionText(families, shown, options).join(''));
  }

  #naming(scheme: EscapingScheme): Naming {
    let naming = this.#namings.get(scheme);
    if (naming === undefined) {
      naming = new Naming(this.#settings.strategy, scheme);
      this.#namings.set(scheme, naming);
    }
    return naming;
  }

  #constantLabels({ resource }: ResourceMetrics, naming: Naming): Labels {
    const { isConstantLabel } = this.#settings;
    if (isConstantLabel === undefined) return NO_LABELS;
    const kept = Object.entries(resource.attributes).filter(([key]) => isConstantLabel(key));
    return labelsOf(Object.fromEntries(kept), naming, NO_LABELS, true);
  }
}
