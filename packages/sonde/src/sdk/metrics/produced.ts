/**
 * What producers from elsewhere give a reader: bounded in time and looked at, so that one that hangs, throws or answers
 * with nonsense costs its own metrics and nobody else's (specification: metrics/sdk.md#metricproducer).
 */
import type { HrTime } from '../../api/common/time.ts';
import { ValueType } from '../../api/metrics/instrument.ts';
import { report } from '../common/diagnostics.ts';
import { withDeadline, withHoldingDeadline } from '../pipeline/deadline.ts';
import { type PipelineHost, platformHost } from '../pipeline/host.ts';
import { isExemplar } from './exemplar/offer.ts';
import { DEFAULT_COLLECTION_TIMEOUT_MILLIS } from './limits.ts';
import {
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricDescriptor,
  type ScopeMetrics,
} from './metric-data.ts';
import type { CollectionOptions, MetricProducer } from './reader.ts';

type Fields = Readonly<Record<string, unknown>>;
type Produced = Pick<CollectionResult, 'errors'> & { readonly scopeMetrics: readonly ScopeMetrics[] };

/** The producers of one reader. */
export class ForeignProducers {
  readonly #producers: readonly ForeignProducer[];

  /** @param owner the reader's class, for messages */
  constructor(owner: string, producers: readonly MetricProducer[], host: PipelineHost = platformHost) {
    this.#producers = producers.map(
      (producer, index) => new ForeignProducer(`${owner}: metricProducers[${index}]`, producer, host),
    );
  }

  /** The SDK's own collection, and behind it what the producers give meanwhile. Rejects as the SDK's own. */
  async collectWith(
    collect: () => Promise<CollectionResult>,
    options: CollectionOptions,
  ): Promise<CollectionResult> {
    const asked = this.#producers.map((producer) => producer.collect(options));
    const own = await collect();
    const others = await Promise.all(asked);
    const { resource, scopeMetrics } = own.resourceMetrics;
    return {
      resourceMetrics: {
        resource,
        scopeMetrics: [scopeMetrics, ...others.map((each) => each.scopeMetrics)].flat(),
      },
      errors: [own.errors, ...others.map((each) => each.errors)].flat(),
    };
  }
}

class ForeignProducer {
  readonly #name: string;
  readonly #producer: MetricProducer;
  readonly #host: PipelineHost;
  #isRunning = false;

  constructor(name: string, producer: MetricProducer, host: PipelineHost) {
    this.#name = name;
    this.#producer = producer;
    this.#host = host;
  }

  /** Never rejects. */
  async collect(options: CollectionOptions): Promise<Produced> {
    try {
      return this.#checked(await this.#ask(options));
    } catch (error) {
      report('error', 'metric_producer', `${this.#name} gave no metrics`, error);
      return { scopeMetrics: [], errors: [error] };
    }
  }

  /** One that has not answered yet is not asked again. */
  #ask(options: CollectionOptions): Promise<unknown> {
    if (this.#isRunning) return Promise.reject(new Error('it has not answered an earlier collection yet'));
    this.#isRunning = true;
    const answer = (async () => this.#producer.collect(options))().finally(() => {
      this.#isRunning = false;
    });
    const { timeoutMillis = DEFAULT_COLLECTION_TIMEOUT_MILLIS, isBackground } = options;
    const within = isBackground === true ? withDeadline : withHoldingDeadline;
    return within(answer, timeoutMillis, 'its collect()', this.#host);
  }

  #checked(result: unknown): Produced {
    const { resourceMetrics, errors } = fieldsOf(result);
    const { scopeMetrics } = fieldsOf(resourceMetrics);
    if (!Array.isArray(scopeMetrics)) {
      throw new TypeError('collect() must answer { resourceMetrics: { scopeMetrics: [] }, errors: [] }');
    }
    return {
      scopeMetrics: scopeMetrics.map((each) => this.#scope(each)).filter((each) => each !== undefined),
      errors: Array.isArray(errors) ? errors : [],
    };
  }

