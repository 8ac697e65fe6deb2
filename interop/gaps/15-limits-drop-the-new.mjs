/** Gap 15: over the limit of events or links, the oldest is dropped instead of the new one. */
import assert from 'node:assert/strict';
import { recordingProvider, SPAN_ID, TRACE_ID } from './tools.mjs';

export const title = 'Over a limit the new event or link is dropped';

export const checks = {
  events: (subject) => {
    const { tracer, spans } = recordingProvider(subject, { spanLimits: { eventCountLimit: 2 } });
    const span = tracer.startSpan('span');
    for (const name of ['first', 'second', 'third']) span.addEvent(name);
    span.end();
    assert.deepEqual(
      spans[0].events.map(({ name }) => name),
      ['first', 'second'],
    );
    assert.equal(spans[0].droppedEventsCount, 1);
  },
  links: (subject) => {
    const { tracer, spans } = recordingProvider(subject, { spanLimits: { linkCountLimit: 2 } });
    const span = tracer.startSpan('span');
    for (const name of ['first', 'second', 'third']) {
      span.addLink({ context: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }, attributes: { name } });
    }
    span.end();
    assert.deepEqual(
      spans[0].links.map(({ attributes }) => attributes.name),
      ['first', 'second'],
    );
    assert.equal(spans[0].droppedLinksCount, 1);
  },
};
