/**
 * What an instrumentation is to the outside, in the shape of the official SDK, and the two ways to switch some on:
 * `registerInstrumentations` by hand, `sonde/register` with no code.
 */
import { diag } from '../api/diag/diag.ts';
import type { LoggerProviderLike } from '../api/logs/logger.ts';
import { completeMeter } from '../api/metrics/foreign-meter.ts';
import type { Meter, MeterProviderLike } from '../api/metrics/meter.ts';
import { latentMeter, metrics } from '../api/metrics/metrics-api.ts';
import { trace } from '../api/trace/trace-api.ts';
import type { Tracer, TracerProviderLike } from '../api/trace/tracer.ts';
import { checkHookOptions } from './shared/hook.ts';

/** What every instrumentation may be told. */
export interface InstrumentationConfig {
  /** False leaves the library as it is. Default true. */
  enabled?: boolean;
}

/** An instrumentation of this package, or one written for the official SDK. */
export interface Instrumentation<C extends InstrumentationConfig = InstrumentationConfig> {
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  /** Begins to instrument. */
  enable(): void;
  /** Leaves the library as it was found. */
  disable(): void;
  setTracerProvider(tracerProvider: TracerProviderLike): void;
  setMeterProvider(meterProvider: MeterProviderLike): void;
  setLoggerProvider?(loggerProvider: LoggerProviderLike): void;
  setConfig(config: C): void;
  getConfig(): C;
}

/** What our own instrumentations have in common. Switched on when made, unless `enabled` is false. */
export abstract class InstrumentationBase<C extends InstrumentationConfig = InstrumentationConfig>
  implements Instrumentation<C>
{
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  /** The tracer of the global provider until another is set. */
  protected tracer: Tracer;
  /** The meter of the global provider until another is set. To make a counter or the like is to wake the provider: do so at the first measurement. */
  protected meter: Meter;
  protected config: C;
  #isEnabled = false;

  /** @throws TypeError for a hook that is no function */
  constructor(name: string, version: string, config: C) {
    this.instrumentationName = name;
    this.instrumentationVersion = version;
    this.tracer = trace.getTracer(name, version);
    this.meter = latentMeter(name, version);
    checkHookOptions(new.target.name, config);
    this.config = { ...config };
  }

  /** Begins to instrument; a second call changes nothing. */
  enable(): void {
    if (this.#isEnabled) return;
    this.#isEnabled = true;
    this.patch();
  }

  /** Leaves the library as it was found. */
  disable(): void {
    if (!this.#isEnabled) return;
    this.#isEnabled = false;
    this.unpatch();
  }

  setTracerProvider(tracerProvider: TracerProviderLike): void {
    this.tracer = tracerProvider.getTracer(this.instrumentationName, this.instrumentationVersion) as Tracer;
  }

  setMeterProvider(meterProvider: MeterProviderLike): void {
    this.meter = completeMeter(meterProvider.getMeter(this.instrumentationName, this.instrumentationVersion));
  }

  setLoggerProvider(_loggerProvider: LoggerProviderLike): void {}

  /** @throws TypeError for a hook that is no function */
  setConfig(config: C): void {
    checkHookOptions(this.constructor.name, config);
    this.config = { ...config };
  }

  getConfig(): C {
    return this.config;
  }

  protected abstract patch(): void;
  protected abstract unpatch(): void;
}

/** What `registerInstrumentations` takes. */
export interface RegistrationOptions {
  /** One, several, or lists of them, as the official function takes them. */
  readonly instrumentations?: readonly (Instrumentation | readonly Instrumentation[])[];
  /** Default the global one. */
  readonly tracerProvider?: TracerProviderLike;
  readonly meterProvider?: MeterProviderLike;
  readonly loggerProvider?: LoggerProviderLike;
}

/**
 * Gives instrumentations their providers and switches them on, save those with `enabled: false`. Returns what switches them off.
 * @throws TypeError when there are no options, or a class stands where an instance of it is wanted
 */
export function registerInstrumentations(options: RegistrationOptions): () => void {
  const all = instrumentationsOf(options);
  for (const instrumentation of all) {
    try {
      const meterProvider = options.meterProvider ?? defaultMeterProvider(instrumentation);
      if (options.tracerProvider !== undefined) instrumentation.setTracerProvider(options.tracerProvider);
      if (meterProvider !== undefined) instrumentation.setMeterProvider(meterProvider);
      if (options.loggerProvider !== undefined) instrumentation.setLoggerProvider?.(options.loggerProvider);
      if (instrumentation.getConfig().enabled !== false) instrumentation.enable();
    } catch (error) {
      diag.error(`${nameOf(instrumentation)} could not be switched on`, error);
    }
  }
  return () => {
    for (const instrumentation of all) {
      try {
        instrumentation.disable();
      } catch (error) {
        diag.error(`${nameOf(instrumentation)} could not be switched off`, error);
      }
    }
  };
}

function instrumentationsOf(options: RegistrationOptions): Instrumentation[] {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `registerInstrumentations: options must be an object such as { instrumentations: [] }; got ${typeof options}`,
    );
  }
  const all = [options.instrumentations ?? []].flat(2) as Instrumentation[];
  for (const [index, each] of all.entries()) {
    if (typeof each !== 'function') continue;
    const { name } = each as { readonly name: string };
    throw new TypeError(
      `registerInstrumentations: instrumentations[${index}] must be an instance; got the class ${name}: write new ${name}()`,
    );
  }
  return all;
}

/**
 * One of others asked for its meter when it was made, and an official meter that was given out before the SDK started stays
 * a no-op for ever. Ours find the global provider by themselves, and leave it asleep until they measure.
 */
function defaultMeterProvider(instrumentation: Instrumentation): MeterProviderLike | undefined {
  return instrumentation instanceof InstrumentationBase ? undefined : metrics.getMeterProvider();
}

function nameOf(instrumentation: Instrumentation): string {
  try {
    return `Instrumentation ${instrumentation.instrumentationName}`;
  } catch {
    return 'An instrumentation';
  }
}
