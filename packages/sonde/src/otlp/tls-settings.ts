/**
 * Reads what was said about TLS of an OTLP exporter. What code gives and cannot be used throws; what a variable names and
 * cannot be used is said once and left out.
 */
import { loadTls } from '#platform';
import { kindOf } from '../internal/shown.ts';
import type { TlsSource, TlsSources } from '../platform/connection.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import { OptionChecks, wrongOption } from '../sdk/common/option-checks.ts';
import type { OTLPTlsOptions, ResolvedTls } from './tls-options.ts';

const PARTS = ['ca', 'cert', 'key'] as const;
const TEXTS = ['caFile', 'certFile', 'keyFile', 'passphrase', 'servername'] as const;

/** @throws TypeError for a wrong option, naming it and what is allowed */
export function readTls(options: unknown, variables: TlsSources): ResolvedTls {
  const given = checkedTls(options);
  const fromCode: TlsSources = sourcesOfCode(given);
  const { passphrase, servername, rejectUnauthorized } = given;
  const code = loadTls({ ...fromCode, passphrase });
  if (code.problems.length > 0) throw new TypeError(`OTLP exporter ${code.problems.join('; ')}`);
  // A pair belongs together: with one half in code, the variables of the other would be somebody else's.
  const hasPair = fromCode.cert !== undefined || fromCode.key !== undefined;
  const environment = loadTls({
    ca: fromCode.ca === undefined ? variables.ca : undefined,
    cert: hasPair ? undefined : variables.cert,
    key: hasPair ? undefined : variables.key,
    passphrase,
  });
  for (const problem of environment.problems) {
    reportOnce('warn', 'env_invalid', problem, `${problem}; it is not used`);
  }
  for (const warning of [...code.warnings, ...environment.warnings]) {
    reportOnce('warn', 'otlp_certificate', warning, warning);
  }
  const settings = { ...environment.settings, ...code.settings };
  const named = { servername, rejectUnauthorized };
  const isEmpty =
    Object.keys(settings).length === 0 && servername === undefined && rejectUnauthorized === undefined;
  const { insecure } = given;
  return isEmpty
    ? { insecure }
    : {
        settings: { ...settings, ...defined(named), ...(settings.key && defined({ passphrase })) },
        insecure,
      };
}

/** @throws TypeError for what is no object of these options. */
function checkedTls(given: unknown): OTLPTlsOptions {
  if (typeof given !== 'object' || given === null) {
    throw wrongOption(
      'OTLP exporter',
      'tls',
      kindOf(given),
      'an object such as { caFile, certFile, keyFile }',
    );
  }
  const options = given as Record<string, unknown>;
  for (const part of PARTS) {
    const text = options[part];
    if (text !== undefined && typeof text !== 'string' && !(text instanceof Uint8Array)) {
      throw wrongOption('OTLP exporter', `tls.${part}`, kindOf(text), 'a PEM text, as a string or bytes');
    }
    if (text !== undefined && options[`${part}File`] !== undefined) {
      throw new TypeError(
        `OTLP exporter options tls.${part} and tls.${part}File are both given; allowed is one of them`,
      );
    }
  }
  for (const name of TEXTS) {
    const text = options[name];
    if (text !== undefined && (typeof text !== 'string' || text === '')) {
      throw wrongOption('OTLP exporter', `tls.${name}`, kindOf(text), 'a string that is not empty');
    }
  }
  const checks = new OptionChecks<OTLPTlsOptions>('OTLP exporter', given, 'tls.');
  checks.flag('insecure');
  checks.flag('rejectUnauthorized');
  checks.finish(...TEXTS, ...PARTS);
  return given;
}

function sourcesOfCode(given: OTLPTlsOptions): TlsSources {
  const sources: { [P in (typeof PARTS)[number]]?: TlsSource } = {};
  for (const part of PARTS) {
    const text = given[part];
    const file = given[`${part}File`];
    if (file !== undefined) sources[part] = { name: `option tls.${part}File`, file };
    else if (text !== undefined) sources[part] = { name: `option tls.${part}`, text: textOf(text) };
  }
  return sources;
}

function textOf(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : new TextDecoder().decode(text);
}

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
