/** Runs an application of this suite and gives back what its logger wrote and what arrived over OTLP. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { installApart } from '../../scripts/install-apart.mjs';
import { startCapture } from '../support/capture.mjs';

installApart('interop/bridges');
const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
export const sonde = createRequire(new URL('../../packages/sonde/package.json', import.meta.url));
const register = sonde.resolve('sonde/register');

/** How an application comes to its bridge. */
export const WAYS = ['--require', '--import', 'by hand'];

const argumentsOf = {
  '--require': ['--require', register, 'app.cjs'],
  '--import': ['--import', pathToFileURL(register).href, 'app.mjs'],
  'by hand': ['app.cjs'],
};

/**
 * @param program a file to run zero-code in the place of app.mjs
 * @returns {{ records: object[], lines: object[], stdout: string, stderr: string }} the log records; the lines of stdout
 * that are JSON; all of stdout and stderr
 */
export async function runApp({
  library,
  bridge,
  scenario,
  way = '--import',
  node,
  args = [],
  env = {},
  program,
}) {
  const started =
    program === undefined ? argumentsOf[way] : ['--import', pathToFileURL(register).href, program];
  const capture = await startCapture();
  try {
    const { stdout, stderr } = await run(node ?? process.execPath, [...args, ...started], {
      cwd: here,
      env: {
        PATH: process.env.PATH,
        NO_COLOR: '1',
        LIBRARY: library,
        BRIDGE: bridge,
        SCENARIO: scenario,
        BY_HAND: way === 'by hand' ? '1' : '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: capture.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'none',
        ...env,
      },
      maxBuffer: 1 << 26,
      timeout: 120_000,
    });
    return { records: recordsIn(capture.requests), lines: jsonLines(stdout), stdout, stderr };
  } finally {
    capture.close();
  }
}

function jsonLines(text) {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/** Records as plain objects: `{ severity, text, body, attributes, scope, traceId, spanId, flags, time }`. */
function recordsIn(requests) {
  return requests
    .filter(({ path }) => path === '/v1/logs')
    .flatMap(({ body }) => JSON.parse(body).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ scope, logRecords }) => logRecords.map((record) => plainRecord(record, scope)));
}

function plainRecord(record, scope) {
  return {
    severity: record.severityNumber ?? 0,
    text: record.severityText,
    body: plainValue(record.body),
    attributes: plainMap(record.attributes ?? []),
    scope: scope.name,
    traceId: record.traceId,
    spanId: record.spanId,
    flags: record.flags,
    time: record.timeUnixNano,
  };
}

const plainMap = (pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, plainValue(value)]));

function plainValue(value) {
  if (value === undefined) return undefined;
  if ('intValue' in value) return Number(value.intValue);
  if ('arrayValue' in value) return (value.arrayValue.values ?? []).map(plainValue);
  if ('kvlistValue' in value) return plainMap(value.kvlistValue.values ?? []);
  if ('bytesValue' in value) return { bytes: value.bytesValue };
  const [only = null] = Object.values(value);
  return only;
}
