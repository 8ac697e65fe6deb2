/** What is left to send when the process ends, as data: the shapes that the platform's last sender takes and answers. */

/** A POST as structured-cloneable data. */
export interface ExitRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  readonly byteLength: number;
  /** Options of the HTTP agent as given, TLS settings among them. What is a function in them is left behind. */
  readonly agentOptions?: Readonly<Record<string, unknown>> | undefined;
}

/** How one of them went: an HTTP status with the beginning of the answer's body, or why there is none. */
export interface ExitAnswer {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Set when there was no answer. */
  readonly failure?: 'timeout' | 'connection' | 'unavailable' | undefined;
  readonly message?: string | undefined;
}
