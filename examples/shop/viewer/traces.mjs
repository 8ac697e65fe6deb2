// The spans of all processes, joined by trace id.

/** Keeps spans until their trace is taken. */
export class Traces {
  #spans = new Map();
  #changed = new Map();

  add(span) {
    const known = this.#spans.get(span.traceId) ?? new Map();
    // A batch that was sent twice is one batch.
    known.set(span.spanId, span);
    this.#spans.set(span.traceId, known);
    this.#changed.set(span.traceId, performance.now());
  }

  /** The traces that nothing came for since so many milliseconds, the oldest first; they are forgotten. */
  take(quietMillis = 0) {
    const now = performance.now();
    const quiet = [...this.#spans.keys()].filter((id) => now - this.#changed.get(id) >= quietMillis);
    const taken = quiet.map((id) => treeOf([...this.#spans.get(id).values()]));
    for (const id of quiet) {
      this.#spans.delete(id);
      this.#changed.delete(id);
    }
    return taken.sort((a, b) => a.start - b.start);
  }
}

/** `{ traceId, start, end, spans, services, roots }`; a root is `{ span, children }`, children are by their start. */
function treeOf(spans) {
  const nodes = spans
    .map((span) => ({
      span,
      start: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1e3,
      end: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1e3,
      children: [],
    }))
    .sort((a, b) => a.start - b.start);
  const byId = new Map(nodes.map((node) => [node.span.spanId, node]));
  const roots = nodes.filter((node) => !byId.has(node.span.parentSpanId));
  for (const node of nodes) byId.get(node.span.parentSpanId)?.children.push(node);
  return {
    traceId: spans[0].traceId,
    start: nodes[0].start,
    end: Math.max(...nodes.map(({ end }) => end)),
    spans,
    services: new Set(spans.map(({ service }) => service)),
    roots,
  };
}
