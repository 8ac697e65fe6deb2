// The same thing has the same file name in every signal: whoever knows traces/ finds the way in metrics/ and logs/.

/** Signal -> the files that its folder must hold. A row here is a row of the table in ARCHITECTURE.md. */
export const signalFiles = {
  traces: [
    ...['provider', 'tracer', 'span', 'processor', 'simple-processor', 'batch-processor'],
    ...['filter-processor', 'exporter', 'limits', 'self-metrics'],
  ],
  metrics: [
    ...['provider', 'meter', 'instrument', 'reader', 'manual-reader', 'periodic-reader'],
    ...['view', 'exporter', 'limits', 'self-metrics'],
  ],
  logs: [
    ...['provider', 'logger', 'log-record', 'processor', 'simple-processor', 'batch-processor'],
    ...['filter-processor', 'exporter', 'limits', 'self-metrics'],
  ],
};

/** What the signals share, once. */
export const sharedFiles = [
  'sdk/pipeline/lifecycle.ts',
  'sdk/pipeline/fan-out.ts',
  'sdk/pipeline/batcher.ts',
  'sdk/common/attributes.ts',
  'sdk/common/export-result.ts',
  'sdk/common/limits.ts',
  'sdk/common/self-metrics.ts',
];

/** What the tables name and nobody has begun, with the reason. A line whose file exists is an error: strike it. */
export const notBegun = new Map();

/** Every file that the tables ask for. */
export function expectedFiles() {
  const files = [...sharedFiles];
  for (const [signal, names] of Object.entries(signalFiles)) {
    for (const name of names) files.push(`sdk/${signal}/${name}.ts`);
    files.push(`otlp/${signal}/encode.ts`, `otlp/${signal}/exporter.ts`);
  }
  return files;
}

/** @param paths the files of packages/sonde/src */
export function checkRhyme(paths, excused = notBegun) {
  const present = new Set(paths);
  const reasonFor = (path) =>
    [...excused.keys()].find((key) => path === key || (key.endsWith('/') && path.startsWith(key)));
  const missing = expectedFiles().filter((path) => !present.has(path) && reasonFor(path) === undefined);
  const begun = [...excused.keys()].filter((key) =>
    [...present].some((path) => path === key || path.startsWith(key)),
  );
  return [
    ...missing.map((path) => `src/${path} is missing: the other signals have it`),
    ...begun.map((key) => `src/${key} exists: strike it from the list of what is not begun`),
  ];
}
