/** How log records are encoded, by encoding. */
import type { ReadableLogRecord } from '../../sdk/logs/readable-log-record.ts';
import type { SignalCodecs } from '../signal-codec.ts';
import { logsProtobuf } from './encode.ts';
import { logsJson } from './encode-json.ts';

export const codecs: SignalCodecs<ReadableLogRecord> = { protobuf: logsProtobuf, json: logsJson };
