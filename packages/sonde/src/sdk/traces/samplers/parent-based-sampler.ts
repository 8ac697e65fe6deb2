/** The sampler that follows the parent, and asks another only where there is none. */
import type { Attributes } from '../../../api/common/attributes.ts';
import type { Context } from '../../../api/context/context.ts';
import type { Link } from '../../../api/trace/span.ts';
import { isSpanContextValid } from '../../../api/trace/span-context.ts';
import { getSpanContext } from '../../../api/trace/span-in-context.ts';
import type { SpanKind } from '../../../api/trace/span-kind.ts';
import { TraceFlags } from '../../../api/trace/trace-flags.ts';
import { shown } from '../../../internal/shown.ts';
import { reportMisspelt } from '../../common/option-names.ts';
import { AlwaysOffSampler } from './always-off-sampler.ts';
import { AlwaysOnSampler } from './always-on-sampler.ts';
import {
  type FastSampler,
  fastSampler,
  readsFlagBits,
  type Sampler,
  type SamplingDecision,
  type SamplingResult,
} from './sampler.ts';

/** Who decides about a span, by its parent. */
export interface ParentBasedSamplerConfig {
  /** Asked for spans without a parent. Required. */
  root: Sampler;
  /** Asked when the parent is remote and sampled. Default AlwaysOn. */
  remoteParentSampled?: Sampler;
  /** Asked when the parent is remote and not sampled. Default AlwaysOff. */
  remoteParentNotSampled?: Sampler;
  /** Asked when the parent is local and sampled. Default AlwaysOn. */
  localParentSampled?: Sampler;
  /** Asked when the parent is local and not sampled. Default AlwaysOff. */
  localParentNotSampled?: Sampler;
}

const OPTIONS: readonly (keyof ParentBasedSamplerConfig)[] = [
  'root',
  'remoteParentSampled',
  'remoteParentNotSampled',
  'localParentSampled',
  'localParentNotSampled',
];

/** Does what the parent span did, so that traces are kept or dropped whole (trace/sdk.md, "ParentBased"). */
export class ParentBasedSampler implements Sampler {
  /** @internal */
  readonly needsTraceId: boolean;
  /** @internal */
  readonly decidesFor: FastSampler['decidesFor'];
  /** @internal */
  readonly readsFlagBits: boolean;
  /** In the order root, remote sampled, remote not sampled, local sampled, local not sampled. @internal */
  readonly delegates: readonly Sampler[];
  /** @internal */
  readonly fastDelegates: readonly FastSampler[];

  /** @throws TypeError if `root` is missing or a delegate is no sampler */
  constructor(config: ParentBasedSamplerConfig) {
    this.delegates = [
      delegate('root', config?.root),
      delegate('remoteParentSampled', config.remoteParentSampled ?? new AlwaysOnSampler()),
      delegate('remoteParentNotSampled', config.remoteParentNotSampled ?? new AlwaysOffSampler()),
      delegate('localParentSampled', config.localParentSampled ?? new AlwaysOnSampler()),
      delegate('localParentNotSampled', config.localParentNotSampled ?? new AlwaysOffSampler()),
    ];
    reportMisspelt('ParentBasedSampler', config, OPTIONS);
    this.readsFlagBits = this.delegates.every(readsFlagBits);
    this.fastDelegates = this.delegates.map(fastSampler).filter((sampler) => sampler !== undefined);
    const allFast = this.fastDelegates.length === this.delegates.length;
    this.decidesFor = allFast ? ParentBasedSampler.prototype.shouldSample : undefined;
    this.needsTraceId = this.fastDelegates.some((sampler) => sampler.needsTraceId);
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = getSpanContext(context);
    const index =
      parent === undefined || !isSpanContextValid(parent)
        ? 0
        : delegateIndex(parent.traceFlags, parent.isRemote === true);
    return (this.delegates[index] as Sampler).shouldSample(
      context,
      traceId,
      spanName,
      spanKind,
      attributes,
      links,
    );
  }

  /** @internal */
  decide(
    parentFlags: number,
    parentIsRemote: boolean,
    traceIdLowHigh: number,
    traceIdLowLow: number,
  ): SamplingDecision {
    const index = parentFlags < 0 ? 0 : delegateIndex(parentFlags, parentIsRemote);
    const sampler = this.fastDelegates[index] as FastSampler;
    return sampler.decide(parentFlags, parentIsRemote, traceIdLowHigh, traceIdLowLow);
  }

  toString(): string {
    const [root, remoteOn, remoteOff, localOn, localOff] = this.delegates;
    return (
      `ParentBased{root=${root}, remoteParentSampled=${remoteOn}, remoteParentNotSampled=${remoteOff}, ` +
      `localParentSampled=${localOn}, localParentNotSampled=${localOff}}`
    );
  }
}

function delegateIndex(parentFlags: number, parentIsRemote: boolean): number {
  const sampled = (parentFlags & TraceFlags.SAMPLED) !== 0;
  return parentIsRemote ? (sampled ? 1 : 2) : sampled ? 3 : 4;
}

function delegate(option: string, sampler: Sampler | undefined): Sampler {
  if (typeof sampler?.shouldSample === 'function') return sampler;
  throw new TypeError(
    `The option ${option} of a ParentBasedSampler must be a sampler, not ${shown(sampler)}.`,
  );
}
