/** What the scenarios share: providers that keep what they are given, contexts of remote parents. */

/** A provider whose ended spans land in `spans`; `options` are those of TracerProvider. */
export function recordingProvider({ sdk }, options = {}) {
  const spans = [];
  const keep = {
    onStart() {},
    onEnd: (span) => spans.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const provider = new sdk.TracerProvider({
    ...options,
    spanProcessors: [...(options.spanProcessors ?? []), keep],
  });
  return { provider, spans, tracer: provider.getTracer('gaps') };
}

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const SPAN_ID = 'b7ad6b7169203331';

/** Extracts these headers with the W3C propagators. */
export function extract({ api, propagators }, headers) {
  const propagator = new propagators.CompositePropagator({
    propagators: [new propagators.W3CTraceContextPropagator(), new propagators.W3CBaggagePropagator()],
  });
  return propagator.extract(api.ROOT_CONTEXT, headers, api.defaultTextMapGetter);
}

/** What the trace context propagator writes for this context. */
export function inject({ api, propagators }, context) {
  const headers = {};
  new propagators.W3CTraceContextPropagator().inject(context, headers, api.defaultTextMapSetter);
  return headers;
}

/** The context below a remote parent with these flags, as two hex digits. */
export function remoteParent(subject, flags) {
  return extract(subject, { traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}` });
}

/** An exporter that answers after a while and counts what runs at the same time. */
export function slowExporter(millis = 20) {
  const counts = { exports: 0, running: 0, most: 0, flushes: 0 };
  return {
    counts,
    export(_spans, done) {
      counts.exports += 1;
      counts.running += 1;
      counts.most = Math.max(counts.most, counts.running);
      setTimeout(() => {
        counts.running -= 1;
        done({ code: 0 });
      }, millis);
    },
    async forceFlush() {
      counts.flushes += 1;
    },
    async shutdown() {},
  };
}
