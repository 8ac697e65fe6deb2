/** The answer of an exporter, with the numbers that exporters written for the official SDK use. */

/** The codes of an export's answer: a type and a value of the same name, as users of the official core know it. */
export const ExportResultCode = { SUCCESS: 0, FAILED: 1 } as const;
export type ExportResultCode = (typeof ExportResultCode)[keyof typeof ExportResultCode];

/** What an exporter hands to its callback, once per `export` call. */
export interface ExportResult {
  readonly code: ExportResultCode;
  readonly error?: Error;
}
