/** NoopSpanProcessor: the processor that does nothing, for programs that want the ids of spans and no export. */
import { declareContained } from '../pipeline/fan-out.ts';
import type { SpanProcessor } from './processor.ts';

/** Takes every span and does nothing with it: a placeholder, and a base to override one method of. */
export class NoopSpanProcessor implements SpanProcessor {
  onStart(): void {}

  onEnd(): void {}

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
declareContained(NoopSpanProcessor);
