/** Resource: what produces the telemetry. Contract only at first; the implementation lands with the detectors. */

/** The shape that third-party processors and exporters of the official SDK read. */
export interface Resource {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly schemaUrl?: string | undefined;
  /** True while attributes given as promises have not settled. */
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}
