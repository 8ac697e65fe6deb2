/**
 * TLS of an OTLP exporter: protocol/exporter.md, "Certificate file", "Client key file", "Client certificate file". What
 * code gives and cannot be used throws; what a variable names and cannot be used is said once and left out.
 */
import { loadTls } from '#platform';
import { kindOf } from '../internal/shown.ts';
import type { TlsSettings, TlsSource, TlsSources } from '../platform/connection.ts';
import { reportOnce } from '../sdk/common/diagnostics.ts';
import { readEnvIfSet } from '../sdk/common/environment.ts';
import { OptionChecks, wrongOption } from '../sdk/common/option-checks.ts';
import type { OtlpSignal } from './signal-codec.ts';

/** TLS of the way to the receiver. PEM texts can be given, or the paths of files with them; never both of one thing. */
export interface OTLPTlsOptions {
  /**
   * gRPC only: whether a `url` without a scheme, such as `host:4317`, is reached without TLS. Default false, or
   * OTEL_EXPORTER_OTLP_[signal_]INSECURE.
   */
  insecure?: boolean | undefined;
  /** Certificates of the authorities to trust, in place of the usual ones. */
  ca?: string | Uint8Array | undefined;
  /** Path of a file with them. Default OTEL_EXPORTER_OTLP_[signal_]CERTIFICATE. */
  caFile?: string | undefined;
  /** The client's own certificate, for a receiver that asks for one (mTLS). */
  cert?: string | Uint8Array | undefined;
  /** Path of a file with it. Default OTEL_EXPORTER_OTLP_[signal_]CLIENT_CERTIFICATE. */
  certFile?: string | undefined;
  /** The private key of the client's certificate. Never part of a message. */
  key?: string | Uint8Array | undefined;
  /** Path of a file with it. Default OTEL_EXPORTER_OTLP_[signal_]CLIENT_KEY. */
  keyFile?: string | undefined;
  /** Of the key, where it is encrypted. */
  passphrase?: string | undefined;
  /** The name that the receiver's certificate has to carry, where it is not the host of the URL. */
  servername?: string | undefined;
  /** False takes any certificate: for trying things out. Default true. */
  rejectUnauthorized?: boolean | undefined;
}

const PARTS = ['ca', 'cert', 'key'] as const;
const TEXTS = ['caFile', 'certFile', 'keyFile', 'passphrase', 'servername'] as const;

const VARIABLES = {
  traces: {
    ca: 'OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE',
    cert: 'OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE',
    key: 'OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY',
  },
  metrics: {
    ca: 'OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE',
    cert: 'OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE',
    key: 'OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY',
  },
  logs: {
    ca: 'OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE',
    cert: 'OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE',
    key: 'OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY',
  },
} as const;

const GENERAL = {
  ca: 'OTEL_EXPORTER_OTLP_CERTIFICATE',
  cert: 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE',
  key: 'OTEL_EXPORTER_OTLP_CLIENT_KEY',
} as const;

/**
 * The TLS settings of one signal, or undefined where nothing is set: then the runtime's own hold.
 * @throws TypeError for a wrong option, naming it and what is allowed
 */
export function resolveTls(signal: OtlpSignal, given: OTLPTlsOptions): TlsSettings | undefined {
  const fromCode: TlsSources = sourcesOfCode(given);
  const { passphrase, servername, rejectUnauthorized } = given;
  const code = loadTls({ ...fromCode, passphrase });
  if (code.problems.length > 0) throw new TypeError(`OTLP exporter ${code.problems.join('; ')}`);
  // A pair belongs together: with one half in code, the variables of the other would be somebody else's.
  const hasPair = fromCode.cert !== undefined || fromCode.key !== undefined;
  const environment = loadTls({
    ca: fromCode.ca === undefined ? sourceOfVariable(signal, 'ca') : undefined,
    cert: hasPair ? undefined : sourceOfVariable(signal, 'cert'),
    key: hasPair ? undefined : sourceOfVariable(signal, 'key'),
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
  return isEmpty
    ? undefined
    : { ...settings, ...defined(named), ...(settings.key && defined({ passphrase })) };
}

/** @throws TypeError for what is no object of these options. */
export function checkedTls(given: unknown): OTLPTlsOptions {
  if (given === undefined) return {};
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

function sourceOfVariable(signal: OtlpSignal, part: (typeof PARTS)[number]): TlsSource | undefined {
  for (const name of [VARIABLES[signal][part], GENERAL[part]] as const) {
    const file = readEnvIfSet(name);
    if (file !== undefined) return { name, file };
  }
  return undefined;
}

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
