/**
 * The instrumentations that zero-code start switches on, by the names of the variables: `OTEL_NODE_ENABLED_INSTRUMENTATIONS`
 * and `OTEL_NODE_DISABLED_INSTRUMENTATIONS`, lists of `http`, `undici`, …
 */
import { HttpInstrumentation } from '../instrumentation/http/instrumentation.ts';
import type { Instrumentation } from '../instrumentation/instrumentation.ts';
import { UndiciInstrumentation } from '../instrumentation/undici/instrumentation.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import { readEnv } from '../sdk/common/environment.ts';

const AVAILABLE: Readonly<Record<string, () => Instrumentation>> = {
  http: () => new HttpInstrumentation(),
  undici: () => new UndiciInstrumentation(),
};

/** What became of one instrumentation. */
export interface InstrumentationReport {
  readonly name: string;
  readonly state: 'on' | 'off' | 'failed';
  /** Why it is not on. */
  readonly reason?: string;
}

/** Switches on what the variables leave on. Never throws. */
export function enableInstrumentations(): readonly InstrumentationReport[] {
  const enabled = namesIn('OTEL_NODE_ENABLED_INSTRUMENTATIONS');
  const disabled = namesIn('OTEL_NODE_DISABLED_INSTRUMENTATIONS') ?? [];
  return Object.entries(AVAILABLE).map(([name, make]): InstrumentationReport => {
    if (enabled !== undefined && !enabled.includes(name)) {
      return { name, state: 'off', reason: 'not in OTEL_NODE_ENABLED_INSTRUMENTATIONS' };
    }
    if (disabled.includes(name))
      return { name, state: 'off', reason: 'in OTEL_NODE_DISABLED_INSTRUMENTATIONS' };
    try {
      make();
      return { name, state: 'on' };
    } catch (error) {
      reportOnce(
        'error',
        'instrumentation_failed',
        name,
        `The instrumentation ${name} could not be switched on`,
        error,
      );
      return { name, state: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  });
}

/** The names in a variable; undefined when it is unset. Names that nobody knows are said. */
function namesIn(
  variable: 'OTEL_NODE_ENABLED_INSTRUMENTATIONS' | 'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
): readonly string[] | undefined {
  const text = readEnv(variable);
  if (text === undefined) return undefined;
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if (AVAILABLE[name] !== undefined) continue;
    const known = Object.keys(AVAILABLE).join(', ');
    reportOnce(
      'warn',
      'env_unavailable',
      `${variable}=${name}`,
      `${variable} names ${JSON.stringify(name)}; this version has ${known}`,
    );
  }
  return names;
}
