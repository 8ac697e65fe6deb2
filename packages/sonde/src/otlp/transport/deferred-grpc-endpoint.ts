/** What reads where to send by gRPC, loaded where that is the protocol (see deferInNode in scripts/join.mjs). */
import * as part from './grpc-endpoint.ts';

export const loadGrpcEndpoint = (): typeof part => part;
