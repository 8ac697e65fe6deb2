/** A finished span for tests of what comes after spans: all of the public shape, nothing behind it. */
import { TraceFlags } from '../../api/trace/trace-flags.ts';
import type { Resource } from '../common/resource.ts';
import type { ReadableSpan } from './readable-span.ts';

const RESOURCE = { attributes: { 'service.name': 'test' } } as unknown as Resource;

let made = 0;

/** A sampled span that has ended, unless `overrides` say otherwise. */
export function fakeSpan(name = 'span', overrides: Partial<ReadableSpan> = {}): ReadableSpan {
  const spanContext = {
    traceId: 'ab'.repeat(16),
    spanId: (++made).toString(16).padStart(16, '0'),
    traceFlags: TraceFlags.SAMPLED,
  };
  return {
    name,
    kind: 0,
    spanContext: () => spanContext,
    startTime: [1_767_225_600, 0],
    endTime: [1_767_225_600, 1_000_000],
    duration: [0, 1_000_000],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource: RESOURCE,
    instrumentationScope: { name: 'test' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...overrides,
  };
}
