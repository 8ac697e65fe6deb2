/**
 * Jaeger's agent by UDP. Nothing answers: a datagram that the system took counts as delivered, and that nobody listens is said
 * when the system tells.
 */
import { type DatagramClient, type ExitAnswer, openDatagramClient } from '#platform';
import { messageOf } from '../../internal/shown.ts';
import type { RequestDescription, SendRequest, SendResult, Transport } from '../../otlp/transport/send.ts';
import { report } from '../../sdk/common/diagnostics.ts';
import { withDeadline } from '../../sdk/pipeline/deadline.ts';

const ACCEPTED: SendResult = { kind: 'accepted', rejected: 0 };

/** @throws TypeError where the runtime has no UDP */
export function openUdpTransport(host: string, port: number): Transport {
  return new UdpTransport(host, port);
}

class UdpTransport implements Transport {
  readonly destination: string;
  readonly #client: DatagramClient;

  constructor(host: string, port: number) {
    this.destination = `udp://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const client = openDatagramClient({ host, port, onRefused: (error) => this.#sayRefused(error) });
    if (client === undefined) {
      throw new TypeError('Jaeger exporter: this runtime has no UDP; see the option endpoint');
    }
    this.#client = client;
  }

  readonly send = async ({ body, byteLength, timeoutMillis }: SendRequest): Promise<SendResult> => {
    try {
      const sent = this.#client.send(joined(body, byteLength));
      await withDeadline(sent, timeoutMillis, `Sending to ${this.destination}`);
      return ACCEPTED;
    } catch (error) {
      const message = messageOf(error);
      if ((error as { code?: unknown }).code !== 'EMSGSIZE') return { kind: 'retryable', message };
      return { kind: 'rejected', message: `${message}; see the option maxPacketSize` };
    }
  };

  describe({ body, byteLength }: SendRequest): RequestDescription {
    return { url: this.destination, headers: {}, body, byteLength };
  }

  readonly readExitAnswer = (_answer: ExitAnswer): SendResult => ACCEPTED;

  close(): void {
    this.#client.close();
  }

  #sayRefused(error: Error): void {
    const text = `Nobody takes datagrams at ${this.destination}: spans that were sent there are lost`;
    report('warn', 'jaeger_udp_refused', text, error);
  }
}

function joined(body: readonly Uint8Array[], byteLength: number): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  let position = 0;
  for (const piece of body) {
    bytes.set(piece, position);
    position += piece.byteLength;
  }
  return bytes;
}
