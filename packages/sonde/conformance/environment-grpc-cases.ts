/** The variables of OTLP that only gRPC or TLS obey: whether telemetry arrives tells whether they are obeyed. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Heard, type Variables, withSdk } from './environment-bed.ts';
import { alone, type Case, RECORDS, type Signal } from './environment-cases.ts';
import { Certificates, GrpcReceiver } from './grpc-receiver.ts';

const certificates = new Certificates();

/** Whether a span, a metric or a log record arrives at the receiver under these variables. */
async function arriving(
  receiver: GrpcReceiver,
  signal: Signal,
  variables: Variables,
): Promise<Heard & { arrives: boolean }> {
  await receiver.listen();
  const base = {
    ...alone(signal),
    OTEL_EXPORTER_OTLP_ENDPOINT: `localhost:${receiver.port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  };
  try {
    return await withSdk({ ...base, ...variables }, {}, async (running) => {
      RECORDS[signal]();
      void running.flush().catch(() => {});
      const giveUp = Date.now() + 20_000;
      // A connection that failed is closed.
      while (receiver.calls.length === 0 && receiver.closed === 0 && Date.now() < giveUp) await delay(2);
      return { arrives: receiver.calls.length > 0 };
    });
  } finally {
    await receiver.stop();
  }
}

/** The plain receiver, reached without a scheme. */
const plain = (signal: Signal) => (variables: Variables) => arriving(new GrpcReceiver(), signal, variables);
/** The receiver with TLS. */
const secure = (signal: Signal) => (variables: Variables) =>
  arriving(GrpcReceiver.secure(certificates), signal, variables);
/** The receiver that asks for a client certificate. */
const mutual = (signal: Signal) => (variables: Variables) =>
  arriving(GrpcReceiver.secure(certificates, true), signal, variables);

const SCOPES: readonly [string, Signal][] = [
  ['', 'TRACES'],
  ['TRACES_', 'TRACES'],
  ['METRICS_', 'METRICS'],
  ['LOGS_', 'LOGS'],
];

const off = { usual: { arrives: false }, changed: { arrives: true } };

const insecure = (id: string, name: string, signal: Signal): Case => ({
  id,
  name,
  see: plain(signal),
  ...off,
  valid: 'TRUE',
  invalid: 'yes',
});

function certificateCases(scope: string, signal: Signal): Case[] {
  const name = (setting: string) => `OTEL_EXPORTER_OTLP_${scope}${setting}`;
  const ca = { [name('CERTIFICATE')]: certificates.caFile };
  const missing = '/none/of/this.pem';
  return [
    {
      id: 'ENV-54',
      name: name('CERTIFICATE'),
      see: secure(signal),
      ...off,
      valid: certificates.caFile,
      invalid: missing,
    },
    {
      id: 'ENV-54',
      name: name('CLIENT_CERTIFICATE'),
      see: mutual(signal),
      ...off,
      valid: certificates.certFile,
      invalid: missing,
      beside: { ...ca, [name('CLIENT_KEY')]: certificates.keyFile },
    },
    {
      id: 'ENV-54',
      name: name('CLIENT_KEY'),
      see: mutual(signal),
      ...off,
      valid: certificates.keyFile,
      invalid: missing,
      beside: { ...ca, [name('CLIENT_CERTIFICATE')]: certificates.certFile },
    },
  ];
}

/** Tried in environment.test.ts. */
export const GRPC_CASES: readonly Case[] = [
  ...SCOPES.map(([scope, signal]) => insecure('ENV-52', `OTEL_EXPORTER_OTLP_${scope}INSECURE`, signal)),
  insecure('ENV-53', 'OTEL_EXPORTER_OTLP_SPAN_INSECURE', 'TRACES'),
  insecure('ENV-53', 'OTEL_EXPORTER_OTLP_METRIC_INSECURE', 'METRICS'),
  ...SCOPES.flatMap(([scope, signal]) => certificateCases(scope, signal)),
];

/** Which way a span leaves under these variables, whose receivers listen on two ports. */
export async function protocolUsed(protocols: Variables): Promise<string> {
  const receiver = await new GrpcReceiver().listen();
  const isGrpc =
    (
      protocols['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] ?? protocols['OTEL_EXPORTER_OTLP_PROTOCOL']
    )?.toLowerCase() === 'grpc';
  const base = {
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${isGrpc ? receiver.port : receiver.httpPort}`,
  };
  try {
    await withSdk({ ...base, ...protocols }, {}, async (running) => {
      RECORDS.TRACES();
      await running.flush().catch(() => {});
      return {};
    });
    const [call] = receiver.calls;
    return call?.protocol === 'http' ? String(call.headers['content-type']) : (call?.protocol ?? 'nothing');
  } finally {
    await receiver.stop();
  }
}
