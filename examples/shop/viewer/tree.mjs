// One trace as a tree: which service did what, when, for how long, and what went wrong.
import { stdout } from 'node:process';
import { bold, colourOf, dim, red, yellow } from './colours.mjs';
import { plain, plainValue } from './otlp.mjs';

const KINDS = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const ERROR = 2;
const SERVICE_WIDTH = 12;
const STATUS_WIDTH = 6;
const BAR_WIDTH = 24;
const DURATION_WIDTH = 11;
/** Slower than this is shown in yellow, in milliseconds. */
const SLOW = 300;

const columns = Math.min(130, Math.max(90, stdout.columns ?? 110));

/** The lines of a trace. */
export function treeLines(trace) {
  const count = trace.spans.length === 1 ? '1 span' : `${trace.spans.length} spans`;
  const services = trace.services.size === 1 ? '1 service' : `${trace.services.size} services`;
  const lines = [`${dim('trace')} ${bold(trace.traceId)}  ${dim(`${count}, ${services}`)}`];
  for (const root of trace.roots) lines.push(...nodeLines(root, '', '', trace));
  return lines;
}

function nodeLines(node, lead, below, trace) {
  const lines = [headline(node, lead, trace)];
  const margin = `${' '.repeat(SERVICE_WIDTH)}${below}${node.children.length > 0 ? '│ ' : '  '}`;
  for (const text of troubles(node.span)) lines.push(`${dim(margin)}${red(`✗ ${text}`)}`);
  for (const record of node.logs) lines.push(`${dim(margin)}${logText(record)}`);
  node.children.forEach((child, index) => {
    const isLast = index === node.children.length - 1;
    lines.push(...nodeLines(child, below + (isLast ? '╰─' : '├─'), below + (isLast ? '  ' : '│ '), trace));
  });
  return lines;
}

function headline({ span, start, end }, lead, trace) {
  const colour = colourOf(span.service);
  const failed = span.status?.code === ERROR;
  const kind = KINDS[span.kind] ?? '';
  const answer = span.attributes['http.response.status_code'] ?? '';
  const title = titleOf(span);
  const millis = end - start;
  const taken = SERVICE_WIDTH + lead.length + '● '.length + 1 + kind.length + STATUS_WIDTH + 1 + BAR_WIDTH;
  const room = columns - taken - DURATION_WIDTH;
  const shown = title.length > room ? `${title.slice(0, room - 1)}…` : title;
  const tone = failed ? red : (text) => text;
  const duration = `${millis.toFixed(1)} ms`.padStart(DURATION_WIDTH);
  return [
    colour(span.service.slice(0, SERVICE_WIDTH - 1).padEnd(SERVICE_WIDTH)),
    dim(lead),
    colour('● '),
    tone(bold(shown)),
    ` ${dim(kind)}`,
    ' '.repeat(Math.max(0, room - shown.length)),
    tone(`${answer}${failed ? ' ✗' : '  '}`.padStart(STATUS_WIDTH)),
    ` ${failed ? red(bar(start, end, trace)) : colour(bar(start, end, trace))}`,
    millis >= SLOW ? yellow(duration) : duration,
  ].join('');
}

/** The name of an HTTP span says the method only, as long as no framework tells the route: the path is put beside it. */
function titleOf({ name, attributes }) {
  if (name !== attributes['http.request.method']) return name;
  const url = attributes['url.full'];
  return `${name} ${attributes['url.path'] ?? (url === undefined ? '' : new URL(url).pathname)}`;
}

/** What is known of an error beyond the status of the answer, which the headline shows. */
function troubles(span) {
  const answer = String(span.attributes['http.response.status_code']);
  const { 'error.type': type } = span.attributes;
  const words = span.status?.code === ERROR ? [type === answer ? undefined : type, span.status.message] : [];
  const exceptions = (span.events ?? []).filter(({ name }) => name === 'exception');
  const told = exceptions.map(({ attributes }) => plain(attributes)['exception.message']);
  return [...new Set([...words, ...told])].filter(Boolean);
}

/** A log record: its level, its message, its other fields. */
function logText({ severityNumber = 0, severityText = '', body, attributes }) {
  const tone = severityNumber >= 17 ? red : severityNumber >= 13 ? yellow : dim;
  const fields = Object.entries(attributes).filter(
    ([key]) => key !== 'name' && !key.startsWith('exception.s'),
  );
  const shown = fields.map(([key, value]) => `${key}=${value}`).join(' ');
  return `${tone(`» ${severityText.toUpperCase()}`)} ${plainValue(body)} ${dim(shown)}`.trimEnd();
}

/** Where in the trace's time the span lies. */
function bar(start, end, trace) {
  const perCell = Math.max(trace.end - trace.start, 0.001) / BAR_WIDTH;
  const offset = Math.min(BAR_WIDTH - 1, Math.floor((start - trace.start) / perCell));
  const length = Math.min(BAR_WIDTH - offset, Math.max(1, Math.round((end - start) / perCell)));
  return `${' '.repeat(offset)}${'━'.repeat(length)}`.padEnd(BAR_WIDTH);
}
