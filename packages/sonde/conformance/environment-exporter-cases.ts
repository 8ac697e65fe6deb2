/** The variables of the exporters to other receivers: each names its exporter in OTEL_TRACES_EXPORTER as well. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { Variables } from './environment-bed.ts';
import { type Case, endpointCase, RECORDS, receiver, sentBy, timeoutCase } from './environment-cases.ts';

/** The credentials that a collector gets. */
const authorization = async (variables: Variables) => {
  const endpoint = { OTEL_EXPORTER_JAEGER_ENDPOINT: `${receiver.url}/spans` };
  const { requests, said } = await sentBy(RECORDS.TRACES, { ...endpoint, ...variables });
  return { said, authorization: requests[0]?.headers.authorization };
};

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** Nothing else on a machine is likely to listen here: systems give ports to who asks from 32768 on. */
const AGENT_PORT = '26832';

/** Whether an agent on localhost hears of a span under these variables. */
async function agentHears(variables: Variables) {
  const { address, family } = await lookup('localhost');
  const agent = createSocket(family === 6 ? 'udp6' : 'udp4').bind(Number(AGENT_PORT), address);
  const heard: string[] = [];
  const over = new Promise<void>((resolve) => {
    agent.on('message', (message) => {
      if (String(message) === 'over') resolve();
      else heard.push(String(message));
    });
  });
  await once(agent, 'listening');
  try {
    const { said } = await sentBy(RECORDS.TRACES, { OTEL_TRACES_EXPORTER: 'jaeger', ...variables });
    // Datagrams of loopback come in their order: what was sent before this one has come when this one has.
    agent.send('over', Number(AGENT_PORT), address);
    await over;
    return { said, hears: heard.length > 0 };
  } finally {
    agent.close();
  }
}

/** What every exporter over HTTP has. */
function httpCases(
  receiverName: 'ZIPKIN' | 'JAEGER',
  ids?: readonly [endpoint: string, timeout: string],
): Case[] {
  const endpoint = `OTEL_EXPORTER_${receiverName}_ENDPOINT`;
  const beside = { OTEL_TRACES_EXPORTER: receiverName.toLowerCase() };
  return [
    endpointCase(endpoint, 'TRACES', undefined, { ...(ids && { id: ids[0] }), beside }),
    timeoutCase(`OTEL_EXPORTER_${receiverName}_TIMEOUT`, 'TRACES', {
      ...(ids && { id: ids[1] }),
      // The receiver's address is not known before it listens.
      beside: () => ({ ...beside, [endpoint]: `${receiver.url}/spans` }),
    }),
  ];
}

/** Tried in environment.test.ts. */
export const EXPORTER_CASES: readonly Case[] = [
  ...httpCases('ZIPKIN', ['ENV-37', 'ENV-38']),
  ...httpCases('JAEGER'),
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
