/**
 * What the clients of a platform are told about a connection beside its address: TLS settings and a proxy. Plain data,
 * so that all of it can be handed to the thread that sends what is left when the process ends.
 */

/** TLS of one destination. Names are those of node:tls; texts are PEM. */
export interface TlsSettings {
  /** Certificates of authorities, in place of those that the runtime trusts. */
  readonly ca?: string | undefined;
  /** The client's certificate, with those between it and the authority. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
  /** The name that the receiver's certificate has to carry, where it is not the host's. */
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** An HTTP proxy. */
export interface ProxyServer {
  readonly host: string;
  readonly port: number;
  /** Whether the connection to the proxy itself is TLS. */
  readonly secure: boolean;
  /** Value of the Proxy-Authorization header. A secret. */
  readonly authorization: string | undefined;
}

/** Where a PEM text comes from. */
export interface TlsSource {
  /** The variable or option, for messages. */
  readonly name: string;
  /** A path, or the text itself. */
  readonly file?: string | undefined;
  readonly text?: string | undefined;
}

export interface TlsSources {
  readonly ca?: TlsSource | undefined;
  readonly cert?: TlsSource | undefined;
  readonly key?: TlsSource | undefined;
  readonly passphrase?: string | undefined;
}

/** A part that cannot be used is left out of `settings`, and told in `problems`; what can be used but is odd, in `warnings`. */
export interface LoadedTls {
  readonly settings: Pick<TlsSettings, 'ca' | 'cert' | 'key'>;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}
