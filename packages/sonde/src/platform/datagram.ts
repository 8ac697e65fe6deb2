/** Datagrams to one destination, as a platform with UDP offers them. */
export interface DatagramClient {
  /** Resolves once the system has taken the datagram, which is all that UDP tells; rejects when it has not. */
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

export interface DatagramOptions {
  readonly host: string;
  readonly port: number;
  /** Told when the destination refused a datagram sent before: nobody listens there. */
  readonly onRefused: (error: Error) => void;
}
