/** Jaeger's Thrift alone, as it goes over HTTP: 512 ended spans with ten attributes and two events. */
import { endedSpans, perSpan } from '../harness/ended-spans.mjs';

export const title = 'encode 512 spans as Jaeger Thrift (binary), 10 attributes, 2 events (per span)';
export const target = { ratioAtLeast: 1 };
export const contenders = ['sonde', 'official-2'];

export async function run(contender, options) {
  const encode = await contender.thriftEncoder();
  return perSpan(endedSpans(contender), encode, options);
}
