/** What the patches of one HttpInstrumentation look at for each request, so that a change counts at once. */
import type { Tracer } from '../../api/trace/tracer.ts';
import type { HttpClientMetrics } from '../shared/http-client-metrics.ts';
import type { ResolvedHttpConfig } from './options.ts';
import type { HttpServerMetrics } from './server-metrics.ts';

export interface HttpHome {
  /** False after disable(): a patch that somebody else has patched over cannot be taken away. */
  isOn: boolean;
  tracer: Tracer;
  config: ResolvedHttpConfig;
  readonly serverMetrics: HttpServerMetrics;
  readonly clientMetrics: HttpClientMetrics;
}
