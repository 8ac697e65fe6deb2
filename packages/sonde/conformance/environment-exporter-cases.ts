/** The variables of the exporters to other receivers: each names its exporter in OTEL_TRACES_EXPORTER as well. */
import { type Variables, withSdk } from './environment-bed.ts';
import { abandonsWithin, base, type Case, receiver } from './environment-cases.ts';
import { api } from './subject.ts';

const endSpan = (): void => api.trace.getTracer('t').startSpan('sent').end();

/** What reaches the receiver of a span under these variables. */
function sent(variables: Variables) {
  return withSdk({ ...base(), ...variables }, {}, async (running) => {
    receiver.requests.length = 0;
    endSpan();
    await running.flush().catch(() => {});
    const [request] = receiver.requests;
    return { path: request?.path, headers: request?.headers ?? {} };
  });
}

const path = async (variables: Variables) => {
  const { path, said } = await sent(variables);
  return { said, path };
};

/** The timeout of the exporter whose endpoint has this name. */
const timeout = (endpoint: string) => (variables: Variables) =>
  abandonsWithin(
    Object.values(variables).includes('30') ? 1_500 : 80,
    { [endpoint]: `${receiver.url}/spans`, ...variables },
    endSpan,
  );

/** Tried in environment.test.ts. */
export const EXPORTER_CASES: readonly Case[] = [
  {
    id: 'ENV-37',
    name: 'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
    see: path,
    usual: { path: undefined },
    valid: 'given by the test',
    changed: { path: '/here' },
    invalid: 'no url',
    beside: { OTEL_TRACES_EXPORTER: 'zipkin' },
  },
  {
    id: 'ENV-38',
    name: 'OTEL_EXPORTER_ZIPKIN_TIMEOUT',
    see: timeout('OTEL_EXPORTER_ZIPKIN_ENDPOINT'),
    usual: { abandons: false },
    valid: '30',
    changed: { abandons: true },
    invalid: '-30',
    beside: { OTEL_TRACES_EXPORTER: 'zipkin' },
  },
];
