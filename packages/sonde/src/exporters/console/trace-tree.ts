/**
 * The spans of one trace as a tree for people. Spans whose parent is not among them stand under a dim line that names
 * the parent. Whatever ids the spans carry (doubled, in a circle, nested ten thousand deep), each is shown once.
 */
import { printable } from '../../internal/printable.ts';
import type { ReadableSpan } from '../../sdk/traces/readable-span.ts';
import {
  durationText,
  milliseconds,
  serviceOf,
  spanDetails,
  spanHeadline,
  type TraceScale,
} from './span-lines.ts';
import type { Paint } from './terminal.ts';
import { padded } from './text-width.ts';

/** Columns below which the tree stops shrinking, and beyond which it stops growing. */
const MIN_COLUMNS = 72;
const MAX_COLUMNS = 140;
/** Levels that are drawn; deeper spans are drawn at this level. */
const MAX_DEPTH = 14;

interface Node {
  readonly span: ReadableSpan;
  readonly children: Node[];
  shown: boolean;
}

/** A node that waits to be drawn: its guides are the lines that its ancestors draw to its left. */
interface Waiting {
  readonly node: Node;
  readonly guides: string;
  readonly connector: '' | '├─' | '╰─';
  readonly depth: number;
}

/** All lines of one trace, without a line break at the end. */
export function traceTree(spans: readonly ReadableSpan[], colours: Paint, columns: number): string {
  const sorted = [...spans].sort((a, b) => milliseconds(a.startTime, b.startTime));
  const scale = scaleOf(sorted, Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns)));
  const nodes = linked(sorted);
  const lines = [headerLine(sorted, scale, colours)];
  for (const node of nodes) {
    if (node.span.parentSpanContext === undefined) draw([root(node)], lines, scale, colours);
  }
  for (const [parent, orphans] of orphansByParent(nodes)) {
    lines.push(colours.dim(`┄ ${parent}`));
    draw(siblings(orphans, '', 1), lines, scale, colours);
  }
  for (const node of nodes) if (!node.shown) draw([root(node)], lines, scale, colours);
  return lines.join('\n');
}

function scaleOf(sorted: readonly ReadableSpan[], columns: number): TraceScale {
  const origin = sorted[0]?.startTime ?? [0, 0];
  let length = 0;
  for (const span of sorted) {
    length = Math.max(length, milliseconds(span.startTime, origin) + milliseconds(span.duration, [0, 0]));
  }
  return { origin, length, columns, service: serviceOf(sorted[0]) };
}

/** The nodes in the order of the spans, each child linked to its parent where that is present. */
function linked(sorted: readonly ReadableSpan[]): Node[] {
  const nodes = sorted.map((span): Node => ({ span, children: [], shown: false }));
  const byId = new Map(nodes.map((node) => [node.span.spanContext().spanId, node]));
  for (const node of nodes) {
    const parent = byId.get(node.span.parentSpanContext?.spanId ?? '');
    if (parent !== undefined && parent !== node) parent.children.push(node);
  }
  return nodes;
}

function orphansByParent(nodes: readonly Node[]): Map<string, Node[]> {
  const present = new Set(nodes.map((node) => node.span.spanContext().spanId));
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const parent = node.span.parentSpanContext;
    if (parent === undefined || present.has(parent.spanId)) continue;
    const words = `${parent.isRemote === true ? 'remote parent' : 'parent'} ${printable(parent.spanId)}`;
    const group = groups.get(words);
    if (group === undefined) groups.set(words, [node]);
    else group.push(node);
  }
  return groups;
}

function headerLine(spans: readonly ReadableSpan[], scale: TraceScale, colours: Paint): string {
  const traceId = printable(spans[0]?.spanContext().traceId ?? '');
  const count = spans.length === 1 ? '1 span' : `${spans.length} spans`;
  const started = new Date(scale.origin[0] * 1e3 + scale.origin[1] / 1e6);
  const time = Number.isNaN(started.getTime()) ? '' : started.toISOString();
  const facts = `${count}  ${durationText(scale.length)}  ${time}`;
  return `${colours.bold(colours.cyan(scale.service))}  ${colours.dim('trace')} ${traceId}  ${colours.dim(facts)}`;
}

function root(node: Node): Waiting {
  return { node, guides: '', connector: '', depth: 0 };
}

function siblings(nodes: readonly Node[], guides: string, depth: number): Waiting[] {
  const last = nodes.length - 1;
  return nodes.map((node, index) => ({ node, guides, connector: index === last ? '╰─' : '├─', depth }));
}

/** Depth first with a stack of its own: a trace may be nested deeper than the language's stack. */
function draw(first: readonly Waiting[], lines: string[], scale: TraceScale, colours: Paint): void {
  const stack = [...first].reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, guides, connector, depth } = next;
    if (node.shown) continue;
    node.shown = true;
    const children = node.children.filter((child) => !child.shown);
    const below = depth >= MAX_DEPTH ? guides : guides + continuation(connector);
    lines.push(
      spanHeadline(
        node.span,
        colours.dim(guides + connector),
        guides.length + connector.length,
        scale,
        colours,
      ),
    );
    const margin = padded(children.length > 0 ? `${below}│` : below, below.length + 4);
    for (const line of spanDetails(node.span, margin.length, scale, colours)) {
      lines.push(colours.dim(margin) + line);
    }
    stack.push(...siblings(children, below, depth + 1).reverse());
  }
}

function continuation(connector: Waiting['connector']): string {
  if (connector === '├─') return '│ ';
  return connector === '╰─' ? '  ' : '';
}
