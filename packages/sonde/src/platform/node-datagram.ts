/**
 * UDP by node:dgram, fetched at the first datagram. The socket is connected: the name is looked up once for many datagrams, and
 * the system tells when nobody listens at the other end.
 */
import type { DatagramClient, DatagramOptions } from './datagram.ts';

type Socket = import('node:dgram').Socket;

/** How long an address is used before the name is looked up again, in milliseconds. */
const ADDRESS_MILLIS = 60_000;

/** Nothing is opened before the first datagram. */
export function openDatagramClient(options: DatagramOptions): DatagramClient | undefined {
  return new NodeDatagramClient(options);
}

class NodeDatagramClient implements DatagramClient {
  readonly #options: DatagramOptions;
  #socket: Promise<Socket> | undefined;
  #openedAt = 0;
  #isClosed = false;

  constructor(options: DatagramOptions) {
    this.#options = options;
  }

  async send(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed) throw new Error('the exporter was closed');
    const socket = await this.#connected();
    try {
      await new Promise<void>((resolve, reject) => {
        socket.send(bytes, (error) => (error === null ? resolve() : reject(error)));
      });
    } catch (error) {
      // A datagram that is too long says nothing about the socket.
      if ((error as { code?: unknown }).code !== 'EMSGSIZE') this.#forget(socket);
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#letGo();
  }

  #connected(): Promise<Socket> {
    if (this.#socket !== undefined && performance.now() - this.#openedAt > ADDRESS_MILLIS) this.#letGo();
    if (this.#socket === undefined) {
      this.#openedAt = performance.now();
      const opening = this.#open();
      this.#socket = opening;
      opening.catch(() => {
        if (this.#socket === opening) this.#socket = undefined;
      });
    }
    return this.#socket;
  }

  async #open(): Promise<Socket> {
    const { host, port, onRefused } = this.#options;
    const { lookup } = process.getBuiltinModule('node:dns').promises;
    const { address, family } = await lookup(host);
    const socket = process.getBuiltinModule('node:dgram').createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.unref();
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      // Node calls back with the error of a connection that the system refuses; its types do not know that.
      const onConnect = (error?: Error): void => {
        socket.removeListener('error', reject);
        if (error === undefined) resolve();
        else reject(error);
      };
      socket.connect(port, address, onConnect as () => void);
    }).catch((error) => {
      closeSocket(socket);
      throw error;
    });
    socket.on('error', (error) => {
      onRefused(error);
      this.#forget(socket);
    });
    if (this.#isClosed) socket.close();
    return socket;
  }

  #forget(socket: Socket): void {
    const current = this.#socket;
    void current?.then((other) => {
      if (other === socket && this.#socket === current) this.#letGo();
    });
  }

  #letGo(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    // Datagrams already handed over are with the system.
    void socket?.then(closeSocket, () => undefined);
  }
}

function closeSocket(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
}
