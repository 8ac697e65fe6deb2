/** How spans are encoded, by encoding. */
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import type { SignalCodecs } from '../signal-codec.ts';
import { tracesProtobuf } from './encode.ts';
import { tracesJson } from './encode-json.ts';

export const codecs: SignalCodecs<ReadableSpan> = { protobuf: tracesProtobuf, json: tracesJson };
