/**
 * What a server knows of one connection, kept on its socket: the peer, asked once because each of Node's getters asks
 * the handle again, and the attributes that all requests of the connection have in common.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AttributeTemplate, type TemplateValue } from '../../api/common/attribute-template.ts';
import { hostOf } from './host-header.ts';

const CONNECTION: unique symbol = Symbol('sonde.http.connection');

/** Methods whose attributes one connection remembers; 600 bytes each. */
const MAX_METHODS = 3;

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

  constructor(socket: Socket) {
    this.peerAddress = socket.remoteAddress;
    this.peerPort = socket.remotePort;
    this.isEncrypted = (socket as TLSSocket).encrypted === true;
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

/** The connection of a request. One that is gone already has no peer, and is not asked again. */
export function connectionOf(socket: Socket & { [CONNECTION]?: ServerConnection }): ServerConnection {
  const known = socket[CONNECTION];
  if (known !== undefined) return known;
  const connection = new ServerConnection(socket);
  socket[CONNECTION] = connection;
  return connection;
}
