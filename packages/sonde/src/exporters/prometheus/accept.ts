/**
 * Which exposition format a scraper gets, by its Accept header (prometheus.io, "Scrape protocol content negotiation";
 * RFC 9110, 12.5.1). The header is outside input: whatever it is, there is an answer, and it is text 0.0.4 in doubt.
 */
import type { EscapingScheme } from './names.ts';

/** One of the forms in which metrics are exposed. */
export interface ExpositionFormat {
  readonly kind: 'text' | 'openmetrics' | 'protobuf';
  readonly version: '0.0.4' | '1.0.0' | '0.0.1' | '';
  readonly escaping: EscapingScheme;
  /** The Content-Type header. */
  readonly contentType: string;
}

/** What a client gets that says nothing, or nothing that can be had. */
export const DEFAULT_FORMAT: ExpositionFormat = formatOf('text', '0.0.4', 'underscores');

/** Characters of the header that are looked at: Prometheus sends some 400. */
const MAX_LENGTH = 4_096;
const PROTOBUF = 'io.prometheus.client.metricfamily';
const SCHEMES: readonly EscapingScheme[] = ['allow-utf-8', 'underscores', 'dots', 'values'];

interface Choice {
  readonly format: ExpositionFormat;
  readonly quality: number;
}

/** The format of highest quality; of several the one that stands first. */
export function negotiate(accept: unknown): ExpositionFormat {
  if (typeof accept !== 'string') return DEFAULT_FORMAT;
  let best: Choice | undefined;
  for (const range of accept.slice(0, MAX_LENGTH).split(',')) {
    const choice = choiceOf(range);
    if (choice !== undefined && choice.quality > (best?.quality ?? 0)) best = choice;
  }
  return best?.format ?? DEFAULT_FORMAT;
}

function choiceOf(range: string): Choice | undefined {
  const [type = '', ...rest] = range.split(';').map((part) => part.trim());
  const parameters = new Map(rest.map(parameter));
  const quality = qualityOf(parameters.get('q'));
  if (quality <= 0) return undefined;
  const format = formatFor(type.toLowerCase(), parameters);
  return format === undefined ? undefined : { format, quality };
}

function parameter(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 0) return [text.toLowerCase(), ''];
  const value = text.slice(equals + 1).trim();
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return [text.slice(0, equals).trim().toLowerCase(), (isQuoted ? value.slice(1, -1) : value).toLowerCase()];
}

/** Absent means 1; what is no quality counts as 0, so that it is never taken. */
function qualityOf(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text)) return 0;
  return Number(text);
}

function formatFor(type: string, parameters: ReadonlyMap<string, string>): ExpositionFormat | undefined {
  const version = parameters.get('version');
  const escaping = SCHEMES.find((scheme) => scheme === parameters.get('escaping')) ?? 'underscores';
  switch (type) {
    case 'application/vnd.google.protobuf':
      if (parameters.get('proto') !== PROTOBUF || parameters.get('encoding') !== 'delimited')
        return undefined;
      return formatOf('protobuf', '', escaping);
    case 'application/openmetrics-text':
      if (version === undefined || version === '1.0.0') return formatOf('openmetrics', '1.0.0', escaping);
      return version === '0.0.1' ? formatOf('openmetrics', '0.0.1', 'underscores') : undefined;
    case 'text/plain':
      if (version === '1.0.0') return formatOf('text', '1.0.0', escaping);
      return version === undefined || version === '0.0.4' ? DEFAULT_FORMAT : undefined;
    case 'text/*':
    case '*/*':
      return DEFAULT_FORMAT;
    default:
      return undefined;
  }
}

/** A scheme is named where the version knows schemes: text and OpenMetrics from 1.0.0 on, protobuf when not the usual. */
function formatOf(
  kind: ExpositionFormat['kind'],
  version: ExpositionFormat['version'],
  escaping: EscapingScheme,
): ExpositionFormat {
  return { kind, version, escaping, contentType: contentTypeOf(kind, version, escaping) };
}

function contentTypeOf(
  kind: ExpositionFormat['kind'],
  version: ExpositionFormat['version'],
  escaping: EscapingScheme,
): string {
  if (kind === 'protobuf') {
    const type =
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    return `${type}; escaping=${escaping}`;
  }
  const type = kind === 'text' ? 'text/plain' : 'application/openmetrics-text';
  const scheme = version === '1.0.0' ? `; escaping=${escaping}` : '';
  return `${type}; version=${version}; charset=utf-8${scheme}`;
}

/** Whether the client takes gzip, by its Accept-Encoding header. */
export function acceptsGzip(header: unknown): boolean {
  if (typeof header !== 'string') return false;
  let gzip: number | undefined;
  let any: number | undefined;
  for (const part of header.slice(0, MAX_LENGTH).split(',')) {
    const [coding = '', ...rest] = part.split(';').map((piece) => piece.trim());
    const quality = qualityOf(new Map(rest.map(parameter)).get('q'));
    if (/^(?:x-)?gzip$/i.test(coding)) gzip = Math.max(gzip ?? 0, quality);
    else if (coding === '*') any = quality;
  }
  return (gzip ?? any ?? 0) > 0;
}
