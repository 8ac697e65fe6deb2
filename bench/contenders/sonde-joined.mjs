/** The joined files of bench/dist, and how they are made. */
import { fileURLToPath } from 'node:url';

const folder = new URL('../dist/sonde/', import.meta.url);
const INSIDE = [
  'otlp/traces/encode.js',
  'sdk/pipeline/direct-export.js',
  'otlp/wire/spare-memory.js',
  'otlp/logs/encode.js',
  'otlp/metrics/encode.js',
  'otlp/metrics/point-run.js',
  'exporters/zipkin/encode.js',
  'exporters/jaeger/encode-thrift.js',
  'exporters/jaeger/thrift-binary.js',
];

/** Joins what `npm run build` has left in packages/sonde/dist/esm. */
export async function join() {
  const { joinEntries } = await import('../../scripts/build.mjs');
  await joinEntries(fileURLToPath(folder).replace(/[\\/]$/, ''), INSIDE);
}

/** The exports of one entry, such as `index` or `sdk`. */
export function entry(name) {
  return import(new URL(`entry/${name}.mjs`, folder));
}

/** The codecs behind the inside path to the exporters, the name of that path, and where sent bytes go back to. */
export async function inside() {
  const modules = await Promise.all(
    INSIDE.map((file) => import(new URL(file.replace(/\.js$/, '.mjs'), folder))),
  );
  return Object.assign({}, ...modules);
}
