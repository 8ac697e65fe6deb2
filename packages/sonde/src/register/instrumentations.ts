/**
 * The instrumentations that zero-code start switches on, by the names of the variables: `OTEL_NODE_ENABLED_INSTRUMENTATIONS`
 * and `OTEL_NODE_DISABLED_INSTRUMENTATIONS`, lists of `http`, `undici`, `runtime`, `pino`, …; `default` stands for those that are on
 * when nothing is said.
 */
import { HttpInstrumentation } from '../instrumentation/http/instrumentation.ts';
import { reportPatchesTo } from '../instrumentation/modules/module-patches.ts';
import { RuntimeNodeInstrumentation } from '../instrumentation/runtime/instrumentation.ts';
import { UndiciInstrumentation } from '../instrumentation/undici/instrumentation.ts';
import { messageOf, shown } from '../internal/shown.ts';
import { report, reportOnce } from '../sdk/common/diagnostics.ts';
import { readEnv } from '../sdk/common/environment.ts';
import { BRIDGED_LIBRARIES, bridgeConsole, bridgeWhenLoaded } from './log-bridges.ts';
import { ownName } from './official-names.ts';

/** What zero-code start can take away again. */
interface SwitchedOn {
  disable(): void;
}

const AVAILABLE: Readonly<Record<string, () => SwitchedOn>> = {
  http: () => new HttpInstrumentation(),
  undici: () => new UndiciInstrumentation(),
  runtime: () => new RuntimeNodeInstrumentation(),
  ...Object.fromEntries(BRIDGED_LIBRARIES.map((library) => [library, () => bridgeWhenLoaded(library)])),
  console: bridgeConsole,
};

/** Off unless it is named: what a program prints is often its output and no log. */
const OPT_IN: readonly string[] = ['console'];
const DEFAULT = 'default';

/** What became of one instrumentation. */
export interface InstrumentationReport {
  readonly name: string;
  readonly state: 'on' | 'off' | 'failed';
  /** Why it is not on. */
  readonly reason?: string;
}

/** What is on, by name. */
const switchedOn = new Map<string, SwitchedOn>();

/** Switches one off that is on. Returns what to report of it. */
export function disableInstrumentation(name: string, reason: string): InstrumentationReport {
  switchedOn.get(name)?.disable();
  switchedOn.delete(name);
  return { name, state: 'off', reason };
}

/**
 * Switches on what the variables leave on. Never throws. Beside the SDK of somebody else, `isSecond`, only what they name:
 * that SDK has its own, and each request would have two spans, each line of a log its ids twice.
 */
export function enableInstrumentations(isSecond: boolean): readonly InstrumentationReport[] {
  reportPatchesTo((level, message, error) => report(level, 'instrumentation', message, error));
  const enabled = namesIn('OTEL_NODE_ENABLED_INSTRUMENTATIONS') ?? [DEFAULT];
  const disabled = namesIn('OTEL_NODE_DISABLED_INSTRUMENTATIONS') ?? [];
  if (isSecond)
    report(
      'warn',
      'register_second',
      'Another SDK was registered before zero-code start, which leaves its instrumentations off, or each request would ' +
        'have two spans; name in OTEL_NODE_ENABLED_INSTRUMENTATIONS those that are wanted all the same',
    );
  return Object.entries(AVAILABLE).map(([name, make]): InstrumentationReport => {
    const isRival = isSecond && !enabled.includes(name);
    const reason = isRival ? 'another SDK was registered before' : whyOff(name, enabled, disabled);
    if (reason !== undefined) return { name, state: 'off', reason };
    try {
      switchedOn.set(name, make());
      return { name, state: 'on' };
    } catch (error) {
      reportOnce(
        'error',
        'instrumentation_failed',
        name,
        `The instrumentation ${name} could not be switched on`,
        error,
      );
      return { name, state: 'failed', reason: messageOf(error) };
    }
  });
}

function whyOff(name: string, enabled: readonly string[], disabled: readonly string[]): string | undefined {
  const isOptIn = OPT_IN.includes(name);
  if (!enabled.includes(name) && (isOptIn || !enabled.includes(DEFAULT)))
    return `not in OTEL_NODE_ENABLED_INSTRUMENTATIONS${isOptIn ? ', which has to name it' : ''}`;
  const isDisabled = disabled.includes(name) || (disabled.includes(DEFAULT) && !isOptIn);
  return isDisabled ? 'in OTEL_NODE_DISABLED_INSTRUMENTATIONS' : undefined;
}

/** The names in a variable; undefined when it is unset. Names that nobody knows are said. */
function namesIn(
  variable: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS' | 'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
): readonly string[] | undefined {
  const text = readEnv(variable);
  if (text === undefined) return undefined;
  const names = text
    .split(',')
    .map((name) => ownName(name.trim()))
    .filter((name) => name !== '');
  for (const name of names) {
    if (name === DEFAULT || Object.hasOwn(AVAILABLE, name)) continue;
    const known = [...Object.keys(AVAILABLE), DEFAULT].join(', ');
    reportOnce(
      'warn',
      'env_unavailable',
      `${variable}=${name}`,
      `${variable} names ${shown(name)}; this version has ${known}`,
    );
  }
  return names;
}
