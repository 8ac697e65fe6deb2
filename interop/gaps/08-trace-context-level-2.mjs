/** Gap 8: W3C Trace Context level 2. */
import assert from 'node:assert/strict';
import { extract, inject, recordingProvider, remoteParent, SPAN_ID, TRACE_ID } from './tools.mjs';

export const title = 'W3C Trace Context level 2';

const RANDOM_FLAG = 0x02;

export const checks = {
  "the parent's random flag is kept": (subject) => {
    const { tracer } = recordingProvider(subject);
    const span = tracer.startSpan('child', {}, remoteParent(subject, '03'));
    assert.equal(span.spanContext().traceFlags, 3);
  },
  'a root span has the random flag': (subject) => {
    const { tracer } = recordingProvider(subject);
    assert.equal(tracer.startSpan('root').spanContext().traceFlags & RANDOM_FLAG, RANDOM_FLAG);
  },
  'flags that no version knows never make an invalid header': (subject) => {
    const { traceparent } = inject(subject, remoteParent(subject, 'ff'));
    assert.match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
  },
  'a tracestate key may begin with a digit': (subject) => {
    const state = subject.api.createTraceState('0vendor=1');
    assert.equal(state.get('0vendor'), '1');
  },
  'an empty tracestate makes no header': (subject) => {
    const spanContext = {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      traceState: subject.api.createTraceState(),
    };
    const context = subject.api.trace.setSpanContext(subject.api.ROOT_CONTEXT, spanContext);
    assert.deepEqual(Object.keys(inject(subject, context)), ['traceparent']);
  },
  'of several traceparent headers none is taken': (subject) => {
    const headers = { traceparent: [`00-${TRACE_ID}-${SPAN_ID}-01`, `00-${TRACE_ID}-00f067aa0ba902b7-01`] };
    assert.equal(subject.api.trace.getSpanContext(extract(subject, headers)), undefined);
  },
};
