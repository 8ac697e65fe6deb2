/** The default export of the API: its six entry points in one object. */
import { context } from './context/context-api.ts';
import { diag } from './diag/diag.ts';
import { logs } from './logs/logs-api.ts';
import { metrics } from './metrics/metrics-api.ts';
import { propagation } from './propagation/propagation-api.ts';
import { trace } from './trace/trace-api.ts';

/** The six entry points in one object, as the official API has it. */
export const api: {
  readonly context: typeof context;
  readonly diag: typeof diag;
  readonly logs: typeof logs;
  readonly metrics: typeof metrics;
  readonly propagation: typeof propagation;
  readonly trace: typeof trace;
} = { context, diag, logs, metrics, propagation, trace };
