/** Synchronous instruments that can be made before an SDK starts and record from the moment it has. */
import type { Context } from '../context/context.ts';
import { Late } from '../late.ts';
import type {
  BoundCounter,
  BoundRecorder,
  Counter,
  Gauge,
  Histogram,
  MetricAttributes,
  UpDownCounter,
} from './instrument.ts';
import { NOOP_INSTRUMENT } from './noop-meter.ts';

/** A counter or up-down counter. */
export class ProxyAdder extends Late<Counter> implements Counter, UpDownCounter {
  readonly find: () => Counter | undefined;

  constructor(find: () => Counter | undefined) {
    super(NOOP_INSTRUMENT, true);
    this.find = find;
  }

  add(value: number, attributes?: MetricAttributes, context?: Context): void {
    this.real().add(value, attributes, context);
  }

  enabled(): boolean {
    return this.real().enabled();
  }

  bind(attributes: MetricAttributes): BoundCounter {
    return new ProxyBoundAdder(this, attributes);
  }
}

/** A histogram or gauge. */
export class ProxyRecorder extends Late<Histogram> implements Histogram, Gauge {
  readonly find: () => Histogram | undefined;

  constructor(find: () => Histogram | undefined) {
    super(NOOP_INSTRUMENT, true);
    this.find = find;
  }

  record(value: number, attributes?: MetricAttributes, context?: Context): void {
    this.real().record(value, attributes, context);
  }

  enabled(): boolean {
    return this.real().enabled();
  }

  bind(attributes: MetricAttributes): BoundRecorder {
    return new ProxyBoundRecorder(this, attributes);
  }
}

class ProxyBoundAdder extends Late<BoundCounter> implements BoundCounter {
  private readonly instrument: ProxyAdder;
  private readonly attributes: MetricAttributes;

  constructor(instrument: ProxyAdder, attributes: MetricAttributes) {
    super(NOOP_INSTRUMENT, true);
    this.instrument = instrument;
    this.attributes = copied(attributes);
  }

  add(value: number, context?: Context): void {
    this.real().add(value, context);
  }

  enabled(): boolean {
    return this.real().enabled();
  }

  find(): BoundCounter | undefined {
    const real = this.instrument.real();
    return real === NOOP_INSTRUMENT ? undefined : real.bind(this.attributes);
  }
}

class ProxyBoundRecorder extends Late<BoundRecorder> implements BoundRecorder {
  private readonly instrument: ProxyRecorder;
  private readonly attributes: MetricAttributes;

  constructor(instrument: ProxyRecorder, attributes: MetricAttributes) {
    super(NOOP_INSTRUMENT, true);
    this.instrument = instrument;
    this.attributes = copied(attributes);
  }

  record(value: number, context?: Context): void {
    this.real().record(value, context);
  }

  enabled(): boolean {
    return this.real().enabled();
  }

  find(): BoundRecorder | undefined {
    const real = this.instrument.real();
    return real === NOOP_INSTRUMENT ? undefined : real.bind(this.attributes);
  }
}

/** The attributes as they are at the time of binding. */
function copied(attributes: MetricAttributes): MetricAttributes {
  try {
    return typeof attributes === 'object' ? { ...attributes } : {};
  } catch {
    return {};
  }
}
