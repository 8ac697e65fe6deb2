/** How a variable is tried: one receiver, the variables beside it, and by default, a valid, an invalid and an empty value. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Heard, type Received, Receiver, type Variables, withSdk } from './environment-bed.ts';
import { api } from './subject.ts';

/** Takes what the tried SDKs send. */
export const receiver: Receiver = new Receiver();

/** A signal as the names of variables have it. */
export type Signal = 'TRACES' | 'METRICS' | 'LOGS';

export const SIGNALS: readonly Signal[] = ['TRACES', 'METRICS', 'LOGS'];

/** Something of each signal, for cases that look at how it travels. */
export const RECORDS: Readonly<Record<Signal, () => void>> = {
  TRACES: () => api.trace.getTracer('t').startSpan('sent').end(),
  METRICS: () => {
    const meter = api.metrics.getMeter('t');
    meter.createCounter('c').add(1);
    meter.createHistogram('h').record(1);
  },
  LOGS: () => api.logs.getLogger('t').emit({ body: 'sent' }),
};

/** Of all signals only this one is exported, by OTLP. */
export function alone(signal: Signal): Variables {
  const exporters = SIGNALS.map((each) => [`OTEL_${each}_EXPORTER`, each === signal ? 'otlp' : 'none']);
  return Object.fromEntries(exporters);
}

/** Everything to our receiver as JSON; metrics and logs are off, save where `usual` says that its exporter is the default. */
export function base(usual: Signal = 'TRACES'): Variables {
  const off = SIGNALS.filter((signal) => signal !== 'TRACES' && signal !== usual);
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    ...Object.fromEntries(off.map((signal) => [`OTEL_${signal}_EXPORTER`, 'none'])),
  };
}

/** What reaches the receiver of what `record` makes, under these variables beside `base(usual)`. */
export function sentBy(
  record: () => void,
  variables: Variables,
  usual?: Signal,
): Promise<Heard & { requests: readonly Received[] }> {
  return withSdk({ ...base(usual), ...variables }, {}, async (running) => {
    receiver.requests.length = 0;
    record();
    await running.flush().catch(() => {});
    return { requests: [...receiver.requests] };
  });
}

/** The path of the first request that a record of the signal becomes. */
export const pathOf =
  (signal: Signal) =>
  async (variables: Variables): Promise<Heard & { path: string | undefined }> => {
    const { requests, said } = await sentBy(RECORDS[signal], variables, signal);
    return { said, path: requests[0]?.path };
  };

/** Whether a request for what `record` makes, which is never answered, is given up within `millis`. */
export function abandonsWithin(
  millis: number,
  variables: Variables,
  record: () => void,
): Promise<Heard & { abandons: boolean }> {
  return withSdk({ ...base(), ...variables }, {}, async (running) => {
    receiver.hangs = true;
    receiver.abandoned = 0;
    record();
    void running.flush().catch(() => {});
    const deadline = Date.now() + millis;
    while (receiver.abandoned === 0 && Date.now() < deadline) await delay(5);
    const abandons = receiver.abandoned > 0;
    receiver.hangs = false;
    // What was given up is sent again: now, and not in the middle of another test.
    await running.flush().catch(() => {});
    return { abandons };
  });
}

/** One variable and what it changes. */
export interface Case {
  /** Rows that the case shows; absent where this version lacks some of the values that a row lists. */
  readonly id?: string;
  readonly name: string;
  readonly see: (variables: Variables) => Promise<Heard & object>;
  /** What is seen without the variable. */
  readonly usual: Record<string, unknown>;
  /** Not read of an endpoint: there it is a path of the receiver. */
  readonly valid: string;
  readonly changed: Record<string, unknown>;
  /** Absent where every text is a value. */
  readonly invalid?: string;
  /** Other variables that have to be set for the variable to count. */
  readonly beside?: Variables | (() => Variables);
}

/** The choice of the exporter of a signal. */
export const exporterCase = (id: string | undefined, signal: Signal): Case => ({
  ...(id === undefined ? {} : { id }),
  name: `OTEL_${signal}_EXPORTER`,
  see: pathOf(signal),
  usual: { path: `/v1/${signal.toLowerCase()}` },
  valid: 'None',
  changed: { path: undefined },
  invalid: `pigeon-${signal}`,
});

/** The endpoint of an exporter that sends a record of `signal` to the receiver. */
export function endpointCase(
  name: string,
  signal: Signal,
  usual: string | undefined,
  rest: Partial<Case>,
): Case {
  return {
    name,
    see: pathOf(signal),
    usual: { path: usual },
    valid: 'a path of the receiver',
    changed: { path: '/here' },
    invalid: 'no url',
    ...rest,
  };
}

/** The timeout of an exporter of `signal`, in milliseconds; `valid` has to be enough for the exporter to connect. */
export function timeoutCase(name: string, signal: Signal, rest: Partial<Case>): Case {
  const valid = rest.valid ?? '30';
  return {
    name,
    see: (variables) => abandonsWithin(variables[name] === valid ? 20_000 : 80, variables, RECORDS[signal]),
    usual: { abandons: false },
    changed: { abandons: true },
    invalid: '-30',
    ...rest,
    valid,
  };
}

/** Nothing is asked for by the rows of lists of pairs when one is malformed: resource/sdk.md has a row of its own. */
const isPairs = (name: string): boolean => name === 'OTEL_RESOURCE_ATTRIBUTES' || name.endsWith('_HEADERS');

function assertSeen(seen: object, expected: Record<string, unknown>, why: string): void {
  const found: Record<string, unknown> = { ...seen };
  for (const [key, value] of Object.entries(expected)) assert.deepEqual(found[key], value, `${why}: ${key}`);
}

/** Tries the variable of a case with each kind of value. */
export async function tryCase({ name, see, usual, valid, changed, invalid, beside }: Case): Promise<void> {
  const under = (value: string | undefined): Variables => ({
    ...(typeof beside === 'function' ? beside() : beside),
    ...(value === undefined ? {} : { [name]: value }),
  });
  assertSeen(await see(under(undefined)), usual, 'by default');
  assertSeen(
    await see(under(name.endsWith('_ENDPOINT') ? `${receiver.url}/here` : valid)),
    changed,
    `with ${valid}`,
  );
  assertSeen(await see(under('')), usual, 'with an empty value');
  if (invalid === undefined) return;
  const wrong = await see(under(invalid));
  assertSeen(wrong, usual, `with ${invalid}`);
  const isSaid = wrong.said.some((line) => line.includes(name) || line.includes(invalid));
  assert.ok(isSaid || isPairs(name), `${name}=${invalid} is said:\n${wrong.said.join('\n')}`);
}
