/** The variables of the exporters to other receivers: each names its exporter in OTEL_TRACES_EXPORTER as well. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
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

/** The credentials that a collector gets. */
const authorization = async (variables: Variables) => {
  const endpoint = { OTEL_EXPORTER_JAEGER_ENDPOINT: `${receiver.url}/spans` };
  const { headers, said } = await sent({ ...endpoint, ...variables });
  return { said, authorization: headers.authorization };
};

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** Nothing else on a machine is likely to listen here. */
const AGENT_PORT = '36832';

/** Whether an agent on localhost hears of a span under these variables. */
async function agentHears(variables: Variables) {
  const { address, family } = await lookup('localhost');
  const agent = createSocket(family === 6 ? 'udp6' : 'udp4').bind(Number(AGENT_PORT), address);
  let heard = 0;
  agent.on('message', () => {
    heard++;
  });
  await once(agent, 'listening');
  try {
    const { said } = await sent({ OTEL_TRACES_EXPORTER: 'jaeger', ...variables });
    for (let round = 0; heard === 0 && round < 20; round++) await delay(5);
    return { said, hears: heard > 0 };
  } finally {
    agent.close();
  }
}

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
  {
    name: 'OTEL_EXPORTER_JAEGER_ENDPOINT',
    see: path,
    usual: { path: undefined },
    valid: 'given by the test',
    changed: { path: '/here' },
    invalid: 'no url',
    beside: { OTEL_TRACES_EXPORTER: 'jaeger' },
  },
  {
    name: 'OTEL_EXPORTER_JAEGER_TIMEOUT',
    see: timeout('OTEL_EXPORTER_JAEGER_ENDPOINT'),
    usual: { abandons: false },
    valid: '30',
    changed: { abandons: true },
    invalid: '-30',
    beside: { OTEL_TRACES_EXPORTER: 'jaeger' },
  },
  {
    name: 'OTEL_EXPORTER_JAEGER_USER',
    see: authorization,
    usual: { authorization: undefined },
    valid: 'me',
    changed: { authorization: basic('me:') },
    beside: { OTEL_TRACES_EXPORTER: 'jaeger' },
  },
  {
    name: 'OTEL_EXPORTER_JAEGER_PASSWORD',
    see: authorization,
    usual: { authorization: basic('me:') },
    valid: 'secret',
    changed: { authorization: basic('me:secret') },
    beside: { OTEL_TRACES_EXPORTER: 'jaeger', OTEL_EXPORTER_JAEGER_USER: 'me' },
  },
  {
    name: 'OTEL_EXPORTER_JAEGER_PROTOCOL',
    see: async (variables) => {
      const { said, authorization: seen } = await authorization(variables);
      return { said, byHttp: seen !== undefined };
    },
    usual: { byHttp: true },
    valid: 'udp/thrift.compact',
    changed: { byHttp: false },
    invalid: 'pigeon',
    beside: { OTEL_TRACES_EXPORTER: 'jaeger', OTEL_EXPORTER_JAEGER_USER: 'me' },
  },
  {
    name: 'OTEL_EXPORTER_JAEGER_AGENT_PORT',
    see: agentHears,
    usual: { hears: false },
    valid: AGENT_PORT,
    changed: { hears: true },
    invalid: '65536',
  },
  {
    name: 'OTEL_EXPORTER_JAEGER_AGENT_HOST',
    see: agentHears,
    usual: { hears: true },
    valid: '127.0.0.9',
    changed: { hears: false },
    invalid: 'http://localhost',
    beside: { OTEL_EXPORTER_JAEGER_AGENT_PORT: AGENT_PORT },
  },
];
