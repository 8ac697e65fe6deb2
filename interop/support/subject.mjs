/**
 * The SDK under test, by name: `sonde` (the build of this checkout) or `official` (3.1.1, needs Node 22.15 or later).
 * Both have the namespaces of Sonde's entries; `start` starts the whole SDK, as an application would.
 */
import { createRequire } from 'node:module';

function loadSonde() {
  const require = createRequire(new URL('../../packages/sonde/package.json', import.meta.url));
  const sdk = require('sonde/sdk');
  return {
    name: 'sonde',
    api: require('sonde'),
    sdk,
    otlp: require('sonde/otlp'),
    prometheus: require('sonde/prometheus'),
    propagators: require('sonde/propagators'),
    resources: require('sonde/resources'),
    zipkin: require('sonde/zipkin'),
    jaeger: require('sonde/jaeger'),
    otlpFile: require('sonde/otlp-file'),
    start: (options) => sdk.startSdk(options),
  };
}

function loadOfficial() {
  const require = createRequire(new URL('../official-3/package.json', import.meta.url));
  const load = (name) => require(`@opentelemetry/${name}`);
  const core = load('core');
  const resources = load('resources');
  // A package per encoding there, one class with a `protocol` here.
  const encodings = { 'http/protobuf': 'proto', 'http/json': 'http', grpc: 'grpc' };
  const byProtocol = (signal, name) =>
    function Exporter({ protocol = 'http/protobuf', ...options } = {}) {
      return new (load(`exporter-${signal}-otlp-${encodings[protocol]}`)[name])(options);
    };
  return {
    name: 'official',
    api: load('api'),
    sdk: {
      ...core,
      ...resources,
      ...load('context-async-hooks'),
      ...load('sdk-metrics'),
      ...load('sdk-logs'),
      ...load('sdk-trace'),
    },
    otlp: {
      OTLPTraceExporter: byProtocol('trace', 'OTLPTraceExporter'),
      OTLPMetricExporter: byProtocol('metrics', 'OTLPMetricExporter'),
      OTLPLogExporter: byProtocol('logs', 'OTLPLogExporter'),
    },
    prometheus: load('exporter-prometheus'),
    propagators: { ...load('propagator-b3'), ...core },
    resources,
    zipkin: load('exporter-zipkin'),
    start(options) {
      const sdk = new (load('sdk-node').NodeSDK)(options);
      sdk.start();
      return sdk;
    },
  };
}

export function loadSubject(name) {
  if (name === 'sonde') return loadSonde();
  if (name === 'official') return loadOfficial();
  throw new RangeError(`There is no subject ${name}; there are sonde and official`);
}
