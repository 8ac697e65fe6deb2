/**
 * What a server knows of one connection, kept on its socket: the peer, asked once because each of Node's getters asks
 * the handle again, and the attributes that all requests of the connection have in common.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AttributeTemplate, type TemplateValue } from '../../api/common/attribute-template.ts';
import { forwardedOf } from './forwarded.ts';
import { hostOf } from './host-header.ts';

const CONNECTION: unique symbol = Symbol('sonde.http.connection');

/** Exchanges that are kept, over or not, before those that are over are let go. */
const MAX_UNSORTED = 16;

/** Methods whose attributes one connection remembers; 600 bytes each. */
const MAX_METHODS = 3;

/** What waits for its turn on a connection, and wants to know when that is gone. */
export interface Waiting {
  readonly isOver: boolean;
  onConnectionClose(): void;
}

export class ServerConnection {
  readonly peerAddress: string | undefined;
  readonly peerPort: number | undefined;
  readonly isEncrypted: boolean;
  scheme = '';
  host: string | undefined = undefined;
  version = '';
  agent: string | undefined = undefined;
  isDirect = false;
  serverName: string | undefined = undefined;
  readonly methods: string[] = [];
  readonly templates: AttributeTemplate[] = [];
  #waiting: Waiting[] | undefined = undefined;

  constructor(socket: Socket) {
    this.peerAddress = socket.remoteAddress;
    this.peerPort = socket.remotePort;
    this.isEncrypted = (socket as TLSSocket).encrypted === true;
  }

  /** Tells `exchange` when the connection closes. One listener per connection, and only where requests are pipelined. */
  watch(socket: Socket, exchange: Waiting): void {
    if (this.#waiting === undefined) {
      this.#waiting = [];
      socket.once('close', () => {
        for (const each of this.#waiting ?? []) each.onConnectionClose();
        this.#waiting = [];
      });
    }
    // Most are over by the time that the next one comes.
    if (this.#waiting.length >= MAX_UNSORTED) this.#waiting = this.#waiting.filter(({ isOver }) => !isOver);
    this.#waiting.push(exchange);
  }

  /** The attributes in common, made anew when the facts differ from those of the request before. */
  templateOf(
    method: string,
    scheme: string,
    host: string | undefined,
    version: string,
    agent: string | undefined,
    isDirect: boolean,
    serverName: string | undefined,
  ): AttributeTemplate {
    const { methods, templates } = this;
    const isSame =
      scheme === this.scheme &&
      host === this.host &&
      version === this.version &&
      agent === this.agent &&
      isDirect === this.isDirect &&
      serverName === this.serverName;
    if (!isSame) {
      methods.length = 0;
      templates.length = 0;
      this.scheme = scheme;
      this.host = host;
      this.version = version;
      this.agent = agent;
      this.isDirect = isDirect;
      this.serverName = serverName;
    }
    for (let index = 0; index < methods.length; index++) {
      if (methods[index] === method) return templates[index]!;
    }
    const template = new AttributeTemplate(this.#entries(method));
    if (methods.length < MAX_METHODS) {
      methods.push(method);
      templates.push(template);
    }
    return template;
  }

  #entries(method: string): TemplateValue[] {
    const entries: TemplateValue[] = ['http.request.method', method, 'url.scheme', this.scheme];
    entries.push('network.protocol.version', this.version);
    const host = hostOf(this.host, this.scheme);
    const address = this.serverName ?? host.address;
    if (address !== undefined) entries.push('server.address', address);
    if (host.port !== undefined) entries.push('server.port', host.port);
    const { peerAddress, peerPort } = this;
    if (peerAddress !== undefined) {
      if (this.isDirect) entries.push('client.address', peerAddress);
      entries.push('network.peer.address', peerAddress);
    }
    if (peerPort !== undefined) entries.push('network.peer.port', peerPort);
    if (this.agent !== undefined) entries.push('user_agent.original', this.agent);
    return entries;
  }
}

/** Whether a request came by https: to us, or to a proxy that says so. Other words of a header are no schemes here. */
export function isSecureOf(request: IncomingMessage): boolean {
  const proto = forwardedOf(request.headers)?.proto;
  if (proto === 'https') return true;
  return proto === 'http' ? false : connectionOf(request.socket).isEncrypted;
}

/**
 * The connection of a request. One that is gone already has no peer, and is not asked again. A request that an adapter has put
 * together (of a serverless platform, of a test) may have none.
 */
export function connectionOf(
  socket: (Socket & { [CONNECTION]?: ServerConnection }) | null | undefined,
): ServerConnection {
  if (socket === null || socket === undefined) return new ServerConnection({} as Socket);
  const known = socket[CONNECTION];
  if (known !== undefined) return known;
  const connection = new ServerConnection(socket);
  socket[CONNECTION] = connection;
  return connection;
}
