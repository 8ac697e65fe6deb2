/** What writes records as text: needed from the first record on, in programs that print at all. */
export { logJsonLine } from './log-json.ts';
export { logLines } from './log-line.ts';
export { metricJsonLine } from './metric-json.ts';
export { metricLines, metricsHeading } from './metric-table.ts';
export { spanJsonLine } from './span-json.ts';
export { traceTree } from './trace-tree.ts';
