/** As grpc-start.mjs, in resident memory. */
import { costOfFirstSpan } from './grpc-start.mjs';

export const title = 'start and deliver a first span by gRPC: MB resident over a bare call';
export const target = { ratioAtLeast: 4 };
export const contenders = ['sonde', 'official-3-esm'];
export const rounds = 3;

export async function run(contender, { quick = false } = {}) {
  const { overNothing, ...cost } = await costOfFirstSpan(contender, 'megabytes', quick);
  return { ...cost, unit: 'MB', note: `${overNothing.toFixed(1)} MB over a Node that does nothing` };
}
