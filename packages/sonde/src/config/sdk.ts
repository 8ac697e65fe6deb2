/** What `startSdk` returns, and how its providers are flushed and shut down together. */

import type { LoggerProvider } from '../api/logs/logger.ts';
import { NOOP_LOGGER } from '../api/logs/noop-logger.ts';
import type { MeterProvider } from '../api/metrics/meter.ts';
import { NOOP_METER } from '../api/metrics/noop-meter.ts';
import { NOOP_TRACER } from '../api/trace/noop-tracer.ts';
import type { TracerProvider } from '../api/trace/tracer.ts';
import { flushReports } from '../sdk/common/diagnostics.ts';
import type { ForceFlushOptions } from '../sdk/common/flush-options.ts';
import { neverUnhandled, settleAll } from '../sdk/pipeline/lifecycle.ts';

/** What every provider of a started SDK has besides its signal's own methods. */
export interface ProviderLife {
  /** Settles when everything recorded before the call is exported; rejects with what failed, after 30 s by default. */
  forceFlush(options?: ForceFlushOptions): Promise<void>;
  /** Flushes, then ends for good. Once: later calls return the first one's promise. */
  shutdown(options?: ForceFlushOptions): Promise<void>;
}

declare global {
  interface SymbolConstructor {
    /** Declared here as well, for those whose `lib` does not have it. */
    readonly asyncDispose: unique symbol;
  }
}

/** A running SDK. With OTEL_SDK_DISABLED its providers record nothing. */
export interface Sdk extends ProviderLife {
  readonly tracerProvider: TracerProvider & ProviderLife;
  readonly meterProvider: MeterProvider & ProviderLife;
  readonly loggerProvider: LoggerProvider & ProviderLife;
  /** Flushes the providers of all signals. Rejects when one of them failed, after all have been tried. */
  forceFlush(options?: ForceFlushOptions): Promise<void>;
  /** Shuts the providers of all signals down. Afterwards `startSdk` starts a new SDK. */
  shutdown(options?: ForceFlushOptions): Promise<void>;
  /** Same as `shutdown()`, for `await using sdk = startSdk()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const NO_LIFE: ProviderLife = {
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/** Providers that record nothing, for a signal that is off. */
export const NOOP_TRACER_PROVIDER: Sdk['tracerProvider'] = { getTracer: () => NOOP_TRACER, ...NO_LIFE };
export const NOOP_METER_PROVIDER: Sdk['meterProvider'] = { getMeter: () => NOOP_METER, ...NO_LIFE };
export const NOOP_LOGGER_PROVIDER: Sdk['loggerProvider'] = { getLogger: () => NOOP_LOGGER, ...NO_LIFE };

/** @param onShutdown called at once when the first shutdown begins */
export function createSdk(
  providers: Pick<Sdk, 'tracerProvider' | 'meterProvider' | 'loggerProvider'>,
  onShutdown: () => void,
): Sdk {
  const { tracerProvider, meterProvider, loggerProvider } = providers;
  const all: readonly ProviderLife[] = [tracerProvider, meterProvider, loggerProvider];
  let ending: Promise<void> | undefined;
  const shutdown = (options?: ForceFlushOptions): Promise<void> => {
    if (ending === undefined) {
      onShutdown();
      const work = settleAll(
        'Sdk.shutdown()',
        all.map((provider) => provider.shutdown(options)),
      );
      ending = neverUnhandled(work.finally(flushReports));
    }
    return ending;
  };
  return {
    tracerProvider,
    meterProvider,
    loggerProvider,
    forceFlush: (options) =>
      neverUnhandled(
        settleAll(
          'Sdk.forceFlush()',
          all.map((provider) => provider.forceFlush(options)),
        ),
      ),
    shutdown,
    [Symbol.asyncDispose]: () => shutdown(),
  };
}
