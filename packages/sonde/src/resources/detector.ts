/** What a resource detector is, for us and for those who write one. */
import type { DetectedResourceAttributes } from '../sdk/common/resource.ts';

/** What a detector found. Detectors of the official SDK return it without a schema, or a resource. */
export interface DetectedResource {
  /** What was found; values may be promises. */
  attributes?: DetectedResourceAttributes;
  /**
   * The schema that the attributes follow. A detector that sets attributes of the semantic conventions must say which
   * version of them it follows; one that does not know the attributes in advance leaves it out.
   */
  schemaUrl?: string;
}

/** Options of `detectResources`, handed on to each detector. */
export interface ResourceDetectionConfig {
  /** Run in this order; of two that find the same attribute the later wins. Default: none. */
  detectors?: ResourceDetector[];
  /** How long attributes given as promises may take, in milliseconds, before they are left out. Default 5000. */
  timeoutMillis?: number;
}

/** Finds out what the program runs as, and on (resource/sdk.md, "Detecting resource information"). */
export interface ResourceDetector {
  /** Snake case, after the root namespace of the attributes: how configuration refers to it. */
  readonly name?: string;
  /** Finds what can be found; finding nothing is no error. Expected to be quick: what takes time goes into promises. */
  detect(config?: ResourceDetectionConfig): DetectedResource;
}

/** The version of the semantic conventions whose attributes the detectors of this package set. */
export const SEMANTIC_CONVENTIONS_SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';

/** The attributes with the schema they follow; nothing found has no schema either. */
export function detected(attributes: DetectedResourceAttributes | undefined): DetectedResource {
  return attributes === undefined
    ? { attributes: {} }
    : { attributes, schemaUrl: SEMANTIC_CONVENTIONS_SCHEMA_URL };
}
