/** What stands before the server under test: the flags that bring it in, and the variables that set it. */
import { fileURLToPath } from 'node:url';

const official = (name) => fileURLToPath(new URL(`../contenders/official-http/${name}`, import.meta.url));
/** The files that an application gets: the package's own exports. */
const sonde = fileURLToPath(import.meta.resolve('sonde/register'));
const register = official('node_modules/@opentelemetry/auto-instrumentations-node/dist/register.cjs');

const traces = {
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};
const unsampled = { ...traces, OTEL_TRACES_SAMPLER: 'always_off' };
/** A metric export a second: ten times as often as a careful operator would. */
const metrics = {
  ...traces,
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  BENCH_METRICS: '1',
};

const byHand = ['--require', official('by-hand.cjs')];

/** `expects` is the spans that each request has to bring to the receiver. */
export const variants = {
  bare: { flags: [], env: {}, expects: 0 },
  sonde: { flags: ['--import', sonde], env: traces, expects: 1 },
  'sonde, unsampled': { flags: ['--import', sonde], env: unsampled, expects: 0 },
  'sonde, traces and metrics': { flags: ['--import', sonde], env: metrics, expects: 1 },
  'official by hand': { flags: byHand, env: traces, expects: 1 },
  'official by hand, unsampled': { flags: byHand, env: unsampled, expects: 0 },
  'official by hand, traces and metrics': { flags: byHand, env: metrics, expects: 1 },
  'official register': { flags: ['--require', register], env: traces, expects: 1 },
};

export const isOfficial = (name) => name.startsWith('official');
