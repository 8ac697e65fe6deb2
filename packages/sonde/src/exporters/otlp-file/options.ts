/** The options of the exporters to a file or stream, and the way there that they open. */
import { hostFiles } from '#platform';
import type { MeterProvider } from '../../api/metrics/meter.ts';
import type { OtlpWay } from '../../otlp/exporter.ts';
import { fileTallyOf } from '../../otlp/self-description.ts';
import type { SignalCodec } from '../../otlp/signal-codec.ts';
import { openWay, type SinkOptions } from '../../otlp/sink.ts';
import type { ImmediateTransport } from '../../otlp/transport/send.ts';
import { OptionChecks } from '../../sdk/common/option-checks.ts';
import { openFileTransport } from './output-file.ts';
import { type OTLPOutputStream, openStreamTransport } from './output-stream.ts';
import type { RotationLimits } from './rotating-file.ts';

/** When a file is put aside under a name with the time, and how many of those are kept. */
export interface OTLPFileRotation {
  /** Bytes that a file may have; a line beyond them goes into a new one. Default 100 MiB. */
  maxFileBytes?: number | undefined;
  /** Milliseconds after which a file is put aside whatever its size. Default: its age does not matter. */
  maxFileAgeMillis?: number | undefined;
  /** Files kept beside the one that is written; the oldest are removed. Default 10. */
  maxFiles?: number | undefined;
}

/** Options of the exporters to a file or stream. */
export interface OTLPFileExporterOptions {
  /**
   * `stdout`, the path of a file or its `file:` URL (made when needed, with its folders; the usual extension is `.jsonl`), or
   * a stream. A file or stream takes one signal. Default `stdout`.
   */
  outputStream?: string | { readonly href: string } | OTLPOutputStream | undefined;
  /** Files alone: when they are put aside. Default: at 100 MiB, 10 kept. False: one file that grows for ever. */
  rotation?: OTLPFileRotation | false | undefined;
  /** Bytes of one line; a larger batch is split. Default 64 MiB. */
  maxLineBytes?: number | undefined;
  /** Bytes that all exporters of the process together may hold before this one drops new batches. Default 64 MiB. */
  maxBufferBytes?: number | undefined;
  /** How long, in milliseconds, lines are kept while the disk does not take them. Default 300,000. */
  maxRetryAgeMillis?: number | undefined;
  /** Milliseconds for one write, and for the answer to a caller of `export`; 0 is no limit. Default 10,000. */
  timeoutMillis?: number | undefined;
  /** Whether shutdown waits for what is not written yet, for up to timeoutMillis. Default true. */
  waitOnShutdown?: boolean | undefined;
  /** Where the exporter's own metrics go. Default: the global meter provider. */
  meterProvider?: MeterProvider | undefined;
}

export const OWNER = 'OTLP file exporter';

const MEBIBYTE = 1_048_576;
const MAX_INT32 = 2 ** 31 - 1;

const ALLOWED =
  '"stdout", the path of a file, a file: URL, or an object with write(), such as process.stderr';

/** @throws TypeError for a wrong option, naming it, what was given and what is allowed */
export function openFileSink<T>(codec: SignalCodec<T>, given: OTLPFileExporterOptions): OtlpWay<T> {
  const checks = new OptionChecks(OWNER, given);
  const transport = openOutput(checks, given);
  const delivery: SinkOptions = {
    // Lines keep their order, and a line is one write.
    concurrencyLimit: 1,
    maxRequestBytes: checks.whole('maxLineBytes', 1, MAX_INT32) ?? 64 * MEBIBYTE,
    limitName: 'maxLineBytes',
    maxBufferBytes: checks.whole('maxBufferBytes', 0, Number.MAX_SAFE_INTEGER) ?? 64 * MEBIBYTE,
    maxRetryAgeMillis: checks.whole('maxRetryAgeMillis', 0, MAX_INT32) ?? 300_000,
    timeoutMillis: checks.whole('timeoutMillis', 0, MAX_INT32) ?? 10_000,
    waitOnShutdown: checks.flag('waitOnShutdown') ?? true,
    retry: 'persistent',
    tally: fileTallyOf(codec.signal, given.meterProvider),
  };
  checks.finish(
    'outputStream',
    'rotation',
    'meterProvider',
    'temporalityPreference',
    'aggregationPreference',
  );
  return openWay(codec, transport, delivery);
}

function openOutput(
  checks: OptionChecks<OTLPFileExporterOptions>,
  given: OTLPFileExporterOptions,
): ImmediateTransport {
  const output: unknown = given.outputStream ?? 'stdout';
  const rotation = rotationOf(checks, given.rotation);
  if (output === 'stdout') return openStreamTransport(undefined);
  if (typeof output === 'string' || isUrl(output)) {
    const files = hostFiles();
    if (files === undefined) throw new TypeError(`${OWNER} option outputStream: this runtime has no files`);
    const text = typeof output === 'string' ? output : output.href;
    return openFileTransport({ path: pathOf(checks, text, files.fromUrl), files, rotation });
  }
  if (typeof (output as OTLPOutputStream | null)?.write === 'function') {
    return openStreamTransport(output as OTLPOutputStream);
  }
  throw checks.wrong('outputStream', output, ALLOWED);
}

function isUrl(value: unknown): value is { readonly href: string } {
  return typeof (value as { href?: unknown } | null)?.href === 'string';
}

/** A scheme has two letters at least: `C:\telemetry\spans.jsonl` has a drive. */
function pathOf(
  checks: OptionChecks<OTLPFileExporterOptions>,
  text: string,
  fromUrl: (url: string) => string,
): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1];
  if (text === '' || text.includes('\0')) throw checks.wrong('outputStream', text, ALLOWED);
  if (scheme === undefined) return text;
  if (scheme.toLowerCase() !== 'file') throw checks.wrong('outputStream', text, ALLOWED);
  try {
    return fromUrl(text);
  } catch {
    throw checks.wrong('outputStream', text, ALLOWED);
  }
}

function rotationOf(
  checks: OptionChecks<OTLPFileExporterOptions>,
  given: unknown,
): RotationLimits | undefined {
  if (given === false) return undefined;
  if (given !== undefined && (typeof given !== 'object' || given === null)) {
    throw checks.wrong(
      'rotation',
      given,
      'false, or an object with maxFileBytes, maxFileAgeMillis, maxFiles',
    );
  }
  const limits = new OptionChecks<OTLPFileRotation>(OWNER, given ?? {}, 'rotation.');
  const rotation = {
    maxFileBytes: limits.whole('maxFileBytes', 1, Number.MAX_SAFE_INTEGER) ?? 100 * MEBIBYTE,
    maxFileAgeMillis:
      limits.whole('maxFileAgeMillis', 1, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY,
    maxFiles: limits.whole('maxFiles', 0, 1_000_000) ?? 10,
  };
  limits.finish();
  return rotation;
}
