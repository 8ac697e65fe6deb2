// Writes docs/environment.md from the one table of variables in packages/sonde/src/sdk/common/environment-table.ts.
//   node scripts/environment-docs.mjs         writes the file
// environment-docs.test.mjs fails when the file in the repository is not what this writes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageFolder, root } from './build.mjs';

export const documentFile = join(root, 'docs/environment.md');

const specification = 'https://opentelemetry.io/docs/specs/otel';
const variables = `${specification}/configuration/sdk-environment-variables`;

/** Title and address of each section, in the order of the document. */
const sections = {
  general: ['General', `${variables}/#general-sdk-configuration`],
  exporter: ['Choice of exporters', `${variables}/#exporter-selection`],
  otlp: ['OTLP exporters', `${specification}/protocol/exporter/#configuration-options`],
  'otlp-metrics': [
    'OTLP metrics',
    `${specification}/metrics/sdk_exporters/otlp/#additional-environment-variable-configuration`,
  ],
  bsp: ['Batch span processor', `${variables}/#batch-span-processor`],
  blrp: ['Batch log record processor', `${variables}/#batch-logrecord-processor`],
  attributes: ['Attribute limits', `${variables}/#attribute-limits`],
  span: ['Span limits', `${variables}/#span-limits`],
  log: ['Log record limits', `${variables}/#logrecord-limits`],
  metric: ['Periodic metric reader', `${variables}/#periodic-exporting-metricreader`],
  exemplar: ['Exemplars', `${variables}/#exemplar`],
  prometheus: ['Prometheus', `${variables}/#prometheus-exporter`],
  zipkin: ['Zipkin', `${variables}/#zipkin-exporter`],
  proxy: ['Proxies', 'https://curl.se/docs/manpage.html#ENVIRONMENT'],
  jaeger: [
    'Jaeger',
    'https://github.com/open-telemetry/opentelemetry-specification/blob/v1.24.0/specification/configuration/sdk-environment-variables.md#jaeger-exporter',
  ],
  file: ['Configuration file', `${variables}/#declarative-configuration`],
  semconv: [
    'Semantic conventions',
    'https://opentelemetry.io/docs/specs/semconv/non-normative/http-migration/',
  ],
  sonde: ['Of Sonde itself', `${variables}/#language-specific-environment-variables`],
};

const opening = `# Environment variables

<!-- Written by scripts/environment-docs.mjs from sdk/common/environment-table.ts: change the table, not this file. -->

Every variable that the OpenTelemetry specification names, and those of Sonde: what each takes, and the part of Sonde that obeys it. Where the
last column is empty, no part of this version does; \`startSdk\` says so when such a variable is set.

- What is given in code wins over a variable, a signal's own variable over the general one, that over the default.
- An empty variable is the same as one that is not set.
- A value that cannot be used is said once, with what is allowed, and counts as not set.
- boolean: \`true\` in any case is true, everything else is false. enum and list: words in any case.
- duration and timeout: whole milliseconds. 0 is allowed; for a timeout it means no limit.
- limit: a whole number from 0; without a default there is no limit.
- pairs: \`key=value,key=value\` with percent-encoding; one malformed member discards the list.
`;

/** @param rows name to row, as ENVIRONMENT_ROWS has them */
export function environmentDocument(rows) {
  let text = opening;
  for (const [section, [title, address]] of Object.entries(sections)) {
    const names = Object.keys(rows).filter((name) => rows[name].spec === section);
    const cells = names.map((name) => lineCells(name, rows[name]));
    text += `\n## [${title}](${address})\n\n${table([['variable', 'type', 'default', 'wired by'], ...cells])}`;
  }
  return text;
}

function lineCells(name, row) {
  const status = row.status === undefined ? '' : ` (${row.status})`;
  const fallback = row.default === undefined ? '' : `\`${row.default}\``;
  const wiredBy = row.wiredBy === '' ? '' : `\`${row.wiredBy.replaceAll(', ', '`, `')}\``;
  return [`\`${name}\`${status}`, type(row), fallback, wiredBy];
}

/** Columns in line, as the formatter of this repository leaves them. */
function table([head, ...lines]) {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((cells) => cells[column].length)),
  );
  const draw = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return [head, widths.map((width) => '-'.repeat(width)), ...lines].map(draw).join('');
}

function type(row) {
  if (row.type === 'enum') return words(row);
  if (row.type === 'enums') return `list of ${words(row)}`;
  const bounds = row.min === undefined && row.max === undefined ? '' : ` from ${row.min ?? 0}`;
  return `${row.type}${bounds}${row.max === undefined ? '' : ` to ${row.max}`}`;
}

function words(row) {
  return row.values.map((word) => `\`${word}\``).join(' ');
}

/** The rows of the built package. */
export async function builtRows() {
  const table = join(packageFolder, 'dist/esm/sdk/common/environment-table.js');
  return (await import(pathToFileURL(table).href)).ENVIRONMENT_ROWS;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(documentFile, environmentDocument(await builtRows()));
}
