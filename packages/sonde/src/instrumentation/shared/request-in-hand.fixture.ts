/** The context of a request that a server has in hand, and the headers that it came with. */
import type { Context } from '../../api/context/context.ts';
import { ROOT_CONTEXT } from '../../api/context/context.ts';
import { RPCType, setRPCMetadata } from '../../api/context/rpc-metadata.ts';
import type { Span } from '../../api/trace/span.ts';
import { SpanKind } from '../../api/trace/span-kind.ts';
import { trace } from '../../api/trace/trace-api.ts';

export interface RequestInHand {
  readonly context: Context;
  readonly span: Span;
  readonly traceparent: string;
  readonly tracestate: string;
}

export function requestInHand(): RequestInHand {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const parent = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
  const span = trace.getTracer('server').startSpan('request', { kind: SpanKind.SERVER }, parent);
  const context = setRPCMetadata(trace.setSpan(parent, span), { type: RPCType.HTTP, span });
  return { context, span, traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'far=1' };
}
