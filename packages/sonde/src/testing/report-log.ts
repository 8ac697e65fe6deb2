/** Keeps what the SDK says about itself, in place of stderr. */

/** One thing said. */
export interface Reported {
  readonly level: string;
  /** Stable word for the kind of thing, such as `queue_full`. */
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
}

/** What the SDK has said about itself, in order. */
export class ReportLog {
  readonly lines: Reported[] = [];

  /** Takes the place of the SDK's own sink; an arrow function, because hosts pass it on. */
  readonly report = (level: string, code: string, message: string, detail?: unknown): void => {
    this.lines.push({ level, code, message, detail });
  };

  /** What was said under one code, in order. */
  messages(code: string): string[] {
    return this.lines.filter((line) => line.code === code).map((line) => line.message);
  }
}
