/** `using` with spans and attached contexts, for users whose `lib` knows it. Compiled only, never run. */
/// <reference lib="esnext.disposable" />
import { context, ROOT_CONTEXT, trace } from 'sonde';

export function endItself(): void {
  using span = trace.getTracer('x').startSpan('s');
  span.setAttribute('a', 1);
  using _attached = context.attach(ROOT_CONTEXT);
  trace.getTracer('x').startActiveSpan('s', (active) => {
    using ended = active;
    ended.addEvent('e');
  });
}
