/**
 * The one table of every `OTEL_*` variable that the specification names, and of our own: its type, its default, the section that
 * defines it and the part of Sonde that obeys it. environment.ts reads by it, docs/environment.md is generated from
 * it, and a test walks it and tries every row that is wired.
 *
 * `wiredBy` is empty while no part obeys the variable yet. A row without a `default` has none: unset means undefined
 * (for `limit`: no limit). `secret` keeps the value out of every message.
 */

/** The parsing rule of a row; environment-parse.ts has one function for each. */
export type EnvironmentType =
  | 'boolean'
  | 'integer'
  | 'duration'
  | 'timeout'
  | 'limit'
  | 'string'
  | 'enum'
  | 'enums'
  | 'pairs';

/** One row, as the readers and the generated documentation see it. */
export interface EnvironmentRow {
  readonly type: EnvironmentType;
  readonly default?: string | number | boolean;
  /** Allowed words of `enum` and `enums`. */
  readonly values?: readonly string[];
  /** Smallest and largest allowed number; 0 and 2^31 - 1 when absent. */
  readonly min?: number;
  readonly max?: number;
  readonly secret?: true;
  /** The section that defines the variable; scripts/environment-docs.mjs has the addresses. */
  readonly spec: SpecificationSection;
  /** Absent means stable. */
  readonly status?: 'development' | 'deprecated';
  readonly wiredBy: string;
}

/** Where each group of variables is defined, relative to the specification's folder. */
export type SpecificationSection =
  | 'general'
  | 'bsp'
  | 'blrp'
  | 'attributes'
  | 'span'
  | 'log'
  | 'otlp'
  | 'otlp-metrics'
  | 'zipkin'
  | 'jaeger'
  | 'prometheus'
  | 'exporter'
  | 'exemplar'
  | 'metric'
  | 'proxy'
  | 'file'
  | 'semconv'
  | 'sonde';

