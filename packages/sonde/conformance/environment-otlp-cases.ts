/** The variables of OTLP that its exporters of all signals have, under the general name and under that of each signal. */
import type { Heard, Variables } from './environment-bed.ts';
import {
  alone,
  type Case,
  endpointCase,
  RECORDS,
  type Signal,
  sentBy,
  timeoutCase,
} from './environment-cases.ts';

/** A header of the request that a record of the signal becomes. */
const header =
  (name: string, signal: Signal) =>
  async (variables: Variables): Promise<Heard & { header: unknown }> => {
    const { requests, said } = await sentBy(RECORDS[signal], variables);
    return { said, header: requests[0]?.headers[name] };
  };

/** What can be set in general and for a signal; `scope` is '' or the signal's name and an underscore. */
function sharedCases(scope: string, signal: Signal): Case[] {
  const name = (setting: string) => `OTEL_EXPORTER_OTLP_${scope}${setting}`;
  const beside = alone(signal);
  return [
    {
      id: 'ENV-55',
      name: name('HEADERS'),
      see: header('x-key', signal),
      usual: { header: undefined },
      valid: 'x-key=a%20b',
      changed: { header: 'a b' },
      invalid: 'x-key',
      beside,
    },
    {
      id: 'ENV-56 ENV-06',
      name: name('COMPRESSION'),
      see: header('content-encoding', signal),
      usual: { header: undefined },
      valid: 'GZIP',
      changed: { header: 'gzip' },
      invalid: 'brotli',
      beside,
    },
    timeoutCase(name('TIMEOUT'), signal, {
      id: 'ENV-57 ENV-05',
      // Enough for the first connection: what a reader exports is given up with its attempt, and not sent again.
      ...(signal === 'METRICS' ? { valid: '1000' } : {}),
      beside,
    }),
  ];
}

/** What a signal alone can be tried with: the general endpoint and protocol are those of the bed. */
function ownCases(signal: Signal): Case[] {
  const name = (setting: string) => `OTEL_EXPORTER_OTLP_${signal}_${setting}`;
  const beside = alone(signal);
  return [
    ...sharedCases(`${signal}_`, signal),
    {
      name: name('PROTOCOL'),
      see: header('content-type', signal),
      usual: { header: 'application/json' },
      valid: 'HTTP/protobuf',
      changed: { header: 'application/x-protobuf' },
      invalid: 'http/xml',
      beside,
    },
    endpointCase(name('ENDPOINT'), signal, `/v1/${signal.toLowerCase()}`, { id: 'ENV-51', beside }),
  ];
}

/** Tried in environment.test.ts. */
export const OTLP_CASES: readonly Case[] = [
  ...sharedCases('', 'TRACES'),
  ...ownCases('TRACES'),
  ...ownCases('METRICS'),
  ...ownCases('LOGS'),
];
