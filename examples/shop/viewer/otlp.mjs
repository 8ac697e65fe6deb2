// OTLP's messages, as far as the viewer shows them: field number -> name and type (opentelemetry-proto 1.x).

const anyValue = {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => arrayValue],
  6: ['kvlistValue', () => keyValueList],
  7: ['bytesValue', 'base64'],
};
const arrayValue = { 1: ['values', [anyValue]] };
const keyValue = { 1: ['key', 'string'], 2: ['value', anyValue] };
const keyValueList = { 1: ['values', [keyValue]] };
const attributes = ['attributes', [keyValue]];

const resource = { 1: attributes };
const scope = { 1: ['name', 'string'], 2: ['version', 'string'] };

const event = { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'string'], 3: attributes };
const status = { 2: ['message', 'string'], 3: ['code', 'uint32'] };
const span = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'string'],
  6: ['kind', 'uint32'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: attributes,
  11: ['events', [event]],
  15: ['status', status],
};

const logRecord = {
  1: ['timeUnixNano', 'fixed64'],
  2: ['severityNumber', 'uint32'],
  3: ['severityText', 'string'],
  5: ['body', anyValue],
  6: attributes,
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
};

const exemplar = {
  2: ['timeUnixNano', 'fixed64'],
  3: ['asDouble', 'double'],
  4: ['spanId', 'hex'],
  5: ['traceId', 'hex'],
};
const histogramPoint = {
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  8: ['exemplars', [exemplar]],
  9: attributes,
  11: ['min', 'double'],
  12: ['max', 'double'],
};
const metric = {
  1: ['name', 'string'],
  3: ['unit', 'string'],
  9: ['histogram', { 1: ['dataPoints', [histogramPoint]] }],
};

/** Path of a request -> its message; a message of this kind holds lists of resources, scopes and records. */
export const requests = {
  '/v1/traces': request('resourceSpans', 'scopeSpans', 'spans', span),
  '/v1/logs': request('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
  '/v1/metrics': request('resourceMetrics', 'scopeMetrics', 'metrics', metric),
};

function request(byResource, byScope, records, record) {
  const scoped = { 1: ['scope', scope], 2: [records, [record]] };
  return { 1: [byResource, [{ 1: ['resource', resource], 2: [byScope, [scoped]] }]] };
}

/** Attributes as a plain object. */
export function plain(pairs = []) {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plainValue(value)]));
}

/** An AnyValue as a value of JavaScript. */
export function plainValue(value = {}) {
  const [[kind, held] = []] = Object.entries(value);
  if (kind === 'intValue') return Number(held);
  if (kind === 'arrayValue') return (held.values ?? []).map(plainValue);
  if (kind === 'kvlistValue') return plain(held.values);
  return held;
}
