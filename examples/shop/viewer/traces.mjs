// The spans and log records of all processes, joined by trace id.

/** Keeps spans until their trace is taken. */
export class Traces {
  #spans = new Map();
  #logs = new Map();
  #changed = new Map();

  add(span) {
    const known = this.#spans.get(span.traceId) ?? new Map();
    // Delivery is at least once: what is in flight as a process ends is sent once more. Sent twice is one span.
    known.set(span.spanId, span);
    this.#spans.set(span.traceId, known);
    this.#changed.set(span.traceId, performance.now());
  }

  /** A log record waits for its trace; what was logged outside of any is not shown. */
  addLog(record) {
    if (!record.traceId) return;
    const known = this.#logs.get(record.traceId) ?? new Map();
    known.set(JSON.stringify(record), record);
    this.#logs.set(record.traceId, known);
    if (this.#changed.has(record.traceId)) this.#changed.set(record.traceId, performance.now());
  }

  /** The traces that nothing came for since so many milliseconds, the oldest first; they are forgotten. */
  take(quietMillis = 0) {
    const now = performance.now();
    const quiet = [...this.#spans.keys()].filter((id) => now - this.#changed.get(id) >= quietMillis);
    const taken = quiet.map((id) =>
      treeOf([...this.#spans.get(id).values()], [...(this.#logs.get(id)?.values() ?? [])]),
    );
    for (const id of quiet) {
      this.#spans.delete(id);
      this.#logs.delete(id);
      this.#changed.delete(id);
    }
    return taken.sort((a, b) => a.start - b.start);
  }
}

/** `{ traceId, start, end, spans, services, roots }`; a root is `{ span, logs, children }`, all in the order of time. */
function treeOf(spans, logs) {
  const nodes = spans
    .map((span) => ({
      span,
      start: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1e3,
      end: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1e3,
      logs: logs.filter(({ spanId }) => spanId === span.spanId),
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
