/**
 * What the SDK tells about itself (semantic conventions, otel/sdk-metrics): how full queues are, what was processed,
 * exported and lost, and why. Nothing is recorded as it happens: a component counts in fields that it has anyway, and one
 * callback per kind of record reads them when somebody collects. Without a meter provider nobody ever does.
 *
 *   processors, exporters ──register (weakly)──► SelfMetrics of a meter provider ──at collection──► observable instruments
 */
import { completeMeter } from '../../api/metrics/foreign-meter.ts';
import type { Histogram } from '../../api/metrics/instrument.ts';
import type { Meter, MeterProvider } from '../../api/metrics/meter.ts';
import { latentMeter, metrics } from '../../api/metrics/metrics-api.ts';
import { NOOP_METER } from '../../api/metrics/noop-meter.ts';
import type { BatchObservableResult, Observable } from '../../api/metrics/observable.ts';
import { report } from './diagnostics.ts';
import { SDK_VERSION } from './sdk-info.ts';

/** The scope of the SDK's own metrics. */
export const SELF_SCOPE = 'sonde';

/** What is counted: the word in the metrics' names, and its unit. */
export interface RecordKind {
  readonly word: 'span' | 'log' | 'metric_data_point';
  readonly unit: string;
}

export const SPAN_RECORDS: RecordKind = { word: 'span', unit: '{span}' };
export const LOG_RECORDS: RecordKind = { word: 'log', unit: '{log_record}' };
export const DATA_POINTS: RecordKind = { word: 'metric_data_point', unit: '{data_point}' };

/** The state of a processor at a collection. */
export interface ProcessorReadings {
  /** Absent for a processor without a queue. */
  readonly queue?: { readonly size: number; readonly capacity: number } | undefined;
  /** Handed to the exporter, or rightly kept from it. */
  readonly processed: number;
  /** Never handed over, by reason. */
  readonly failed: Readonly<Record<string, number>>;
}

/** The state of an exporter at a collection. */
export interface ExporterReadings {
  readonly inflight: number;
  readonly exported: number;
  /** Given up or refused, by reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** Where it exports to. */
  readonly server?: { readonly address: string; readonly port: number } | undefined;
}

/** What a component says of itself when it is made: which records, its `otel.component.type`, and to whom it reports. */
export interface SelfDescription {
  readonly kind: RecordKind;
  readonly type: string;
  /** Default: the global one. */
  readonly meterProvider?: MeterProvider | undefined;
}

/** A component that is read at collections. Held weakly: one that is forgotten is read no more. */
export interface SelfSource<Readings> {
  selfReadings(): Readings;
}

/** `otel.component.type` and `otel.component.name`. */
export interface ComponentAttributes {
  readonly 'otel.component.type': string;
  readonly 'otel.component.name': string;
}

/** How a component tells that it has been shut down. */
export interface Registration {
  readonly attributes: ComponentAttributes;
  /** What is final is read twice more, since there may be two readers, and then no longer. */
  close(): void;
}

interface Component<Readings> extends Registration {
  /** Gives the name back. */
  readonly release: () => void;
  readonly source: WeakRef<SelfSource<Readings>>;
  /** Collections in which it is still read; Infinity while it is in use. */
  left: number;
}

type Observables<Name extends string> = Readonly<Record<Name, Observable>>;

/** All components of one meter provider that handle one kind of record in one role, and their instruments. */
class Family<Readings> {
  readonly #components = new Set<Component<Readings>>();
  /** Where nobody collects, the forgotten are swept out each time their number may have doubled. */
  #sweepAt = 16;

  constructor(
    meter: Meter,
    observables: readonly Observable[],
    observe: (result: BatchObservableResult, attributes: ComponentAttributes, readings: Readings) => void,
  ) {
    meter.addBatchObservableCallback(
      (result) => {
        for (const component of this.#components) {
          const source = component.source.deref();
          if (source !== undefined) observe(result, component.attributes, source.selfReadings());
          if (source === undefined || --component.left <= 0) this.#remove(component);
        }
      },
      [...observables],
    );
  }

  add(component: Component<Readings>): void {
    if (this.#components.size >= this.#sweepAt) this.#sweep();
    this.#components.add(component);
  }

  #sweep(): void {
    for (const component of this.#components) {
      if (component.source.deref() === undefined) this.#remove(component);
    }
    this.#sweepAt = 16 + 2 * this.#components.size;
  }

  #remove(component: Component<Readings>): void {
    this.#components.delete(component);
    component.release();
  }
}

/** The components that report to one meter provider. */
export class SelfMetrics {
  readonly #meter: Meter;
  /** Numbers in use, by type. */
  readonly #numbers = new Map<string, Set<number>>();
  readonly #processors = new Map<RecordKind, Family<ProcessorReadings>>();
  readonly #exporters = new Map<RecordKind, Family<ExporterReadings>>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #shared = new Map<string, unknown>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** The meter, for what only one signal has. */
  get meter(): Meter {
    return this.#meter;
  }

