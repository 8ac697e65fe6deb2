/**
 * What the layers of a server tell each other about the request in hand: a router writes the route it found, the HTTP
 * instrumentation reads it when the request ends. Shares its key with the official packages.
 */
import type { Span } from '../trace/span.ts';
import type { Context } from './context.ts';
import { ownContext, readForeign, removeValue, writeValue } from './context-access.ts';
import { RPC_METADATA_KEY } from './context-key.ts';

/** The kind of request. */
export const RPCType = { HTTP: 'http' } as const;
export type RPCType = 'http';

/** The request in hand. Mutable on purpose: who finds the route writes it here. */
export interface RPCMetadata {
  type: RPCType;
  /** The matched route, e.g. `/users/:id`. */
  route?: string;
  /** The server span of the request. */
  span: Span;
}

/** The request in hand, if the Context belongs to one. */
export function getRPCMetadata(context: Context): RPCMetadata | undefined {
  const own = ownContext(context);
  const value = own !== undefined ? own.rpcMetadata : readForeign(context, RPC_METADATA_KEY);
  return value as RPCMetadata | undefined;
}

/** A Context that belongs to the request. */
export function setRPCMetadata(context: Context, metadata: RPCMetadata): Context {
  return writeValue(context, RPC_METADATA_KEY, metadata);
}

/** A Context that belongs to no request. */
export function deleteRPCMetadata(context: Context): Context {
  return removeValue(context, RPC_METADATA_KEY);
}
