/** An agent of node:https whose connections go through a proxy by CONNECT. Loaded where there is a proxy. */
import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProxyServer } from './connection.ts';
import { openTunnel } from './node-connection.ts';

/** How long the proxy may take for one connection, beside the bound of the request that waits for it. */
const TUNNEL_MILLIS = 20_000;

type Connect = (options: object, callback?: (error: Error | null, socket?: Duplex) => void) => Duplex;

/** Makes the agent connect through the proxy. TLS, its options and its sessions stay the agent's own business. */
export function tunnelThrough(agent: Agent, proxy: ProxyServer, closing: AbortSignal): void {
  const connectible = agent as unknown as {
    createConnection: (...args: Parameters<Connect>) => Duplex | undefined;
  };
  const connectTls = connectible.createConnection as Connect;
  connectible.createConnection = (options, callback) => {
    const { host, port } = options as { host: string; port: number | string };
    const signal = AbortSignal.any([AbortSignal.timeout(TUNNEL_MILLIS), closing]);
    openTunnel(proxy, host, Number(port), signal)
      .then((socket) => connectTls.call(agent, { ...options, socket }))
      .then(
        (socket) => callback?.(null, socket),
        (error) => callback?.(error),
      );
    return undefined;
  };
}
