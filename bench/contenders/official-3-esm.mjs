/** Official SDK 3.1.1, ESM build. */

import { officialContender } from './official.mjs';
import * as modules from './official-3/modules.mjs';

export const contender = {
  ...officialContender(modules),
  startProgram: 'official-3/start.mjs',
  grpcStartProgram: 'official-3/grpc-start.mjs',
  async grpcExporterTo(url) {
    const { OTLPTraceExporter } = await import('./official-3/grpc.mjs');
    return new OTLPTraceExporter({ url });
  },
};
