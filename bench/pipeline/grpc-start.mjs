/**
 * What an SDK adds until its first span is delivered by gRPC: CPU of the process, over a program that makes one unary call
 * by node:http2 alone (contenders/bare-grpc.mjs), which nobody who speaks gRPC on Node can go below. What it costs over a
 * Node that does nothing stands in the note.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startReceiver } from '../harness/start-receiver.mjs';
import { median, minimum } from '../harness/statistics.mjs';

export const title = 'start and deliver a first span by gRPC: ms of CPU over a bare call';
export const target = { ratioAtLeast: 4 };
export const contenders = ['sonde', 'official-3-esm'];
export const rounds = 3;

function launch(program, url) {
  const file = fileURLToPath(new URL(`../contenders/${program}`, import.meta.url));
  const output = execFileSync(process.execPath, [file, url], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output);
}

/** Median and minimum of `field` over the bare call, and the median over a Node that does nothing. */
export async function costOfFirstSpan(contender, field, quick) {
  const receiver = await startReceiver({ protocol: 'grpc' });
  const nothing = [];
  const call = [];
  const started = [];
  for (let round = 0; round < (quick ? 4 : 10); round++) {
    nothing.push(launch('bare.mjs', receiver.url)[field]);
    call.push(launch('bare-grpc.mjs', receiver.url)[field]);
    started.push(launch(contender.grpcStartProgram, receiver.url)[field]);
  }
  receiver.close();
  return {
    value: median(started) - median(call),
    minimum: minimum(started) - minimum(call),
    overNothing: median(started) - median(nothing),
  };
}

export async function run(contender, { quick = false } = {}) {
  const { overNothing, ...cost } = await costOfFirstSpan(contender, 'cpuMillis', quick);
  return { ...cost, unit: 'ms', note: `${overNothing.toFixed(1)} ms over a Node that does nothing` };
}
