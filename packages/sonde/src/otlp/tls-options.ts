/**
 * What can be said about TLS of an OTLP exporter (protocol/exporter.md, "Certificate file", "Client key file", "Client
 * certificate file"), and whether anything is said: only then what reads it is loaded (tls-settings.ts).
 */
import type { TlsSettings, TlsSource, TlsSources } from '../platform/connection.ts';
import { report } from '../sdk/common/diagnostics.ts';
import { readEnvIfSet } from '../sdk/common/environment.ts';
import { loadTlsReader } from './deferred-tls-settings.ts';
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

/** What came of the options and the variables. */
export interface ResolvedTls {
  /** Undefined where nothing is set: then the runtime's own hold. */
  readonly settings?: TlsSettings | undefined;
  /** The option of that name. */
  readonly insecure?: boolean | undefined;
}

const PARTS = ['ca', 'cert', 'key'] as const;
type TlsPart = (typeof PARTS)[number];

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

/** What the variables name, of each part the signal's own before the general one. */
function sourcesOfVariables(signal: OtlpSignal): TlsSources {
  const sources: { [P in TlsPart]?: TlsSource } = {};
  for (const part of PARTS) {
    for (const name of [GENERAL[part], VARIABLES[signal][part]] as const) {
      const file = readEnvIfSet(name);
      if (file !== undefined) sources[part] = { name, file };
    }
  }
  return sources;
}

/** @throws TypeError for a wrong option, naming it and what is allowed */
export function resolveTls(signal: OtlpSignal, given: unknown): ResolvedTls {
  const variables = sourcesOfVariables(signal);
  if (given !== undefined) return loadTlsReader().readTls(given, variables);
  const names = Object.values(variables).map(({ name }) => name);
  return names.length === 0 ? {} : readVariables(variables, names);
}

/** Variables never keep a program from starting, not even where the file of what reads them is gone. */
function readVariables(variables: TlsSources, names: readonly string[]): ResolvedTls {
  try {
    return loadTlsReader().readTls({}, variables);
  } catch (error) {
    const message = `${names.join()} cannot be used: what reads certificates could not be loaded`;
    report('warn', 'env_invalid', message, error);
    return {};
  }
}