  /** What all providers that report here share under a name, made by the first that asks. */
  shared<T>(name: string, make: () => T): T {
    if (!this.#shared.has(name)) this.#shared.set(name, make());
    return this.#shared.get(name) as T;
  }

  /**
   * `<type>/<n>` with the lowest number that is free within this meter provider: the same names after every start of the
   * program, and no more of them however often an SDK is started anew.
   */
  nameComponent(type: string): ComponentAttributes {
    const used = this.#numbers.get(type) ?? new Set();
    this.#numbers.set(type, used);
    let number = 0;
    while (used.has(number)) number++;
    used.add(number);
    return { 'otel.component.type': type, 'otel.component.name': `${type}/${number}` };
  }

  /** Gives the name of a component back that is no more. */
  releaseName(attributes: ComponentAttributes): void {
    const type = attributes['otel.component.type'];
    const number = Number(attributes['otel.component.name'].slice(type.length + 1));
    this.#numbers.get(type)?.delete(number);
  }

  /** Has a processor or reader read at collections. */
  addProcessor(kind: RecordKind, type: string, source: SelfSource<ProcessorReadings>): Registration {
    const family = familyOf(this.#processors, kind, () => processorFamily(this.#meter, kind));
    return this.#add(family, type, source);
  }

  /** Has an exporter read at collections. */
  addExporter(kind: RecordKind, type: string, source: SelfSource<ExporterReadings>): Registration {
    const family = familyOf(this.#exporters, kind, () => exporterFamily(this.#meter, kind));
    return this.#add(family, type, source);
  }

  /** A histogram of durations in seconds, made when first needed. */
  durations(name: string, description: string): Histogram {
    let histogram = this.#histograms.get(name);
    if (histogram === undefined) {
      histogram = this.#meter.createHistogram(name, {
        description,
        unit: 's',
        advice: { explicitBucketBoundaries: SECONDS },
      });
      this.#histograms.set(name, histogram);
    }
    return histogram;
  }

  #add<Readings>(family: Family<Readings>, type: string, source: SelfSource<Readings>): Registration {
    const attributes = this.nameComponent(type);
    const component: Component<Readings> = {
      attributes,
      release: () => this.releaseName(attributes),
      source: new WeakRef(source),
      left: Infinity,
      close: () => {
        component.left = Math.min(component.left, 2);
      },
    };
    family.add(component);
    return component;
  }
}

/**
 * The meter of a provider that was given, or one that leaves the global provider asleep.
 * A provider of somebody else's may throw in any of its methods: what it does must not reach the records.
 */
function meterOf(given: MeterProvider | undefined, global: MeterProvider): Meter {
  try {
    return given === undefined
      ? latentMeter(SELF_SCOPE, SDK_VERSION, global)
      : completeMeter(given.getMeter(SELF_SCOPE, SDK_VERSION));
  } catch (error) {
    report('error', 'self_metrics', 'The SDK has no metrics about itself: the meter provider threw', error);
    return NOOP_METER;
  }
}

/** Bounds for durations of exports and collections: those that the conventions advise for HTTP and RPC. */
const SECONDS: number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function familyOf<Readings>(
  families: Map<RecordKind, Family<Readings>>,
  kind: RecordKind,
  make: () => Family<Readings>,
): Family<Readings> {
  let family = families.get(kind);
  if (family === undefined) {
    family = make();
    families.set(kind, family);
  }
  return family;
}

function processorFamily(meter: Meter, { word, unit }: RecordKind): Family<ProcessorReadings> {
  const prefix = `otel.sdk.processor.${word}`;
  const made: Observables<'size' | 'capacity' | 'processed'> = {
    size: meter.createObservableUpDownCounter(`${prefix}.queue.size`, {
      unit,
      description: 'How many wait in the queue of the processor',
    }),
    capacity: meter.createObservableUpDownCounter(`${prefix}.queue.capacity`, {
      unit,
      description: 'How many the queue of the processor can hold',
    }),
    processed: meter.createObservableCounter(`${prefix}.processed`, {
      unit,
      description: 'How many the processor is done with, well or not',
    }),
  };
  return new Family(meter, Object.values(made), (result, attributes, { queue, processed, failed }) => {
    if (queue !== undefined) {
      result.observe(made.size, queue.size, { ...attributes });
      result.observe(made.capacity, queue.capacity, { ...attributes });
    }
    observeOutcomes(result, made.processed, { ...attributes }, processed, failed);
  });
}

function exporterFamily(meter: Meter, { word, unit }: RecordKind): Family<ExporterReadings> {
  const prefix = `otel.sdk.exporter.${word}`;
  const made: Observables<'inflight' | 'exported'> = {
    inflight: meter.createObservableUpDownCounter(`${prefix}.inflight`, {
      unit,
      description: 'How many the exporter has taken and not yet exported or given up',
    }),
    exported: meter.createObservableCounter(`${prefix}.exported`, {
      unit,
      description: 'How many the exporter is done with, well or not',
    }),
  };
  return new Family(meter, Object.values(made), (result, component, readings) => {
    const { server, inflight, exported, failed } = readings;
    const attributes = {
      ...component,
      ...(server === undefined
        ? undefined
        : { 'server.address': server.address, 'server.port': server.port }),
    };
    result.observe(made.inflight, inflight, attributes);
    observeOutcomes(result, made.exported, attributes, exported, failed);
  });
}

function observeOutcomes(
  result: BatchObservableResult,
  counter: Observable,
  attributes: object,
  succeeded: number,
  failed: Readonly<Record<string, number>>,
): void {
  result.observe(counter, succeeded, { ...attributes });
  for (const [reason, count] of Object.entries(failed)) {
    if (count > 0) result.observe(counter, count, { ...attributes, 'error.type': reason });
  }
}

const byProvider = /* @__PURE__ */ new WeakMap<object, SelfMetrics>();

/**
 * The self metrics of a meter provider; of the global one by default, also of one that is registered later
 * (self-observability-supplementary-guidelines.md).
 */
export function selfMetrics(provider: MeterProvider | undefined): SelfMetrics {
  const owner = provider ?? metrics.getMeterProvider();
  let known = byProvider.get(owner);
  if (known === undefined) {
    known = new SelfMetrics(meterOf(provider, owner));
    byProvider.set(owner, known);
  }
  return known;
}
