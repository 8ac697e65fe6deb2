/**
 * AWS X-Ray (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
 *
 *     x-amzn-trace-id: Root=1-{8 digits of seconds}-{24 digits};Parent={16 digits};Sampled={0, 1 or ?}
 */
import type { Context } from '../api/context/context.ts';
import { isTracingSuppressed } from '../api/context/suppression.ts';
import type { TextMapGetter, TextMapPropagator, TextMapSetter } from '../api/propagation/text-map.ts';
import { isSpanContextValid } from '../api/trace/span-context.ts';
import { getSpanContext, setSpanContext } from '../api/trace/span-in-context.ts';
import { TraceFlags } from '../api/trace/trace-flags.ts';
import { readField, reportPropagationFailure } from './carrier.ts';
import { spanIdFrom, traceIdFrom } from './hex-id.ts';

/** The name of the field. */
export const AWSXRAY_TRACE_ID_HEADER = 'x-amzn-trace-id';

const ROOT = /^1-([0-9a-fA-F]{8})-([0-9a-fA-F]{24})$/;
const PARENT = /^[0-9a-fA-F]{16}$/;
/** Load balancers add parts of their own; what is longer is not theirs. */
const MAX_LENGTH = 1024;

/** Carries the span context as X-Ray and AWS load balancers do. Parts that it does not know are not passed on. */
export class AWSXRayPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      if (isTracingSuppressed(context)) return;
      const spanContext = getSpanContext(context);
      if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
      const traceId = spanContext.traceId.toLowerCase();
      const root = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
      const sampled = spanContext.traceFlags & TraceFlags.SAMPLED;
      const parent = spanContext.spanId.toLowerCase();
      setter.set(carrier, AWSXRAY_TRACE_ID_HEADER, `Root=${root};Parent=${parent};Sampled=${sampled}`);
    } catch (error) {
      reportPropagationFailure('inject the X-Ray context', error);
    }
  }

  /** The context as it is without a valid root and parent: a load balancer alone sends no parent. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const field = readField(getter, carrier, AWSXRAY_TRACE_ID_HEADER);
      const header = typeof field === 'string' ? field : field?.[0];
      if (header === undefined || header.length > MAX_LENGTH) return context;
      const parts = new Map(header.split(';').map(splitPart));
      const root = ROOT.exec(parts.get('root') ?? '');
      const parent = parts.get('parent') ?? '';
      const traceId = root === null ? undefined : traceIdFrom(`${root[1]}${root[2]}`);
      const spanId = PARENT.test(parent) ? spanIdFrom(parent) : undefined;
      if (traceId === undefined || spanId === undefined) return context;
      const traceFlags = parts.get('sampled') === '1' ? TraceFlags.SAMPLED : TraceFlags.NONE;
      return setSpanContext(context, { traceId, spanId, traceFlags, isRemote: true });
    } catch (error) {
      reportPropagationFailure('extract the X-Ray context', error);
      return context;
    }
  }

  fields(): string[] {
    return [AWSXRAY_TRACE_ID_HEADER];
  }
}

function splitPart(part: string): [string, string] {
  const equals = part.indexOf('=');
  return equals < 0 ? ['', ''] : [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
}
