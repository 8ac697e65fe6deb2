/**
 * Zero-code start: `node --import sonde/register app.mjs`, `node --require sonde/register app.js`. Starts the SDK from
 * the environment and switches the instrumentations on, before the application's first line. The only module of the
 * package that does something when it is loaded; loading it twice, as ESM and as CommonJS too, does it once.
 */
import { loadPart } from '#platform';
import { startSdkFirst } from '../config/start.ts';
import { processState } from '../internal/process-state.ts';
import { report } from '../sdk/common/diagnostics.ts';
import { readEnv } from '../sdk/common/environment.ts';
import {
  disableInstrumentation,
  enableInstrumentations,
  type InstrumentationReport,
} from './instrumentations.ts';
import { isPackageTool } from './package-tool.ts';
import { watchForCounterparts } from './step-back.ts';

interface RegisterState {
  isStarted: boolean;
  report: readonly InstrumentationReport[];
}

const state: RegisterState = processState('register.1', () => ({ isStarted: false, report: [] }));

function start(): void {
  if (state.isStarted) return;
  if (mayNotRequire()) return void loadPart('sonde/register');
  state.isStarted = true;
  // NODE_OPTIONS reaches npm and its like, and every child of theirs: they stay as they are.
  if (isPackageTool(process.argv[1])) return;
  try {
    const { sdk, isSecond } = startSdkFirst();
    const { tracerProvider } = sdk;
    if (readEnv('OTEL_SDK_DISABLED') !== true) {
      state.report = enableInstrumentations(isSecond);
      const on = state.report.filter((each) => each.state === 'on').map(({ name }) => name);
      watchForCounterparts(tracerProvider, on, stepBack);
    }
    // On demand only: what was switched on, and why something was not.
    report(
      'debug',
      'register',
      `Started with ${state.report.map(describe).join(', ') || 'no instrumentations'}`,
    );
  } catch (error) {
    report('error', 'register', 'Zero-code start failed; the program runs without telemetry', error);
  }
}

/**
 * With `--no-experimental-require-module` no part of the ES modules can be loaded late, and so nothing be sent: the
 * CommonJS build starts in their place.
 */
function mayNotRequire(): boolean {
  return process.features.require_module === false && typeof __filename === 'undefined';
}

/** The application has an instrumentation of its own for this: two would make two spans of each request. */
function stepBack(name: string, counterpart: string): void {
  const off = disableInstrumentation(name, `the application has ${counterpart}`);
  state.report = state.report.map((each) => (each.name === name ? off : each));
  report(
    'info',
    'instrumentation_stepped_back',
    `The application has ${counterpart}: that of zero-code start is off`,
  );
}

function describe({ name, state: is, reason }: InstrumentationReport): string {
  return reason === undefined ? `${name} ${is}` : `${name} ${is} (${reason})`;
}

start();

/** What zero-code start did, for programs that want to know. */
export function instrumentationReport(): readonly InstrumentationReport[] {
  return state.report;
}
