/** Gap 5: no exemplars. */
import assert from 'node:assert/strict';
import { meterBed, metricsOf } from './metrics-tools.mjs';
import { SPAN_ID, TRACE_ID } from './tools.mjs';

export const title = 'Exemplars';

async function exemplarsOf(subject, options, traceFlags = 1) {
  const { api } = subject;
  const { meter, reader } = meterBed(subject, options);
  const context = api.trace.setSpanContext(api.ROOT_CONTEXT, {
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags,
  });
  meter.createHistogram('h').record(7, { kept: 1, dropped: 2 }, context);
  const [{ dataPoints }] = await metricsOf(reader);
  return dataPoints[0].exemplars ?? [];
}

export const checks = {
  'lead from a point to the trace behind it': async (subject) => {
    const [exemplar] = await exemplarsOf(subject);
    assert.deepEqual([exemplar?.value, exemplar?.traceId, exemplar?.spanId], [7, TRACE_ID, SPAN_ID]);
  },
  'keep the attributes that a view drops': async (subject) => {
    const keep = subject.sdk.createAllowListAttributesProcessor(['kept']);
    const [exemplar] = await exemplarsOf(subject, {
      views: [{ instrumentName: '*', attributesProcessors: [keep] }],
    });
    assert.deepEqual({ ...exemplar?.filteredAttributes }, { dropped: 2 });
  },
  'obey OTEL_METRICS_EXEMPLAR_FILTER': async (subject) => {
    process.env.OTEL_METRICS_EXEMPLAR_FILTER = 'always_on';
    assert.equal((await exemplarsOf(subject, {}, 0)).length, 1);
  },
};