  #scope(given: unknown): ScopeMetrics | undefined {
    const { scope, metrics } = fieldsOf(given);
    if (typeof fieldsOf(scope)['name'] !== 'string' || !Array.isArray(metrics)) {
      this.#leaveOut('what has no scope with a name, or no list of metrics');
      return undefined;
    }
    const kept = metrics.map((each) => this.#metric(each)).filter((each) => each !== undefined);
    return { scope: scope as ScopeMetrics['scope'], metrics: kept };
  }

  #metric(given: unknown): MetricData | undefined {
    const { descriptor, dataPoints, dataPointType } = fieldsOf(given);
    const known = descriptorOf(fieldsOf(descriptor));
    if (known === undefined || !Array.isArray(dataPoints)) {
      this.#leaveOut('a metric without a name, or without a list of points');
      return undefined;
    }
    const isSound = (point: unknown): boolean => isPoint(fieldsOf(point), dataPointType);
    const isWhole = dataPoints.every(isSound);
    if (isWhole && known === descriptor) return given as MetricData;
    if (!isWhole)
      this.#leaveOut(`points of "${known.name}" that lack times, attributes or a value of their kind`);
    return {
      ...(given as MetricData),
      descriptor: known,
      dataPoints: dataPoints.filter(isSound),
    } as MetricData;
  }

  #leaveOut(what: string): void {
    report('error', 'metric_producer', `${this.#name} gave metrics that cannot be used: ${what}`);
  }
}

const NO_FIELDS: Fields = {};

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : NO_FIELDS;
}

/** The same, or one with what it lacks; undefined without a name. */
function descriptorOf(given: Fields): MetricDescriptor | undefined {
  const { name, description, unit, valueType } = given;
  if (typeof name !== 'string') return undefined;
  const isValueType = valueType === ValueType.INT || valueType === ValueType.DOUBLE;
  if (typeof description === 'string' && typeof unit === 'string' && isValueType)
    return given as unknown as MetricDescriptor;
  return {
    ...given,
    name,
    description: typeof description === 'string' ? description : '',
    unit: typeof unit === 'string' ? unit : '',
    valueType: isValueType ? valueType : ValueType.DOUBLE,
  };
}

function isPoint(point: Fields, kind: unknown): point is Fields & DataPoint<unknown> {
  const { startTime, endTime, attributes, value, exemplars } = point;
  return (
    isTime(startTime) &&
    isTime(endTime) &&
    fieldsOf(attributes) !== NO_FIELDS &&
    isValue(value, kind) &&
    (exemplars === undefined || (Array.isArray(exemplars) && exemplars.every(isExemplar)))
  );
}

function isTime(time: unknown): time is HrTime {
  return Array.isArray(time) && typeof time[0] === 'number' && typeof time[1] === 'number';
}

/** Of a kind that there is not, the exporter says what it says of all such. */
function isValue(value: unknown, kind: unknown): boolean {
  if (kind === DataPointType.GAUGE || kind === DataPointType.SUM) return typeof value === 'number';
  const { count, buckets, scale, zeroCount, positive, negative } = fieldsOf(value);
  if (kind === DataPointType.HISTOGRAM) {
    const { boundaries, counts } = fieldsOf(buckets);
    return typeof count === 'number' && Array.isArray(boundaries) && Array.isArray(counts);
  }
  if (kind !== DataPointType.EXPONENTIAL_HISTOGRAM) return true;
  const areNumbers = [count, scale, zeroCount].every((each) => typeof each === 'number');
  return areNumbers && isHalf(fieldsOf(positive)) && isHalf(fieldsOf(negative));
}

function isHalf({ offset, bucketCounts }: Fields): boolean {
  return typeof offset === 'number' && Array.isArray(bucketCounts);
}
