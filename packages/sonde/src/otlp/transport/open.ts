/** The transport that resolved options ask for. */
import type { ResolvedOptions } from '../options.ts';
import type { OtlpSignal } from '../signal-codec.ts';
import { openGrpcTransport } from './grpc.ts';
import { openHttpTransport } from './http.ts';
import type { Transport } from './send.ts';

export function openTransport(signal: OtlpSignal, options: ResolvedOptions): Transport {
  const { grpc, http, agentFactory, concurrencyLimit } = options;
  if (grpc !== undefined) return openGrpcTransport({ ...options, signal, endpoint: grpc });
  return openHttpTransport({
    ...options,
    endpoint: http!,
    proxy: agentFactory === undefined ? options.proxy : undefined,
    maxConnections: concurrencyLimit,
  });
}
