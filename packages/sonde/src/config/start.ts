/** `startSdk`: one call that builds the providers of all signals from code and environment and makes them global. */
import { processState } from '../internal/process-state.ts';
import { AsyncLocalStorageContextManager } from '../sdk/common/context-manager.ts';
import { reloadReportLevel, reportOnce } from '../sdk/common/diagnostics.ts';
import { expectNoEarlyModules } from '../sdk/common/early-copies.ts';
import { isEnvSet, readEnv } from '../sdk/common/environment.ts';
import { ENVIRONMENT_ROWS, type EnvironmentName } from '../sdk/common/environment-table.ts';
import { isGlobal } from '../sdk/common/globals.ts';
import type { Resource } from '../sdk/common/resource.ts';
import { LoggerProvider } from '../sdk/logs/provider.ts';
import { MeterProvider } from '../sdk/metrics/provider.ts';
import { installExitHandlers } from '../sdk/pipeline/exit.ts';
import { TracerProvider } from '../sdk/traces/provider.ts';
import { type GlobalParts, installGlobals } from './install.ts';
import { logRecordProcessors } from './log-record-processors.ts';
import { metricReaders } from './metric-readers.ts';
import { checkOptions, type SdkOptions } from './options.ts';
import { propagatorFromEnvironment } from './propagator.ts';
import { sharedResource } from './resource.ts';
import {
  createSdk,
  NOOP_LOGGER_PROVIDER,
  NOOP_METER_PROVIDER,
  NOOP_TRACER_PROVIDER,
  type Sdk,
} from './sdk.ts';
import { spanProcessors } from './span-processors.ts';

interface SdkState {
  running: Sdk | undefined;
  /** What the last SDK made global: an SDK that is started after its shutdown may replace it. */
  globals: GlobalParts;
}

const state: SdkState = processState('sdk.1', () => ({ running: undefined, globals: {} }));

/**
 * Starts the SDK: builds the providers of all signals, registers them globally, and returns them. Synchronous. What
 * `options` leave out comes from the `OTEL_*` variables, then from the defaults: spans, metrics and log records to an
 * OTLP receiver on localhost over HTTP. With OTEL_SDK_DISABLED=true nothing is recorded; propagation works all the same.
 *
 * While an SDK is running, also one that zero-code start made, a call returns that one, changes nothing and says so.
 *
 * @throws TypeError or RangeError when an option has a value that cannot work; then nothing has been started.
 */
export function startSdk(options: SdkOptions = {}): Sdk {
  checkOptions(options);
  if (state.running !== undefined) {
    reportOnce(
      'warn',
      'sdk_started_twice',
      '',
      'startSdk was called while an SDK is running: that one is returned, its options stay as they are',
    );
    return state.running;
  }
  reloadReportLevel();
  readEnv('OTEL_LOG_LEVEL');
  reportNotObeyed();
  const disabled = readEnv('OTEL_SDK_DISABLED');
  const resource = disabled ? undefined : sharedResource(options);
  const built = resource && buildProviders(options, resource);
  const globals = globalParts(options, built);
  installGlobals(globals, state.globals, options.takeover === true);
  state.globals = globals;
  const providers = {
    tracerProvider: built?.tracerProvider ?? NOOP_TRACER_PROVIDER,
    meterProvider: built?.meterProvider ?? NOOP_METER_PROVIDER,
    loggerProvider: built?.loggerProvider ?? NOOP_LOGGER_PROVIDER,
  };
  state.running = createSdk(providers, () => {
    state.running = undefined;
  });
  if (disabled) return state.running;
  if (options.exitHandlers !== false && !readEnv('OTEL_NODE_EXIT_HANDLERS_DISABLED')) installExitHandlers();
  return state.running;
}

/** What a start that comes before all modules of the program found. */
export interface FirstStart {
  readonly sdk: Sdk;
  /** Whether the spans of the process go to somebody else's SDK, which was registered before. */
  readonly isSecond: boolean;
}

/** `startSdk` of a start that comes before all modules of the program: none of them can have made anything early. */
export function startSdkFirst(): FirstStart {
  expectNoEarlyModules();
  const sdk = startSdk();
  const { tracerProvider } = state.globals;
  return { sdk, isSecond: tracerProvider !== undefined && !isGlobal(tracerProvider) };
}

interface Providers {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
}

function buildProviders(options: SdkOptions, resource: Resource): Providers {
  return {
    tracerProvider: buildTracerProvider(options, resource),
    meterProvider: new MeterProvider({
      resource,
      readers: metricReaders(options),
      views: options.views,
      exemplarFilter: options.exemplarFilter,
      viewMatchingMode: options.viewMatchingMode,
      meterConfigurator: options.meterConfigurator,
    }),
    loggerProvider: buildLoggerProvider(options, resource),
  };
}

function buildTracerProvider(options: SdkOptions, resource: Resource): TracerProvider {
  return new TracerProvider({
    resource,
    sampler: options.sampler,
    spanLimits: options.spanLimits,
    idGenerator: options.idGenerator,
    tracerConfigurator: options.tracerConfigurator,
    spanProcessors: spanProcessors(options),
  });
}

function buildLoggerProvider(options: SdkOptions, resource: Resource): LoggerProvider {
  return new LoggerProvider({
    resource,
    logRecordLimits: options.logRecordLimits,
    loggerConfigurator: options.loggerConfigurator,
    processors: logRecordProcessors(options),
  });
}

/** Also for a disabled SDK: contexts and baggage still pass through the program. */
function globalParts(options: SdkOptions, built: Providers | undefined): GlobalParts {
  const { contextManager = new AsyncLocalStorageContextManager() } = options;
  const { textMapPropagator = propagatorFromEnvironment() ?? null } = options;
  return {
    ...built,
    contextManager: contextManager ?? undefined,
    propagator: textMapPropagator ?? undefined,
  };
}

/** Names in one line the variables that are set and that no part of this version obeys. */
function reportNotObeyed(): void {
  const names = (Object.keys(ENVIRONMENT_ROWS) as EnvironmentName[]).filter(
    (name) => ENVIRONMENT_ROWS[name].wiredBy === '' && isEnvSet(name),
  );
  if (names.length === 0) return;
  reportOnce(
    'warn',
    'env_not_obeyed',
    names.join(),
    `This version does not obey ${names.join(', ')} yet: what they set has no effect`,
  );
}
