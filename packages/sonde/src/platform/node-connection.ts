/**
 * Connections: with TLS, through a proxy by CONNECT, and as the socket of an HTTP/2 session. Nothing here keeps the process alive.
 */
import type { Socket } from 'node:net';
import type { ConnectionOptions as TlsConnectionOptions } from 'node:tls';
import { messageOf } from '../internal/shown.ts';
import type { ProxyServer, TlsSettings } from './connection.ts';
import { process } from './node-process.ts';

/** Bytes of a proxy's answer to CONNECT. node:http's own limit for the headers of an answer. */
const MAX_ANSWER_BYTES = 16_384;

export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly socketPath?: string | undefined;
  readonly proxy?: ProxyServer | undefined;
}

/** A connection without TLS to the destination, through its proxy where it has one. Ends when the signal is aborted. */
export async function connectPlain(destination: Destination, signal: AbortSignal): Promise<Socket> {
  const { host, port, socketPath, proxy } = destination;
  if (proxy !== undefined && socketPath === undefined) return openTunnel(proxy, host, port, signal);
  const { connect } = process.getBuiltinModule('node:net');
  const socket = socketPath === undefined ? connect({ host, port }) : connect({ path: socketPath });
  return opened(socket, 'connect', signal);
}

/** TLS over the connection, with HTTP/2 as the one protocol offered. */
export async function connectHttp2(
  destination: Destination,
  tls: TlsSettings,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await connectPlain(destination, signal);
  return secured(socket, destination.host, { ...tls, ALPNProtocols: ['h2'] } as TlsConnectionOptions, signal);
}

/** TLS to the destination. `onSession` is given what a later connection may take up again. */
export async function connectTls(
  { host, port, proxy }: Destination,
  options: TlsConnectionOptions,
  signal: AbortSignal,
  onSession?: (session: Buffer) => void,
): Promise<Socket> {
  const { connect } = process.getBuiltinModule('node:tls');
  const through = proxy === undefined ? { port } : { socket: await openTunnel(proxy, host, port, signal) };
  const socket = connect({ ...options, ...nameFor(host, options), ...through, host });
  if (onSession !== undefined) socket.on('session', onSession);
  return opened(socket, 'secureConnect', signal);
}

/** Asks the proxy for a connection to host and port (RFC 9110, section 9.3.6). */
export async function openTunnel(
  proxy: ProxyServer,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const { connect } = process.getBuiltinModule('node:net');
  const plain = connect({ host: proxy.host, port: proxy.port });
  const where = `the proxy ${proxy.host}:${proxy.port}`;
  try {
    let socket = await opened(plain, 'connect', signal);
    if (proxy.secure) socket = await secured(socket, proxy.host, {}, signal);
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const authorization =
      proxy.authorization === undefined ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`;
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
    const problem = problemOf(await readAnswer(socket, signal));
    if (problem === undefined) {
      // Whoever puts TLS over it listens to that, and not to what lies below.
      plain.on('error', () => undefined);
      return socket;
    }
    socket.destroy();
    throw new Error(problem);
  } catch (error) {
    plain.destroy();
    throw new Error(`${where}: ${messageOf(error)}`, { cause: error });
  }
}

function problemOf(answer: string): string | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(answer)?.[1];
  if (status === undefined) return 'its answer to CONNECT is not HTTP/1.1';
  if (status.startsWith('2')) return undefined;
  return `it answered CONNECT with ${status}${status === '407' ? ': it wants other credentials' : ''}`;
}

/** The proxy's status line and headers; what follows them belongs to the tunnel and is put back. */
function readAnswer(socket: Socket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let head: Buffer = Buffer.alloc(0);
    const settle = (error: Error | undefined, text = ''): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      if (error === undefined) resolve(text);
      else reject(error);
    };
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end >= 0) {
        socket.pause();
        settle(undefined, head.toString('latin1', 0, end));
        if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
      } else if (head.length > MAX_ANSWER_BYTES) {
        settle(new Error(`its answer to CONNECT has more than ${MAX_ANSWER_BYTES} bytes`));
      }
    };
    const onError = (error: Error): void => settle(error);
    const onClose = (): void => settle(new Error('it closed the connection without an answer to CONNECT'));
    const onAbort = (): void => settle(abortError(signal));
    socket.on('data', onData).on('error', onError).on('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** TLS over an open connection. Certificates are held against `servername` or the host. */
async function secured(
  socket: Socket,
  host: string,
  options: TlsConnectionOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const { connect } = process.getBuiltinModule('node:tls');
  return opened(connect({ ...options, ...nameFor(host, options), host, socket }), 'secureConnect', signal);
}

/** An address is no name: it may not be sent as one (RFC 6066), and is checked against the certificate all the same. */
function nameFor(host: string, { servername }: TlsConnectionOptions): { readonly servername?: string } {
  const name = servername ?? (process.getBuiltinModule('node:net').isIP(host) === 0 ? host : undefined);
  return name === undefined ? {} : { servername: name };
}

function opened<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<S> {
  socket.unref();
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined): void => {
      socket.off(event, onOpen).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      if (error === undefined) {
        socket.off('error', onError);
        resolve(socket);
        return;
      }
      // Its listener stays: an error that comes later is nobody's.
      socket.destroy();
      reject(error);
    };
    const onOpen = (): void => settle(undefined);
    const onError = (error: Error): void => settle(error);
    const onClose = (): void => settle(new Error('the connection was closed while it was opened'));
    const onAbort = (): void => settle(abortError(signal));
    socket.on(event, onOpen).on('error', onError).on('close', onClose);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('the connection was given up');
}
