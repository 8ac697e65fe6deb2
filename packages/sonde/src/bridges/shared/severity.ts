/**
 * The levels of logging libraries as severities. The names are those of npm, syslog and the logger families of Java; where
 * the official instrumentations map one, they map it to the same number.
 */
import { SeverityNumber } from '../../api/logs/severity-number.ts';

const BY_NAME: ReadonlyMap<string, SeverityNumber> = /* @__PURE__ */ new Map<string, SeverityNumber>([
  ['silly', SeverityNumber.TRACE],
  ['trace', SeverityNumber.TRACE],
  ['all', SeverityNumber.TRACE],
  ['input', SeverityNumber.TRACE2],
  ['prompt', SeverityNumber.TRACE4],
  ['debug', SeverityNumber.DEBUG],
  ['verbose', SeverityNumber.DEBUG2],
  ['http', SeverityNumber.DEBUG3],
  ['log', SeverityNumber.INFO],
  ['info', SeverityNumber.INFO],
  ['data', SeverityNumber.INFO2],
  ['notice', SeverityNumber.INFO2],
  ['help', SeverityNumber.INFO3],
  ['success', SeverityNumber.INFO2],
  ['warn', SeverityNumber.WARN],
  ['warning', SeverityNumber.WARN],
  ['error', SeverityNumber.ERROR],
  ['err', SeverityNumber.ERROR],
  ['fatal', SeverityNumber.FATAL],
  ['crit', SeverityNumber.FATAL],
  ['critical', SeverityNumber.FATAL],
  ['alert', SeverityNumber.FATAL2],
  ['emerg', SeverityNumber.FATAL3],
  ['mark', SeverityNumber.FATAL4],
]);

/** The severity of a level by its name, whatever its case; 0, unspecified, for a name that nobody else uses. */
export function severityOfName(name: unknown): SeverityNumber {
  if (typeof name !== 'string') return SeverityNumber.UNSPECIFIED;
  return BY_NAME.get(name) ?? BY_NAME.get(name.toLowerCase()) ?? SeverityNumber.UNSPECIFIED;
}

/**
 * The severity of a level of pino and bunyan: 10 is trace, 20 debug, … 60 fatal. Numbers between two levels are spread over
 * the four steps of the lower one; below 10 is the lowest severity, above 70 the highest.
 */
export function severityOfNumber(level: number): SeverityNumber {
  if (!(level > 10)) return level >= 0 ? SeverityNumber.TRACE : SeverityNumber.UNSPECIFIED;
  if (level >= 70) return SeverityNumber.FATAL4;
  const tens = Math.floor(level / 10);
  const step = Math.min(3, Math.floor(((level - tens * 10) * 4) / 10));
  return ((tens - 1) * 4 + 1 + step) as SeverityNumber;
}
