/** The instrumentation scope: who recorded the telemetry (common/instrumentation-scope.md). */
import type { Attributes } from '../../api/common/attributes.ts';

/** Name, version, schema URL and attributes together are the identity of a tracer, meter or logger. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
  readonly attributes?: Attributes | undefined;
}
