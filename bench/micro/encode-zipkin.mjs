/** Zipkin's JSON alone: 512 ended spans with ten attributes and two events. The 3.x line writes it as the 2.x line does. */
import { endedSpans, perSpan } from '../harness/ended-spans.mjs';

export const title = 'encode 512 spans as Zipkin v2 JSON, 10 attributes, 2 events (per span)';
export const target = { ratioAtLeast: 1 };
export const contenders = ['sonde', 'official-2'];

export async function run(contender, options) {
  const encode = await contender.zipkinEncoder();
  return perSpan(endedSpans(contender), encode, options);
}
