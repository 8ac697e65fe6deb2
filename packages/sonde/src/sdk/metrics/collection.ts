/** One collection of one reader, from the call of the callbacks to the points. */
import type { HrTime } from '../../api/common/time.ts';
import { report } from '../common/diagnostics.ts';
import type { Resource } from '../common/resource.ts';
import { SELF_SCOPE } from '../common/self-metrics.ts';
import { DeadlineError, withDeadline, withHoldingDeadline } from '../pipeline/deadline.ts';
import type { PipelineHost } from '../pipeline/host.ts';
import { AsyncStream } from './async-stream.ts';
import type { CallbackCall } from './callbacks.ts';
import type { MeterImpl } from './meter.ts';
import type { CollectionResult, MetricData, ScopeMetrics } from './metric-data.ts';
import type { AttributesTest, MetricFilter, MetricFilterDecision } from './metric-filter.ts';
import type { Stream } from './stream.ts';

/** The streams of one meter, as they were when the collection began, with what was taken of them. */
interface MeterPart {
  readonly meter: MeterImpl;
  readonly streams: readonly Stream[];
  readonly decisions: readonly MetricFilterDecision[] | undefined;
  readonly taken: (MetricData | undefined)[];
}

export class Collection {
  readonly #resource: Resource;
  readonly #time: HrTime;
  readonly #filter: MetricFilter | undefined;
  readonly #parts: MeterPart[] = [];
  readonly #calls: CallbackCall[] = [];
  readonly #errors: unknown[] = [];

  constructor(
    reader: number,
    resource: Resource,
    meters: Iterable<MeterImpl>,
    time: HrTime,
    filter: MetricFilter | undefined,
  ) {
    this.#resource = resource;
    this.#time = time;
    this.#filter = filter;
    for (const meter of meters) {
      if (!meter.isEnabled) continue;
      const part = this.#part(meter, reader);
      this.#parts.push(part);
      const calls = meter.callbacks.call(reader, (stream) => this.#isWanted(part, stream));
      for (const call of calls) {
        if (call.error !== undefined) this.#errors.push(call.error);
        if (call.pending !== undefined) this.#calls.push(call);
      }
    }
    for (const part of this.#parts) this.#take(part, false);
  }

  /** Waits for callbacks that returned promises; never rejects. */
  async settled(timeoutMillis: number, isBackground: boolean, host: PipelineHost): Promise<void> {
    if (this.#calls.length === 0) return;
    const all = Promise.all(this.#calls.map((call) => call.pending));
    const bound = Number.isFinite(timeoutMillis) ? timeoutMillis : 0;
    try {
      const within = isBackground ? withDeadline : withHoldingDeadline;
      await within(all, bound, 'Callbacks of observable instruments', host);
    } catch (error) {
      if (error instanceof DeadlineError) {
        report('error', 'callback_timeout', 'What some callbacks would observe is left out', error);
        this.#errors.push(error);
      }
    }
    for (const call of this.#calls) if (call.error !== undefined) this.#errors.push(call.error);
    this.abandon();
  }

  /** From here on the observations of callbacks that still run are disregarded. */
  abandon(): void {
    for (const call of this.#calls) call.close();
  }

  /** Whether it holds points of the application that nobody has yet. */
  hasTaken(): boolean {
    return this.#parts.some(
      ({ meter, taken }) => meter.scope.name !== SELF_SCOPE && taken.some((metric) => metric !== undefined),
    );
  }

  /** Once: whoever comes second gets nothing, since what there was is delivered. */
  finish(): CollectionResult {
    const scopeMetrics: ScopeMetrics[] = [];
    for (const part of this.#parts.splice(0)) {
      this.#take(part, true);
      const metrics = part.taken.filter((metric) => metric !== undefined);
      if (metrics.length > 0) scopeMetrics.push({ scope: part.meter.scope, metrics });
    }
    return { resourceMetrics: { resource: this.#resource, scopeMetrics }, errors: this.#errors };
  }

  #part(meter: MeterImpl, reader: number): MeterPart {
    const streams = meter.streamsOf(reader).slice();
    const filter = this.#filter;
    const decisions = filter && streams.map((stream) => decisionOf(filter, meter, stream));
    return { meter, streams, decisions, taken: new Array(streams.length).fill(undefined) };
  }

  #isWanted({ streams, decisions }: MeterPart, stream: Stream): boolean {
    return decisions === undefined || decisions[streams.indexOf(stream)] !== 'drop';
  }

  #take({ meter, streams, decisions, taken }: MeterPart, isObserved: boolean): void {
    for (let at = 0; at < streams.length; at++) {
      const stream = streams[at]!;
      if (stream instanceof AsyncStream !== isObserved) continue;
      const decision = decisions?.[at];
      if (decision === 'drop') continue;
      const test = decision === 'accept_partial' ? attributesTest(this.#filter!, meter, stream) : undefined;
      taken[at] = stream.take(this.#time, test);
    }
  }
}

function decisionOf(filter: MetricFilter, { scope }: MeterImpl, { settings }: Stream): MetricFilterDecision {
  const { descriptor, aggregation } = settings;
  try {
    const decision = filter.testMetric(scope, descriptor.name, aggregation.pointType, descriptor.unit);
    return decision === 'drop' || decision === 'accept_partial' ? decision : 'accept';
  } catch (error) {
    report('error', 'metric_filter', `A metric filter threw: "${descriptor.name}" is kept`, error);
    return 'accept';
  }
}

function attributesTest(filter: MetricFilter, { scope }: MeterImpl, { settings }: Stream): AttributesTest {
  const { descriptor, aggregation } = settings;
  const { name, unit } = descriptor;
  return (attributes) => {
    try {
      const decision = filter.testAttributes?.(scope, name, aggregation.pointType, unit, attributes) ?? true;
      return decision !== false && decision !== 'drop';
    } catch (error) {
      report('error', 'metric_filter', `A metric filter threw: a point of "${name}" is kept`, error);
      return true;
    }
  };
}