// biome-ignore format: one variable a line, so that the table reads as a table
export const ENVIRONMENT = {
  OTEL_SDK_DISABLED: { type: 'boolean', default: false, spec: 'general', wiredBy: 'startSdk' },
  OTEL_ENTITIES: { type: 'string', spec: 'general', status: 'development', wiredBy: '' },
  OTEL_RESOURCE_ATTRIBUTES: { type: 'pairs', spec: 'general', wiredBy: 'TracerProvider, MeterProvider, LoggerProvider' },
  OTEL_SERVICE_NAME: { type: 'string', spec: 'general', wiredBy: 'TracerProvider, MeterProvider, LoggerProvider' },
  OTEL_LOG_LEVEL: { type: 'enum', values: ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'], default: 'info', spec: 'general', wiredBy: 'diagnostics' },
  OTEL_PROPAGATORS: { type: 'enums', values: ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'ottrace', 'none'], default: 'tracecontext,baggage', spec: 'general', wiredBy: 'startSdk' },
  OTEL_TRACES_SAMPLER: { type: 'enum', values: ['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio', 'jaeger_remote', 'parentbased_jaeger_remote', 'xray'], default: 'parentbased_always_on', spec: 'general', wiredBy: 'TracerProvider' },
  OTEL_TRACES_SAMPLER_ARG: { type: 'string', spec: 'general', wiredBy: 'TracerProvider' },

  OTEL_BSP_SCHEDULE_DELAY: { type: 'duration', default: 5000, spec: 'bsp', wiredBy: 'BatchSpanProcessor' },
  OTEL_BSP_EXPORT_TIMEOUT: { type: 'timeout', default: 30000, spec: 'bsp', wiredBy: 'BatchSpanProcessor' },
  OTEL_BSP_MAX_QUEUE_SIZE: { type: 'integer', min: 1, default: 2048, spec: 'bsp', wiredBy: 'BatchSpanProcessor' },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { type: 'integer', min: 1, default: 512, spec: 'bsp', wiredBy: 'BatchSpanProcessor' },
  OTEL_BLRP_SCHEDULE_DELAY: { type: 'duration', default: 1000, spec: 'blrp', wiredBy: 'BatchLogRecordProcessor' },
  OTEL_BLRP_EXPORT_TIMEOUT: { type: 'timeout', default: 30000, spec: 'blrp', wiredBy: 'BatchLogRecordProcessor' },
  OTEL_BLRP_MAX_QUEUE_SIZE: { type: 'integer', min: 1, default: 2048, spec: 'blrp', wiredBy: 'BatchLogRecordProcessor' },
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: { type: 'integer', min: 1, default: 512, spec: 'blrp', wiredBy: 'BatchLogRecordProcessor' },

  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: { type: 'limit', spec: 'attributes', wiredBy: 'TracerProvider, LoggerProvider' },
  OTEL_ATTRIBUTE_COUNT_LIMIT: { type: 'limit', default: 128, spec: 'attributes', wiredBy: 'TracerProvider, LoggerProvider' },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: { type: 'limit', spec: 'span', wiredBy: 'TracerProvider' },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { type: 'limit', default: 128, spec: 'span', wiredBy: 'TracerProvider' },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { type: 'limit', default: 128, spec: 'span', wiredBy: 'TracerProvider' },
  OTEL_SPAN_LINK_COUNT_LIMIT: { type: 'limit', default: 128, spec: 'span', wiredBy: 'TracerProvider' },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: { type: 'limit', default: 128, spec: 'span', wiredBy: 'TracerProvider' },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: { type: 'limit', default: 128, spec: 'span', wiredBy: 'TracerProvider' },
  OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: { type: 'limit', spec: 'log', wiredBy: 'LoggerProvider' },
  OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: { type: 'limit', default: 128, spec: 'log', wiredBy: 'LoggerProvider' },

  OTEL_TRACES_EXPORTER: { type: 'enums', values: ['otlp', 'zipkin', 'jaeger', 'console', 'otlp/stdout', 'none'], default: 'otlp', spec: 'exporter', wiredBy: 'startSdk' },
  OTEL_METRICS_EXPORTER: { type: 'enums', values: ['otlp', 'prometheus', 'console', 'otlp/stdout', 'none'], default: 'otlp', spec: 'exporter', wiredBy: 'startSdk' },
  OTEL_LOGS_EXPORTER: { type: 'enums', values: ['otlp', 'console', 'otlp/stdout', 'none'], default: 'otlp', spec: 'exporter', wiredBy: 'startSdk' },

  OTEL_EXPORTER_OTLP_ENDPOINT: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: { type: 'string', spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: { type: 'string', spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_INSECURE: { type: 'boolean', default: false, spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_INSECURE: { type: 'boolean', default: false, spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_INSECURE: { type: 'boolean', default: false, spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_INSECURE: { type: 'boolean', default: false, spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_SPAN_INSECURE: { type: 'boolean', default: false, spec: 'otlp', status: 'deprecated', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRIC_INSECURE: { type: 'boolean', default: false, spec: 'otlp', status: 'deprecated', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_CLIENT_KEY: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: { type: 'string', spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY: { type: 'string', spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE: { type: 'string', spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_HEADERS: { type: 'pairs', secret: true, spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: { type: 'pairs', secret: true, spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: { type: 'pairs', secret: true, spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_HEADERS: { type: 'pairs', secret: true, spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_COMPRESSION: { type: 'enum', values: ['none', 'gzip'], spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: { type: 'enum', values: ['none', 'gzip'], spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: { type: 'enum', values: ['none', 'gzip'], spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: { type: 'enum', values: ['none', 'gzip'], spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TIMEOUT: { type: 'timeout', default: 10000, spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: { type: 'timeout', default: 10000, spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: { type: 'timeout', default: 10000, spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: { type: 'timeout', default: 10000, spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_PROTOCOL: { type: 'enum', values: ['http/protobuf', 'http/json', 'grpc'], default: 'http/protobuf', spec: 'otlp', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { type: 'enum', values: ['http/protobuf', 'http/json', 'grpc'], default: 'http/protobuf', spec: 'otlp', wiredBy: 'OTLPTraceExporter' },
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: { type: 'enum', values: ['http/protobuf', 'http/json', 'grpc'], default: 'http/protobuf', spec: 'otlp', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: { type: 'enum', values: ['http/protobuf', 'http/json', 'grpc'], default: 'http/protobuf', spec: 'otlp', wiredBy: 'OTLPLogExporter' },
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: { type: 'enum', values: ['cumulative', 'delta', 'lowmemory'], default: 'cumulative', spec: 'otlp-metrics', wiredBy: 'OTLPMetricExporter' },
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: { type: 'enum', values: ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'], default: 'explicit_bucket_histogram', spec: 'otlp-metrics', wiredBy: 'OTLPMetricExporter' },

  HTTP_PROXY: { type: 'string', secret: true, spec: 'proxy', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  http_proxy: { type: 'string', secret: true, spec: 'proxy', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  HTTPS_PROXY: { type: 'string', secret: true, spec: 'proxy', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  https_proxy: { type: 'string', secret: true, spec: 'proxy', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  NO_PROXY: { type: 'string', spec: 'proxy', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  no_proxy: { type: 'string', spec: 'proxy', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },
  REQUEST_METHOD: { type: 'string', spec: 'proxy', wiredBy: 'OTLPTraceExporter, OTLPMetricExporter, OTLPLogExporter' },

  OTEL_EXPORTER_ZIPKIN_ENDPOINT: { type: 'string', default: 'http://localhost:9411/api/v2/spans', spec: 'zipkin', status: 'deprecated', wiredBy: 'ZipkinExporter' },
  OTEL_EXPORTER_ZIPKIN_TIMEOUT: { type: 'timeout', default: 10000, spec: 'zipkin', status: 'deprecated', wiredBy: 'ZipkinExporter' },
  OTEL_EXPORTER_JAEGER_PROTOCOL: { type: 'enum', values: ['http/thrift.binary', 'grpc', 'udp/thrift.compact', 'udp/thrift.binary'], spec: 'jaeger', status: 'deprecated', wiredBy: 'JaegerExporter' },
  OTEL_EXPORTER_JAEGER_ENDPOINT: { type: 'string', spec: 'jaeger', status: 'deprecated', wiredBy: 'JaegerExporter' },
  OTEL_EXPORTER_JAEGER_AGENT_HOST: { type: 'string', default: 'localhost', spec: 'jaeger', status: 'deprecated', wiredBy: 'JaegerExporter' },
  OTEL_EXPORTER_JAEGER_AGENT_PORT: { type: 'integer', min: 1, max: 65535, spec: 'jaeger', status: 'deprecated', wiredBy: 'JaegerExporter' },
  OTEL_EXPORTER_JAEGER_TIMEOUT: { type: 'timeout', default: 10000, spec: 'jaeger', status: 'deprecated', wiredBy: 'JaegerExporter' },
  OTEL_EXPORTER_JAEGER_USER: { type: 'string', spec: 'jaeger', status: 'deprecated', wiredBy: 'JaegerExporter' },
  OTEL_EXPORTER_JAEGER_PASSWORD: { type: 'string', secret: true, spec: 'jaeger', status: 'deprecated', wiredBy: 'JaegerExporter' },
  OTEL_EXPORTER_PROMETHEUS_HOST: { type: 'string', default: 'localhost', spec: 'prometheus', status: 'development', wiredBy: 'PrometheusExporter' },
  OTEL_EXPORTER_PROMETHEUS_PORT: { type: 'integer', max: 65535, default: 9464, spec: 'prometheus', status: 'development', wiredBy: 'PrometheusExporter' },

  OTEL_METRICS_EXEMPLAR_FILTER: { type: 'enum', values: ['always_on', 'always_off', 'trace_based'], default: 'trace_based', spec: 'exemplar', wiredBy: 'MeterProvider' },
  OTEL_METRIC_EXPORT_INTERVAL: { type: 'duration', default: 60000, spec: 'metric', wiredBy: 'PeriodicExportingMetricReader' },
  OTEL_METRIC_EXPORT_TIMEOUT: { type: 'timeout', default: 30000, spec: 'metric', wiredBy: 'PeriodicExportingMetricReader' },

  OTEL_CONFIG_FILE: { type: 'string', spec: 'file', wiredBy: '' },
  OTEL_EXPERIMENTAL_CONFIG_FILE: { type: 'string', spec: 'file', status: 'deprecated', wiredBy: '' },
  OTEL_SEMCONV_STABILITY_OPT_IN: { type: 'string', spec: 'semconv', status: 'development', wiredBy: '' },

  OTEL_NODE_ENABLED_INSTRUMENTATIONS: { type: 'string', spec: 'sonde', wiredBy: 'sonde/register' },
  OTEL_NODE_DISABLED_INSTRUMENTATIONS: { type: 'string', spec: 'sonde', wiredBy: 'sonde/register' },
  OTEL_NODE_EXIT_HANDLERS_DISABLED: { type: 'boolean', default: false, spec: 'sonde', wiredBy: 'startSdk' },
} as const;

/** The name of a variable of the table. */
export type EnvironmentName = keyof typeof ENVIRONMENT;

/** The table seen as rows of one shape. Also the compiler's check that every line above is such a row. */
export const ENVIRONMENT_ROWS: Readonly<Record<EnvironmentName, EnvironmentRow>> = ENVIRONMENT;

type IfDefault<Row, Value> = Row extends { readonly default: unknown } ? Value : Value | undefined;

/** What a read of the variable gives, inferred from its row. */
export type EnvironmentValue<N extends EnvironmentName> = (typeof ENVIRONMENT)[N] extends infer Row
  ? Row extends { readonly type: 'boolean' }
    ? boolean
    : Row extends { readonly type: 'integer' | 'duration' | 'timeout' | 'limit' }
      ? number
      : Row extends { readonly type: 'enum'; readonly values: readonly (infer Word)[] }
        ? IfDefault<Row, Word>
        : Row extends { readonly type: 'enums'; readonly values: readonly (infer Word)[] }
          ? readonly Word[]
          : Row extends { readonly type: 'pairs' }
            ? ReadonlyMap<string, string>
            : IfDefault<Row, string>
  : never;
