/** The gRPC client as the rest of the source sees it: what it consists of is loaded at the first call. */
import type { GrpcAnswer, GrpcClient, GrpcClientOptions, GrpcRequest } from './grpc-client.ts';
import { failure, type HttpFailure } from './http-client.ts';

export const hasGrpc: boolean = true;

export function openGrpcClient(options: GrpcClientOptions): GrpcClient {
  return new LazyGrpcClient(options);
}

class LazyGrpcClient implements GrpcClient {
  readonly #options: GrpcClientOptions;
  #client: GrpcClient | undefined = undefined;
  #closed = false;

  constructor(options: GrpcClientOptions) {
    this.#options = options;
  }

  async exchange(request: GrpcRequest): Promise<GrpcAnswer | HttpFailure> {
    if (this.#client === undefined) {
      const { Http2GrpcClient } = await import('./node-grpc-session.ts');
      this.#client ??= new Http2GrpcClient(this.#options);
    }
    if (this.#closed) return failure('closed', 'the client is closed');
    return this.#client.exchange(request);
  }

  close(): void {
    this.#closed = true;
    this.#client?.close();
  }
}
