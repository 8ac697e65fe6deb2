/** How collections are encoded, by encoding. */
import type { SignalCodecs } from '../signal-codec.ts';
import { metricsProtobuf } from './encode.ts';
import { metricsJson } from './encode-json.ts';
import type { PointRun } from './point-run.ts';

export const codecs: SignalCodecs<PointRun> = { protobuf: metricsProtobuf, json: metricsJson };
