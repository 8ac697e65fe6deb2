/** ConsoleMetricExporter: metrics on the terminal, a table for people or lines of JSON for machines. */

import { type ExportResult, ExportResultCode } from '../../sdk/common/export-result.ts';
import { OptionChecks } from '../../sdk/common/option-checks.ts';
import type { InstrumentType } from '../../sdk/metrics/aggregation-option.ts';
import type { PushMetricExporter } from '../../sdk/metrics/exporter.ts';
import {
  AggregationTemporality,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '../../sdk/metrics/metric-data.ts';
import { problemOfMetric } from '../../sdk/metrics/metric-problem.ts';
import { loadPrinting } from './deferred-printing.ts';
import { type ConsoleOutput, outputOf } from './output.ts';
import { type ConsoleStream, type Paint, paint, wantsColors } from './terminal.ts';

type Origin = readonly [scope: ScopeMetrics['scope'], resource: ResourceMetrics['resource']];

/** How metrics look: empty texts are left out. */
interface Form {
  heading(first: MetricData, ...origin: Origin): string;
  metric(metric: MetricData, ...origin: Origin): string;
}

const JSON_FORM: Form = { heading: () => '', metric: (...given) => loadPrinting().metricJsonLine(...given) };

function tableForm(colours: Paint): Form {
  return {
    heading: (first, scope, resource) => loadPrinting().metricsHeading(resource, scope, first, colours),
    metric: (metric) => loadPrinting().metricLines(metric, colours),
  };
}

/** Options of `ConsoleMetricExporter`. */
export interface ConsoleMetricExporterOptions {
  /** `table` for people, `json` for one object a line and metric. Default: `table` on a terminal, else `json`. */
  readonly format?: 'table' | 'json' | undefined;
  /** The temporality for instruments of a kind. Default: cumulative for all. */
  readonly temporalitySelector?: ((instrumentType: InstrumentType) => AggregationTemporality) | undefined;
  /** Default: as FORCE_COLOR and NO_COLOR say, else on when the stream is a terminal. Only for `table`. */
  readonly colors?: boolean | undefined;
  /** Default: the standard output. */
  readonly stream?: ConsoleStream | undefined;
}

/**
 * Prints metrics. For development: the format may change in any version and is not meant to be parsed; to keep
 * telemetry in files that other programs read, use the OTLP file exporter.
 * Specification: metrics/sdk_exporters/stdout.md.
 */
export class ConsoleMetricExporter implements PushMetricExporter {
  readonly #output: ConsoleOutput;
  readonly #form: Form;
  readonly #temporality: (instrumentType: InstrumentType) => AggregationTemporality;
  #stopped = false;

  /** @throws TypeError when an option has a value that is not allowed. */
  constructor(options: ConsoleMetricExporterOptions = {}) {
    const { colors, temporalitySelector, stream } = options;
    const checks = new OptionChecks('ConsoleMetricExporter', options);
    const format = checks.oneOf('format', ['table', 'json']);
    checks.finish('colors', 'stream', 'temporalitySelector');
    if (temporalitySelector !== undefined && typeof temporalitySelector !== 'function') {
      throw checks.wrong('temporalitySelector', temporalitySelector, 'a function');
    }
    this.#output = outputOf(stream, 'ConsoleMetricExporter', 'metrics');
    this.#temporality = temporalitySelector ?? (() => AggregationTemporality.CUMULATIVE);
    const isTable = format === undefined ? this.#output.isTTY : format === 'table';
    const colours = paint(colors ?? wantsColors(this.#output.isTTY));
    this.#form = isTable ? tableForm(colours) : JSON_FORM;
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    resultCallback(
      this.#stopped ? this.#output.failed('the console exporter was shut down') : this.#print(metrics),
    );
  }

  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return this.#temporality(instrumentType);
  }

  /** Holds nothing back, so there is nothing to do. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Refuses all that comes later. */
  shutdown(): Promise<void> {
    this.#stopped = true;
    return Promise.resolve();
  }

  #print(metrics: ResourceMetrics): ExportResult {
    const lines: string[] = [];
    let failure: unknown;
    try {
      for (const { scope, metrics: ofScope } of metrics.scopeMetrics) {
        failure = this.#scopeLines(ofScope, [scope, metrics.resource], lines) ?? failure;
      }
      if (lines.length > 0) this.#output.write(`${lines.join('\n')}\n`);
    } catch (error) {
      failure = error;
    }
    return failure === undefined ? { code: ExportResultCode.SUCCESS } : this.#output.failed(failure);
  }

  /** A metric that cannot be written takes none of the others along. Returns the last failure. */
  #scopeLines(metrics: readonly MetricData[], origin: Origin, lines: string[]): unknown {
    const shown = metrics.filter(({ dataPoints }) => dataPoints.length > 0);
    if (shown.length === 0) return undefined;
    let failure: unknown;
    const add = (make: () => string): void => {
      try {
        const text = make();
        if (text !== '') lines.push(text);
      } catch (error) {
        failure = error;
      }
    };
    add(() => this.#form.heading(shown[0]!, ...origin));
    for (const metric of shown) {
      const problem = problemOfMetric(metric);
      if (problem === undefined) add(() => this.#form.metric(metric, ...origin));
      else failure = problem;
    }
    return failure;
  }
}
