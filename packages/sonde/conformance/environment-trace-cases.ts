/** The variables of spans that nothing but spans have, and those of the SDK as a whole, which are seen in spans. */
import type { SpanExporter } from 'sonde/sdk';
import { resourceOf, spansOf, type Variables, withSdk } from './environment-bed.ts';
import { base, type Case, exporterCase, sentBy } from './environment-cases.ts';
import { foreignExporter } from './environment-stage-cases.ts';
import { api } from './subject.ts';

const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v'.repeat(50)]));

/** A span with 130 attributes, events and links and long texts, and one whose only event and link have 130 attributes. */
export function recordMuch(): void {
  const tracer = api.trace.getTracer('t');
  const links = Array.from({ length: 130 }, () => ({ context }));
  const wide = tracer.startSpan('wide', { links });
  wide.setAttributes(many(130));
  for (let index = 0; index < 130; index++) wide.addEvent('e');
  wide.end();
  const deep = tracer.startSpan('deep', { links: [{ context, attributes: many(130) }] });
  deep.addEvent('e', many(130));
  deep.end();
}

/** What reaches the receiver of these spans under these variables. */
export const sent = (variables: Variables) => sentBy(recordMuch, variables);

/** The numbers that limits bound. */
export async function limits(variables: Variables) {
  const { requests, said } = await sent(variables);
  const [deep, wide] = spansOf(requests);
  return {
    said,
    attributes: wide?.attributes?.length,
    length: wide?.attributes?.[0]?.value.stringValue?.length,
    events: wide?.events?.length,
    links: wide?.links?.length,
    perEvent: deep?.events?.[0]?.attributes?.length,
    perLink: deep?.links?.[0]?.attributes?.length,
  };
}

/** Which of a root, a child of a sampled and a child of an unsampled remote parent are recorded. */
export function sampled(variables: Variables) {
  const exporter = foreignExporter().exporter as SpanExporter;
  return withSdk({ ...base(), ...variables }, { traceExporter: exporter }, async () => {
    const tracer = api.trace.getTracer('t');
    const under = (traceFlags: number) =>
      api.trace.setSpanContext(api.ROOT_CONTEXT, { ...context, traceFlags, isRemote: true });
    const spans = [
      tracer.startSpan('root', { root: true }),
      tracer.startSpan('of sampled', {}, under(1)),
      tracer.startSpan('of unsampled', {}, under(0)),
    ];
    return { decisions: spans.map((span) => (span.isRecording() ? 'yes' : 'no')).join(' ') };
  });
}

/** The fields that a span with baggage is injected into. */
export function injected(variables: Variables) {
  return withSdk({ ...base(), ...variables }, {}, async () => {
    const baggage = api.propagation.createBaggage({ k: { value: 'v' } });
    const active = api.propagation.setBaggage(api.trace.setSpanContext(api.ROOT_CONTEXT, context), baggage);
    const carrier: Record<string, string> = {};
    api.propagation.inject(active, carrier);
    return { fields: Object.keys(carrier).sort().join(' ') };
  });
}

const service = async (variables: Variables) => {
  const { requests, said } = await sent(variables);
  const resource = resourceOf(requests);
  return { said, team: resource['team'], named: resource['service.name'] === 'shop' };
};

const limit = (id: string, name: string, counted: string, usual: number, valid: string): Case => ({
  id,
  name,
  see: limits,
  usual: { [counted]: usual },
  valid,
  changed: { [counted]: Number(valid) },
  invalid: 'ten',
});

/** Tried in environment.test.ts. */
export const TRACE_CASES: readonly Case[] = [
  limit('ENV-27', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'length', 50, '7'),
  limit('ENV-28', 'OTEL_ATTRIBUTE_COUNT_LIMIT', 'attributes', 128, '3'),
  limit('ENV-29', 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'length', 50, '0'),
  limit('ENV-30', 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'attributes', 128, '130'),
  limit('ENV-31', 'OTEL_SPAN_EVENT_COUNT_LIMIT', 'events', 128, '4'),
  limit('ENV-32', 'OTEL_SPAN_LINK_COUNT_LIMIT', 'links', 128, '5'),
  limit('ENV-33', 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 'perEvent', 128, '6'),
  limit('ENV-34', 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 'perLink', 128, '8'),
  {
    id: 'ENV-14',
    name: 'OTEL_TRACES_SAMPLER',
    see: sampled,
    usual: { decisions: 'yes yes no' },
    valid: 'always_on',
    changed: { decisions: 'yes yes yes' },
    invalid: 'sometimes',
  },
  {
    id: 'ENV-17',
    name: 'OTEL_TRACES_SAMPLER_ARG',
    see: sampled,
    usual: { decisions: 'yes yes yes' },
    valid: '0',
    changed: { decisions: 'no no no' },
    invalid: '1.5',
    beside: { OTEL_TRACES_SAMPLER: 'traceidratio' },
  },
  {
    id: 'ENV-13',
    name: 'OTEL_PROPAGATORS',
    see: injected,
    usual: { fields: 'baggage traceparent' },
    valid: 'baggage,Baggage',
    changed: { fields: 'baggage' },
    invalid: 'carrier-pigeon',
  },
  {
    id: 'ENV-10',
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    see: service,
    usual: { team: undefined, named: false },
    valid: 'team=a%2Cb,service.name=shop',
    changed: { team: 'a,b', named: true },
    invalid: 'team=a,b',
  },
  {
    id: 'ENV-11',
    name: 'OTEL_SERVICE_NAME',
    see: service,
    usual: { named: false },
    valid: 'shop',
    changed: { named: true },
    beside: { OTEL_RESOURCE_ATTRIBUTES: 'service.name=other' },
  },
  {
    id: 'ENV-08',
    name: 'OTEL_SDK_DISABLED',
    see: async (variables) => {
      const { requests, said } = await sent(variables);
      return { said, sends: requests.length > 0, fields: (await injected(variables)).fields };
    },
    usual: { sends: true, fields: 'baggage traceparent' },
    valid: 'True',
    changed: { sends: false, fields: 'baggage traceparent' },
    invalid: '1',
  },
  exporterCase(undefined, 'TRACES'),
];
