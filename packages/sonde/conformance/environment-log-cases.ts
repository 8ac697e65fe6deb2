/** The variables of log records that nothing else has: the choice of their exporter, and their limits. */
import type { Variables } from './environment-bed.ts';
import { type Case, exporterCase, sentBy } from './environment-cases.ts';
import { api } from './subject.ts';

const many = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`k${i}`, 'v'.repeat(50)]));

interface WireRecord {
  readonly attributes?: { key: string; value: { stringValue?: string } }[];
}

const recordWide = (): void => api.logs.getLogger('t').emit({ body: 'sent', attributes: many });

/** The numbers that limits bound. */
async function limits(variables: Variables) {
  const { requests, said } = await sentBy(recordWide, { OTEL_LOGS_EXPORTER: 'otlp', ...variables });
  const [record]: WireRecord[] = JSON.parse(String(requests[0]?.body)).resourceLogs[0].scopeLogs[0]
    .logRecords;
  const [first] = record?.attributes ?? [];
  return { said, attributes: record?.attributes?.length ?? 0, length: first?.value.stringValue?.length };
}

/** Tried in environment.test.ts. */
export const LOG_CASES: readonly Case[] = [
  exporterCase('ENV-43', 'LOGS'),
  {
    id: 'ENV-35',
    name: 'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    see: limits,
    usual: { length: 50 },
    valid: '0',
    changed: { length: 0 },
    invalid: 'ten',
  },
  {
    id: 'ENV-36',
    name: 'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
    see: limits,
    usual: { attributes: 128 },
    valid: '3',
    changed: { attributes: 3 },
    invalid: 'ten',
  },
];
