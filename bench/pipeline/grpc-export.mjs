/** Span life as in micro/span-life, sent by gRPC to a receiver in another process: CPU time of the whole process per span. */
import { startReceiver } from '../harness/start-receiver.mjs';
import { runToReceiver } from './receiver-cpu.mjs';

export const title = 'span life by gRPC to a receiver in another process, CPU of the whole process per span';
export const target = { ratioAtLeast: 4 };
export const contenders = ['sonde', 'official-3-esm'];

export async function run(contender, { quick = false } = {}) {
  const receiver = await startReceiver({ protocol: 'grpc' });
  return runToReceiver(contender, receiver, await contender.grpcExporterTo(receiver.url), quick);
}
