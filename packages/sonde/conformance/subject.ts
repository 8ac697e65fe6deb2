/**
 * The SDK under test. Every conformance test reaches it through these namespaces and nothing else, so that the same
 * file runs against Sonde and, with SONDE_SUBJECT=official, against the official SDK 3.x that interop/ installs.
 * The types are Sonde's either way; a name that the official SDK lacks is undefined there, and its test fails, as it must.
 */
import { createRequire } from 'node:module';
import type * as Api from 'sonde';
import type * as Bridges from 'sonde/bridges';
import type * as Jaeger from 'sonde/jaeger';
import type * as Otlp from 'sonde/otlp';
import type * as OtlpFile from 'sonde/otlp-file';
import type * as Prometheus from 'sonde/prometheus';
import type * as Propagators from 'sonde/propagators';
import type * as Resources from 'sonde/resources';
import type * as Sdk from 'sonde/sdk';
import type * as Zipkin from 'sonde/zipkin';

interface Subject {
  readonly name: 'sonde' | 'official';
  readonly api: typeof Api;
  readonly bridges: typeof Bridges;
  readonly sdk: typeof Sdk;
  readonly otlp: typeof Otlp;
  readonly prometheus: typeof Prometheus;
  readonly propagators: typeof Propagators;
  readonly resources: typeof Resources;
  readonly otlpFile: typeof OtlpFile;
  readonly jaeger: typeof Jaeger;
  readonly zipkin: typeof Zipkin;
}

type Namespace = Record<string, unknown>;

function loadSonde(): Subject {
  const require = createRequire(import.meta.url);
  return {
    name: 'sonde',
    api: require('sonde'),
    bridges: require('sonde/bridges'),
    sdk: require('sonde/sdk'),
    otlp: require('sonde/otlp'),
    prometheus: require('sonde/prometheus'),
    propagators: require('sonde/propagators'),
    resources: require('sonde/resources'),
    otlpFile: require('sonde/otlp-file'),
    jaeger: require('sonde/jaeger'),
    zipkin: require('sonde/zipkin'),
  };
}

/** Sonde has one exporter class a signal, with a `protocol`; the official SDK has a package per protocol. */
function officialExporter(
  load: (name: string) => Namespace,
  packages: string,
  name: string,
): new (
  options?: Namespace,
) => object {
  type Exporter = new (options?: Namespace) => object;
  return class {
    constructor(options: Namespace = {}) {
      const carriers: Record<string, string> = { 'http/json': 'http', grpc: 'grpc' };
      const wanted = `${packages}-otlp-${carriers[String(options['protocol'])] ?? 'proto'}`;
      const Chosen = load(wanted)[name] as Exporter;
      // biome-ignore lint/correctness/noConstructorReturn: the test gets the official object itself, not a wrapper
      return new Chosen(options);
    }
  };
}

function loadOfficial(): Subject {
  const require = createRequire(new URL('../../../../interop/official-3/package.json', import.meta.url));
  const load = (name: string): Namespace => require(`@opentelemetry/${name}`);
  const core = load('core');
  const resources = load('resources');
  const contextManager = load('context-async-hooks');
  const traces = load('sdk-trace');
  const signals = { ...load('sdk-metrics'), ...load('sdk-logs') };
  const namespaces: Record<keyof Omit<Subject, 'name'>, Namespace> = {
    api: load('api'),
    // Its bridges are instrumentations of single loggers; there is none for others.
    bridges: {},
    sdk: { ...core, ...resources, ...contextManager, ...signals, ...traces },
    otlp: {
      OTLPTraceExporter: officialExporter(load, 'exporter-trace', 'OTLPTraceExporter'),
      OTLPMetricExporter: officialExporter(load, 'exporter-metrics', 'OTLPMetricExporter'),
      OTLPLogExporter: officialExporter(load, 'exporter-logs', 'OTLPLogExporter'),
      AggregationTemporalityPreference: load('exporter-metrics-otlp-http')[
        'AggregationTemporalityPreference'
      ],
    },
    prometheus: load('exporter-prometheus'),
    propagators: { ...load('propagator-b3'), ...core },
    resources,
    otlpFile: {},
    jaeger: {},
    zipkin: load('exporter-zipkin'),
  };
  return { name: 'official', ...namespaces } as unknown as Subject;
}

/** Which SDK this run tests, and its public names by entry point. */
export const subject: Subject = process.env['SONDE_SUBJECT'] === 'official' ? loadOfficial() : loadSonde();

export const api: typeof Api = subject.api;
export const bridges: typeof Bridges = subject.bridges;
export const sdk: typeof Sdk = subject.sdk;
export const otlp: typeof Otlp = subject.otlp;
export const prometheus: typeof Prometheus = subject.prometheus;
export const propagators: typeof Propagators = subject.propagators;
export const resources: typeof Resources = subject.resources;
export const zipkin: typeof Zipkin = subject.zipkin;
export const otlpFile: typeof OtlpFile = subject.otlpFile;
export const jaeger: typeof Jaeger = subject.jaeger;
