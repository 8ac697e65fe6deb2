/** NoopSpanProcessor: the processor that does nothing, for programs that want the ids of spans and no export. */
import { declareContained } from '../pipeline/fan-out.ts';
import type { SpanProcessor } from './processor.ts';

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
